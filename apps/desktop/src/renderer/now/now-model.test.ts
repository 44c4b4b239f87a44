// What Now knows after any order of history and counts, against the same told in the simplest way.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { HistoryEntry } from '../../shared/report.ts';
import type { FlowTraffic, Traffic } from '../../shared/traffic.ts';
import { entryOf, flowTrafficOf } from '../../test-support/samples.ts';
import { STEP_MS, stepOf, WINDOW_MS } from './activity.ts';
import { NowModel } from './now-model.ts';
import type { NowFlow } from './now-parts.ts';

const NOW_MS = 1_800_000_000_000;

function told(changes: Partial<HistoryEntry> = {}): HistoryEntry {
  return { ...entryOf(0), id: '0', app: '/usr/bin/curl', direction: 'out', atMs: NOW_MS, ...changes };
}

function counts(atMs: number, flows: readonly FlowTraffic[], changes: Partial<Traffic> = {}): Traffic {
  return { epoch: 1, revision: 1, atMs, isCounted: true, isComplete: true, flows, ...changes };
}

function flowsOf(model: NowModel): readonly NowFlow[] {
  return [...model.apps.values()].flatMap((app) =>
    [...app.endpoints.values()].flatMap(({ flows }) => [...flows.values()]),
  );
}

function sumOf<T>(items: Iterable<T>, of: (item: T) => number): number {
  return [...items].reduce((sum, item) => sum + of(item), 0);
}

const APPS = ['/usr/bin/curl', '/usr/bin/ssh', undefined] as const;

const entry = fc
  .record({
    app: fc.constantFrom(...APPS),
    address: fc.constantFrom('1.2.3.4', '5.6.7.8', ''),
    localPort: fc.integer({ min: 1, max: 4 }),
    action: fc.constantFrom('allow' as const, 'deny' as const),
    atMs: fc.integer({ min: NOW_MS - WINDOW_MS + STEP_MS, max: NOW_MS }),
    alike: fc.constantFrom(0, 0, 5),
    id: fc.oneof(fc.constant('0'), fc.integer({ min: 1, max: 20 }).map(String)),
  })
  .map(told);

describe('what Now knows', () => {
  test('has every verdict once, wherever it came from and in whatever order', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 60 }), fc.integer({ min: 1, max: 60 }), (entries, cut) => {
        const model = new NowModel();
        model.takeEntries(entries.slice(0, cut));
        model.takeEntries(entries.slice(cut));
        model.sweep(NOW_MS);
        const ids = new Set<string>();
        const once = entries.filter(({ id }) => id === '0' || (!ids.has(id) && ids.add(id)));
        const step = stepOf(NOW_MS);
        for (const [series, action] of [
          ['flows', 'allow'],
          ['refusals', 'deny'],
        ] as const)
          assert.equal(
            model.activity.sum(series, step - 60, step),
            sumOf(once, (one) => (one.action === action ? 1 + one.alike : 0)),
          );
        const shown = once.filter(({ address }) => address !== '');
        assert.equal(
          sumOf(flowsOf(model), ({ verdicts }) => verdicts),
          sumOf(shown, ({ alike }) => 1 + alike),
        );
        assert.equal(model.flowCount, flowsOf(model).length);
      }),
    );
  });

  test('has the bytes that moved since it began to look, App by App', () => {
    const count = fc.record({
      id: fc.integer({ min: 1, max: 6 }),
      bytesOut: fc.nat(1000),
      isEnded: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(fc.array(count, { maxLength: 6 }), { maxLength: 20 }), (rounds) => {
        const model = new NowModel();
        const totals = new Map<number, number>();
        let moved = 0;
        for (const [index, round] of rounds.entries()) {
          const atMs = NOW_MS + index * 1000;
          const flows = round.map(({ id, bytesOut, isEnded }) => {
            const total = (totals.get(id) ?? 0) + bytesOut;
            if (index > 0) moved += totals.has(id) ? bytesOut : total;
            if (isEnded) totals.delete(id);
            else totals.set(id, total);
            const carried = { bytesOut: total, bytesIn: 0 };
            return flowTrafficOf(`${id}`, { localPort: id, carried, isEnded, startedAtMs: atMs });
          });
          // In the first round a flow that comes twice is known by then.
          if (index === 0) moved += movedWithin(flows);
          model.takeTraffic(counts(atMs, flows));
        }
        const step = stepOf(NOW_MS + rounds.length * 1000);
        assert.equal(model.activity.sum('bytesOut', step - 60, step), moved);
        assert.equal(
          sumOf(model.apps.values(), ({ activity }) => activity.sum('bytesOut', step - 60, step)),
          moved,
        );
        assert.equal(flowsOf(model).filter(({ isOpen }) => isOpen).length, totals.size);
      }),
    );
  });

  test('is never more than its limits, and says how much had to make room', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 60 }), (entries) => {
        const model = new NowModel({ mostFlows: 3, mostApps: 2 });
        const all = new NowModel();
        for (const one of entries) {
          model.takeEntries([one]);
          assert.ok(model.flowCount <= 3 && model.apps.size <= 2);
          assert.ok([...model.apps.values()].every(({ endpoints }) => endpoints.size > 0));
        }
        all.takeEntries(entries);
        assert.ok(model.leftOut >= all.flowCount - model.flowCount);
      }),
    );
  });

  test('forgets what is over for five minutes, and keeps what is open', () => {
    const model = new NowModel();
    model.takeEntries([told({ localPort: 1 }), told({ localPort: 2 })]);
    model.takeTraffic(counts(NOW_MS, [flowTrafficOf('a', { localPort: 2, localAddress: '10.0.0.1' })]));
    model.sweep(NOW_MS + WINDOW_MS);
    assert.equal(model.flowCount, 2);
    model.sweep(NOW_MS + WINDOW_MS + 1);
    assert.deepEqual(
      flowsOf(model).map(({ localPort }) => localPort),
      [2],
    );
    model.takeTraffic(counts(NOW_MS + 1, [flowTrafficOf('a', { localPort: 2, isEnded: true })]));
    model.sweep(NOW_MS + WINDOW_MS + 2);
    assert.equal(model.apps.size, 0);
  });
});

function movedWithin(flows: readonly FlowTraffic[]): number {
  const open = new Map<string, number>();
  let moved = 0;
  for (const { id, carried, isEnded } of flows) {
    const total = carried?.bytesOut ?? 0;
    moved += total - (open.get(id) ?? total);
    if (isEnded) open.delete(id);
    else open.set(id, total);
  }
  return moved;
}

describe('a flow', () => {
  test('of history and of the counts is one', () => {
    const model = new NowModel();
    model.takeEntries([told({ localPort: 4000, pid: 7 })]);
    model.takeTraffic(counts(NOW_MS, [flowTrafficOf('a', { carried: { bytesOut: 10, bytesIn: 20 } })]));
    const [flow, ...others] = flowsOf(model);
    assert.deepEqual(others, []);
    assert.deepEqual(flow?.carried, { bytesOut: 10, bytesIn: 20 });
    assert.deepEqual([flow.verdicts, flow.isOpen], [1, true]);
  });

  test('has the verdict that was the last, though older ones are read later', () => {
    const model = new NowModel();
    model.takeEntries([told({ action: 'deny', atMs: NOW_MS })]);
    model.takeEntries([told({ id: '4', action: 'allow', atMs: NOW_MS - 1000 })]);
    assert.deepEqual(
      flowsOf(model).map(({ action, verdicts }) => [action, verdicts]),
      [['deny', 2]],
    );
  });

  test('moves so many bytes a second as between two rounds of counts, and none when it rests', () => {
    const model = new NowModel();
    const carrying = (bytesOut: number): FlowTraffic[] => [
      flowTrafficOf('a', { carried: { bytesOut, bytesIn: 0 } }),
    ];
    model.takeTraffic(counts(NOW_MS, carrying(1000)));
    const [flow] = flowsOf(model);
    const rate = (nowMs: number): number | undefined => flow && model.rateOf(flow.rate, nowMs).bytesOut;
    assert.equal(rate(NOW_MS), 0, 'what it carried before is not of this moment');
    model.takeTraffic(counts(NOW_MS + 2000, carrying(5000)));
    assert.equal(rate(NOW_MS + 2000), 2000);
    assert.equal(rate(NOW_MS + 6000), 0, 'nothing was told for a while');
    model.takeTraffic(counts(NOW_MS + 3000, [flowTrafficOf('b', { localPort: 9 })]));
    assert.equal(rate(NOW_MS + 3000), 0, 'others moved');
  });

  test('is told anew after the agent was away, and what moved meanwhile is not of this moment', () => {
    const model = new NowModel();
    const carrying = (id: string, bytesOut: number): FlowTraffic[] => [
      flowTrafficOf(id, { carried: { bytesOut, bytesIn: 0 } }),
    ];
    model.takeTraffic(counts(NOW_MS, carrying('a', 1000)));
    model.takeTraffic(counts(0, [], { epoch: 2, isCounted: false }));
    assert.deepEqual([model.isCounted, flowsOf(model)[0]?.isOpen], [false, false]);
    model.takeTraffic(counts(NOW_MS + 5000, carrying('z', 90_000), { epoch: 2 }));
    const step = stepOf(NOW_MS + 5000);
    assert.equal(model.activity.sum('bytesOut', step - 10, step), 0);
    assert.equal(flowsOf(model).length, 1);
  });
});
