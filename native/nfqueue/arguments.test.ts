// Wrong arguments: refused by the typed face with a clear error, and by the native functions without a crash.
import { deepEqual, equal, ok, throws } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { errorName } from './errors.ts';
import { openQueue } from './index.ts';
import { parseKernelStats } from './kernelStats.ts';
import { native, type NativeQueue, type NativeSettings } from './native.ts';
import { fieldCount } from './packetFields.ts';
import { namespaceTest } from './test/namespace.ts';

const file = import.meta.filename;
const ignore = (): void => undefined;
const oddities: readonly unknown[] = [
  undefined,
  null,
  true,
  -1,
  0.5,
  NaN,
  Infinity,
  2 ** 32,
  1n,
  'x',
  '',
  Symbol('x'),
  {},
  [],
  ignore,
  new Uint8Array(3),
  new Date(),
  new Proxy(
    {},
    {
      get: () => {
        throw new Error('from the proxy');
      },
    },
  ),
];

describe('openQueue refuses', () => {
  const open = openQueue as (options: unknown, onPackets: unknown) => unknown;
  const cases: readonly [string, unknown, unknown][] = [
    ['no options', undefined, ignore],
    ['null options', null, ignore],
    ['no queue', {}, ignore],
    ['queue 65536', { queue: 65_536 }, ignore],
    ['queue -1', { queue: -1 }, ignore],
    ['a queue given as text', { queue: '1' }, ignore],
    ['maxLength 0', { queue: 1, maxLength: 0 }, ignore],
    ['copyRange 65532', { queue: 1, copyRange: 65_532 }, ignore],
    ['failOpen given as a number', { queue: 1, failOpen: 1 }, ignore],
    ['receiveBufferBytes NaN', { queue: 1, receiveBufferBytes: NaN }, ignore],
    ['no callback', { queue: 1 }, undefined],
    ['onVerdictError that is no function', { queue: 1, onVerdictError: 1 }, ignore],
  ];
  for (const [name, options, onPackets] of cases) {
    test(name, () => throws(() => open(options, onPackets), /must be/u));
  }
});

namespaceTest('a verdict with wrong arguments throws and sends nothing', file, async () => {
  const queue = openQueue({ queue: 1 }, ignore);
  const verdict = queue.verdict.bind(queue) as (...all: readonly unknown[]) => void;
  for (const id of oddities) throws(() => verdict(id, 'accept'));
  for (const name of [...oddities, 'toString', 'queue']) throws(() => verdict(1, name));
  for (const mark of oddities.slice(1)) throws(() => verdict(1, 'accept', { mark }));
  const many = queue.verdictMany.bind(queue) as (...all: readonly unknown[]) => void;
  for (const id of oddities) throws(() => many([id], 'accept'));
  queue.verdictMany([], 'accept');
  equal(queue.stats().verdicts, 0);
  queue.close();
  await Promise.resolve();
});

namespaceTest('the native functions survive every hostile argument and receiver', file, async () => {
  const NativeQueue = native.NativeQueue as unknown as Hostile;
  for (const value of oddities) {
    throws(() => new NativeQueue(value, value, value));
    throws(() => new NativeQueue(value, ignore, ignore));
    throws(() => NativeQueue(value));
    for (const key of Object.keys(settings()))
      throws(() => new NativeQueue({ ...settings(), [key]: value }, ignore, ignore), key);
  }
  const queue = new native.NativeQueue(settings(), ignore, ignore) as unknown as Record<
    string,
    HostileMethod
  >;
  for (const name of Object.getOwnPropertyNames(native.NativeQueue.prototype)) attack(queue, name);
  for (const value of oddities) throws(() => (native.parse as HostileMethod)(value, value));
  queue['close']?.();
  await Promise.resolve();
});

type HostileMethod = (...all: readonly unknown[]) => unknown;
type Hostile = HostileMethod & (new (...all: readonly unknown[]) => unknown);

function settings(): NativeSettings {
  const rows = new Uint32Array(native.rowCount * fieldCount);
  const slots = new Uint8Array(native.slotCount * (100 + native.attributeRoom));
  return { queue: 9, maximumLength: 10, copyRange: 100, flags: 0, receiveBufferBytes: 8192, rows, slots };
}

function attack(queue: Record<string, HostileMethod>, name: string): void {
  if (name === 'constructor' || name === 'close') return;
  const method = queue[name];
  ok(method !== undefined);
  for (const first of oddities) {
    throws(() => method.call(first, first), TypeError);
    for (const second of oddities) {
      try {
        method.call(queue, first, second, first);
      } catch (error) {
        ok(error instanceof Error);
      }
    }
  }
}

function assertOpen(queue: NativeQueue): void {
  ok(!queue.hasStash());
}

namespaceTest('arrays detached behind its back close the native queue with a failure', file, async () => {
  const arrays = settings();
  const ended = new Promise<number>((resolve) => {
    assertOpen(new native.NativeQueue(arrays, ignore, resolve));
  });
  structuredClone(arrays.slots, { transfer: [arrays.slots.buffer] });
  const { createSocket } = await import('node:dgram');
  const { run } = await import('./test/namespace.ts');
  run('iptables', '-A', 'OUTPUT', '-p', 'udp', '-j', 'NFQUEUE', '--queue-num', '9');
  const socket = createSocket('udp4');
  socket.send('x', 9, '127.0.0.1');
  equal(errorName(await ended), 'EFAULT');
  socket.close();
});

describe('the line of /proc', () => {
  const text =
    '    0  14203     3 2    68     0     0        3  1\n    7   -999    10 2  1500     5     6      15  1\n';
  test('is read for the queue and port asked for', () => {
    deepEqual(parseKernelStats(text, 7, -999), {
      port: -999,
      waiting: 10,
      copyMode: 2,
      copyRange: 1500,
      queueDropped: 5,
      userDropped: 6,
      idSequence: 15,
    });
  });
  test('is undefined for another listener, and for damaged text', () => {
    equal(parseKernelStats(text, 7, 14203), undefined);
    equal(parseKernelStats('', 7, 1), undefined);
    equal(parseKernelStats('7 1 x 2 3 4 5 6 7', 7, 1), undefined);
    equal(parseKernelStats('7 1 2', 7, 1), undefined);
  });
});
