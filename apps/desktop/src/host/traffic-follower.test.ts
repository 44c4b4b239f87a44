// Traffic is followed while somebody reads, through restarts of the agent, and not a moment longer.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { FirewallClient, FlowTraffic, WatchUpdate } from '@sallyport/proto';
import { FirewallError } from '@sallyport/proto';
import { until } from '../../../agent/src/api/testing/serving.ts';
import { TrafficFollower } from './traffic-follower.ts';

const START = { epoch: 0, revision: 0 };

/** The agent's side of one stream after the other: the test says what comes. */
class Agent {
  readonly asked: Parameters<FirewallClient['watch']>[0][] = [];
  readonly #waiting: (WatchUpdate | Error)[] = [];
  #wake: () => void = () => undefined;

  tell(...updates: readonly (WatchUpdate | Error)[]): void {
    this.#waiting.push(...updates);
    this.#wake();
  }

  async *watch(
    options: Parameters<FirewallClient['watch']>[0],
  ): AsyncGenerator<WatchUpdate, void, undefined> {
    this.asked.push(options);
    const signal = options?.signal;
    while (signal?.aborted !== true) {
      const next = this.#waiting.shift();
      if (next instanceof Error) throw next;
      if (next !== undefined) yield next;
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
          signal?.addEventListener('abort', () => resolve());
        });
    }
  }
}

function wireFlow(id: string): FlowTraffic {
  return {
    ...{ id, app: '/usr/bin/curl', path: '', pid: 7, uid: 1000, protocol: 'tcp', direction: 'DIRECTION_OUT' },
    ...{ localAddress: '10.0.0.1', localPort: 4000, address: '1.2.3.4', port: 443, name: '' },
    traffic: { packetsOut: '3', bytesOut: '300', packetsIn: '2', bytesIn: '9007199254740991' },
    ...{ startedAtMs: 5, ended: false },
  } as const;
}

function report(...flows: readonly FlowTraffic[]): WatchUpdate {
  return { kind: 'event', event: { event: 'traffic', traffic: { atMs: 10, flows } } };
}

describe('following traffic', () => {
  test('begins with the first reader, asks for traffic alone, and reads what the agent tells', async () => {
    const agent = new Agent();
    const follower = new TrafficFollower({ client: agent });
    assert.equal(follower.isFollowing, false);
    assert.deepEqual(follower.read(START).flows, []);
    agent.tell(report(wireFlow('f-1')));
    await until(() => follower.read(START).flows.length === 1);
    const { isCounted, atMs, flows } = follower.read(START);
    assert.deepEqual({ isCounted, atMs }, { isCounted: true, atMs: 10 });
    assert.deepEqual(flows[0]?.carried, { bytesOut: 300, bytesIn: 9_007_199_254_740_991 });
    assert.equal(flows[0].name, undefined);
    assert.deepEqual(
      agent.asked.map((options) => ({ history: options?.history, traffic: options?.traffic })),
      [{ history: undefined, traffic: true }],
    );
    follower.stop();
  });

  test('ends when nobody has read for a while, and begins anew with the next reader', async () => {
    const agent = new Agent();
    const follower = new TrafficFollower({ client: agent, idleMs: 30 });
    const { epoch } = follower.read(START);
    await until(() => !follower.isFollowing);
    assert.equal(agent.asked[0]?.signal?.aborted, true);
    assert.notEqual(follower.read(START).epoch, epoch);
    assert.equal(agent.asked.length, 2);
    follower.stop();
  });

  test('begins anew when the agent went away', async () => {
    const agent = new Agent();
    const follower = new TrafficFollower({ client: agent });
    follower.read(START);
    agent.tell(report(wireFlow('f-1')));
    await until(() => follower.read(START).flows.length === 1);
    const { epoch } = follower.read(START);
    agent.tell({ kind: 'disconnected', error: new FirewallError('unavailable', 'gone'), retryInMs: 1 });
    await until(() => follower.read(START).epoch !== epoch);
    assert.deepEqual(follower.read(START).flows, []);
    follower.stop();
  });

  test('outlives a refusal: the next reader asks again', async () => {
    const agent = new Agent();
    const follower = new TrafficFollower({ client: agent });
    follower.read(START);
    agent.tell(new FirewallError('not-permitted', 'You are not in the group sallyport.'));
    await until(() => !follower.isFollowing);
    follower.read(START);
    assert.equal(agent.asked.length, 2);
    follower.stop();
  });
});
