// Whoever reads traffic ends with what the agent told, however it reads, and nothing grows without bound.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { FlowTraffic, TrafficPlace } from '../shared/traffic.ts';
import { flowTrafficOf } from '../test-support/samples.ts';
import { TrafficMirror } from './traffic-mirror.ts';

/** A page that reads on from where it was. */
class Reader {
  readonly flows = new Map<string, FlowTraffic>();
  #place: TrafficPlace = { epoch: 0, revision: 0 };

  /** One answer; whether there is no more for now. */
  read(mirror: TrafficMirror): boolean {
    const { epoch, revision, isComplete, flows } = mirror.read(this.#place);
    if (epoch !== this.#place.epoch) this.flows.clear();
    this.#place = { epoch, revision };
    for (const flow of flows) {
      if (flow.isEnded) this.flows.delete(flow.id);
      else this.flows.set(flow.id, flow);
    }
    return isComplete;
  }

  readAll(mirror: TrafficMirror): void {
    while (!this.read(mirror));
  }
}

const change = fc.record({
  id: fc.integer({ min: 1, max: 12 }).map(String),
  bytesOut: fc.nat(1000),
  isEnded: fc.boolean(),
});
const step = fc.oneof(
  { weight: 6, arbitrary: fc.array(change, { maxLength: 8 }) },
  { weight: 3, arbitrary: fc.constant('read' as const) },
  { weight: 1, arbitrary: fc.constant('begin' as const) },
);

describe('a reader of traffic', () => {
  test('knows the open flows with their latest count, whenever and however slowly it reads', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const mirror = new TrafficMirror({ mostInAnswer: 3 });
        const reader = new Reader();
        const open = new Map<string, FlowTraffic>();
        mirror.begin(1);
        for (const [index, now] of steps.entries()) {
          if (now === 'read') reader.read(mirror);
          else if (now === 'begin') {
            mirror.begin(index);
            open.clear();
          } else {
            const flows = now.map(({ id, bytesOut, isEnded }) =>
              flowTrafficOf(id, { carried: { bytesOut, bytesIn: 0 }, isEnded }),
            );
            mirror.take(index, flows);
            for (const flow of flows) {
              open.delete(flow.id);
              if (!flow.isEnded) open.set(flow.id, flow);
            }
          }
        }
        reader.readAll(mirror);
        assert.deepEqual(new Map([...reader.flows].sort()), new Map([...open].sort()));
      }),
    );
  });

  test('is told only what changed', () => {
    const mirror = new TrafficMirror();
    mirror.begin(1);
    mirror.take(10, [flowTrafficOf('a'), flowTrafficOf('b')]);
    const { epoch, revision } = mirror.read({ epoch: 0, revision: 0 });
    assert.deepEqual(mirror.read({ epoch, revision }).flows, []);
    mirror.take(20, [flowTrafficOf('a')]);
    assert.deepEqual(
      mirror.read({ epoch, revision }).flows.map(({ id }) => id),
      ['a'],
    );
  });

  test('learns that flows are counted with the first that is: an agent that cannot count tells of none', () => {
    const mirror = new TrafficMirror();
    mirror.begin(1);
    assert.equal(mirror.read({ epoch: 0, revision: 0 }).isCounted, false);
    mirror.take(10, []);
    mirror.take(10, [flowTrafficOf('a', { carried: undefined })]);
    assert.equal(mirror.read({ epoch: 0, revision: 0 }).isCounted, false);
    mirror.take(10, [flowTrafficOf('b')]);
    mirror.take(10, []);
    assert.equal(mirror.read({ epoch: 0, revision: 0 }).isCounted, true);
  });
});

describe('what is kept', () => {
  test('is bounded; the flow that changed longest ago makes room', () => {
    const mirror = new TrafficMirror({ mostFlows: 2 });
    mirror.begin(1);
    mirror.take(10, [flowTrafficOf('a'), flowTrafficOf('b'), flowTrafficOf('a'), flowTrafficOf('c')]);
    assert.deepEqual(
      mirror.read({ epoch: 0, revision: 0 }).flows.map(({ id }) => id),
      ['a', 'c'],
    );
  });

  test('loses an ended flow after a while', () => {
    const mirror = new TrafficMirror({ endedKeptMs: 100 });
    mirror.begin(1);
    mirror.take(1000, [flowTrafficOf('a', { isEnded: true }), flowTrafficOf('b')]);
    mirror.take(1099, []);
    assert.equal(mirror.size, 2);
    mirror.take(1100, []);
    assert.equal(mirror.size, 1);
  });
});
