// The book over counters that the test plays: who watches hears what changed, an ended flow is told once and written, and
// nothing is read while nobody asks.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Address } from '../domain/address.ts';
import { appOf } from '../domain/app.ts';
import type { Flow, FlowId } from '../domain/flow.ts';
import type { TrafficOfRecord } from '../domain/history.ts';
import type { FlowTraffic, Traffic } from '../domain/traffic.ts';
import { MOST_FLOWS_OF_A_SOCKET } from './open-flows.ts';
import { TrafficBook } from './traffic-book.ts';

const SECOND_MS = 1000;

class Played {
  nowMs = 1_000_000;
  reads = 0;
  readonly stored: TrafficOfRecord[] = [];
  readonly forgotten: Flow[] = [];
  readonly told: FlowTraffic[] = [];
  readonly counted = new Map<Flow, number>();
  readonly open = new Set<bigint>();
  readonly book: TrafficBook;
  #closed: bigint[] = [];

  constructor(whyUncounted?: string) {
    this.book = new TrafficBook({
      counters: {
        read: (flow) => this.#read(flow),
        isOpen: (cookie) => this.open.has(cookie),
        forget: (flow) => void this.forgotten.push(flow),
        readEnded: () => this.#closed.splice(0).forEach((cookie) => this.book.socketEnded(cookie)),
      },
      whyUncounted,
      nowMs: () => this.nowMs,
      store: (update) => void this.stored.push(update),
    });
  }

  flow(
    parts: { readonly cookie?: bigint; readonly port?: number; readonly protocol?: 'tcp' | 'udp' } = {},
  ): Flow {
    const { cookie = 1n, port = 443, protocol = 'tcp' } = parts;
    const [localAddress, address] = ['10.0.0.2' as Address, '1.2.3.4' as Address];
    const ends = { localAddress, localPort: 4000, remoteAddress: address, remotePort: port };
    const app = appOf({ kind: 'path', path: '/usr/bin/curl' });
    const process = { app, pid: 7, startNs: 1n, uid: 0, userName: undefined, cgroupId: 1n };
    this.open.add(cookie);
    return {
      id: `f${cookie}-${port}` as FlowId,
      key: { protocol, ...ends, networkNamespace: 1n },
      direction: 'out',
      process: { ...process, commandLine: [], ancestors: [], lineage: undefined, container: 'none' },
      endpoint: { address, port, name: undefined },
      socketCookie: cookie,
      startedAtMs: this.nowMs,
    };
  }

  close(cookie: bigint): void {
    this.open.delete(cookie);
    this.#closed.push(cookie);
  }

  watch(): () => void {
    return this.book.watch(({ flows }) => void this.told.push(...flows));
  }

  /** As the agent does: twice a second. */
  pass(ms: number): void {
    for (const endMs = this.nowMs + ms; this.nowMs < endMs;) {
      this.nowMs += 500;
      this.book.work();
    }
  }

  #read(flow: Flow): Traffic | undefined {
    this.reads += 1;
    const packets = this.counted.get(flow);
    return packets === undefined ? undefined : trafficOf(packets);
  }
}

function trafficOf(packets: number): Traffic {
  return { packetsOut: packets, bytesOut: packets * 100, packetsIn: 0, bytesIn: 0 };
}

test('who watches hears of all open flows at once, later of those that changed, and of an end once', () => {
  const played = new Played();
  const flow = played.flow();
  played.book.open(flow);
  played.counted.set(flow, 1);
  played.watch();
  assert.deepEqual(played.told.splice(0), [{ flow, traffic: trafficOf(1), isEnded: false }]);
  played.pass(SECOND_MS);
  played.told.length = 0;
  played.pass(5 * SECOND_MS);
  assert.deepEqual(played.told, [], 'nothing changed');
  played.counted.set(flow, 3);
  played.pass(SECOND_MS);
  assert.deepEqual(played.told.splice(0), [{ flow, traffic: trafficOf(3), isEnded: false }]);
  played.close(1n);
  played.pass(5 * SECOND_MS);
  assert.deepEqual(played.told, [{ flow, traffic: trafficOf(3), isEnded: true }]);
  assert.deepEqual(played.forgotten, [flow]);
  assert.equal(played.book.totals().openFlows, 0);
});

test('while nobody watches nothing is read, but once a minute for history', () => {
  const played = new Played();
  const flow = played.flow();
  const trafficNumber = played.book.open(flow);
  played.counted.set(flow, 1);
  played.pass(50 * SECOND_MS);
  assert.equal(played.reads, 0);
  played.pass(20 * SECOND_MS);
  assert.deepEqual(played.stored, [{ trafficNumber, traffic: trafficOf(1) }]);
  played.pass(120 * SECOND_MS);
  assert.equal(played.stored.length, 1, 'written once, as it did not change');
});

test('a closed connection is over when it has said all that it had to say, and at the latest after a minute', () => {
  const played = new Played();
  const [quick, endless] = [played.flow(), played.flow({ cookie: 2n })];
  for (const flow of [quick, endless]) played.book.open(flow);
  played.close(1n);
  played.close(2n);
  for (let second = 1; second < 50; second += 1) {
    played.counted.set(quick, Math.min(second, 5));
    played.counted.set(endless, second);
    played.pass(SECOND_MS);
  }
  assert.deepEqual(played.forgotten, [quick]);
  assert.deepEqual(played.stored.at(-1)?.traffic, trafficOf(5));
  for (let second = 50; second < 70; second += 1) {
    played.counted.set(endless, second);
    played.pass(SECOND_MS);
  }
  assert.deepEqual(played.forgotten, [quick, endless]);
});

test('a socket of which the kernel could not tell that it was closed ends all the same', () => {
  const played = new Played();
  played.book.open(played.flow());
  played.open.clear();
  played.pass(65 * SECOND_MS);
  assert.equal(played.book.totals().openFlows, 0);
});

test('a socket that connects a second time: each connection has its own', () => {
  const played = new Played();
  const [first, second] = [played.flow(), played.flow({ port: 444 })];
  const number = played.book.open(first);
  played.counted.set(first, 4);
  played.book.open(second);
  assert.deepEqual(played.stored, [{ trafficNumber: number, traffic: trafficOf(4) }]);
  played.counted.set(second, 10);
  played.watch();
  assert.deepEqual(played.told, [{ flow: second, traffic: trafficOf(6), isEnded: false }]);
  assert.deepEqual(played.book.totals().total, trafficOf(10));
});

test('the same flow is opened once; a datagram socket with very many ends loses the oldest', () => {
  const played = new Played();
  const flow = played.flow({ protocol: 'udp', port: 1 });
  assert.equal(played.book.open(flow), played.book.open({ ...flow, id: 'f-later' as FlowId }));
  for (let port = 2; port <= MOST_FLOWS_OF_A_SOCKET + 1; port += 1)
    played.book.open(played.flow({ protocol: 'udp', port }));
  assert.deepEqual(played.forgotten, [flow]);
  assert.equal(played.book.totals().openFlows, MOST_FLOWS_OF_A_SOCKET);
});

test('numbers in history never come twice, whatever the clock says', () => {
  const played = new Played();
  const numbers = [0, 0, -5000, 1].map((stepMs) => {
    played.nowMs += stepMs;
    return played.book.nextNumber();
  });
  assert.deepEqual(
    [...new Set(numbers)].sort((one, other) => one - other),
    numbers,
  );
});

test('without programs that count no flow is opened, and nothing is claimed', () => {
  const played = new Played('the verifier refused it');
  assert.equal(played.book.open(played.flow()), undefined);
  assert.equal(new Played().book.open({ ...played.flow(), socketCookie: 0n }), undefined);
});
