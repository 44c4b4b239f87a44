// The ring buffer in the event loop: order, flood, and every ill-timed end.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { compile, makeCgroup, needsRoot } from './fixtures/fixtures.ts';
import { connectFrom } from './fixtures/traffic.ts';
import { openObject } from './index.ts';

const consumerFile = join(import.meta.dirname, 'fixtures/consumer.ts');

describe('ring buffers', { ...needsRoot, timeout: 60_000 }, () => {
  if (needsRoot.skip !== false) return;
  const cgroup = makeCgroup();
  const path = compile('connect');

  function runConsumer(behaviour: string): {
    status: number | null;
    signal: string | null;
    stdout: string;
    stderr: string;
  } {
    const options = { encoding: 'utf8', timeout: 20_000 } as const;
    return spawnSync(process.execPath, ['--expose-gc', consumerFile, path, cgroup, behaviour], options);
  }

  test('a map of another type and a second consumer are refused', () => {
    using object = openObject(path);
    object.load();
    assert.throws(() => object.map('numbers').consumeRingBuffer(() => undefined), TypeError);
    const consumer = object.map('events').consumeRingBuffer(() => undefined);
    assert.throws(() => object.map('events').consumeRingBuffer(() => undefined), /has a consumer already/);
    consumer.close();
    consumer.close();
    object
      .map('events')
      .consumeRingBuffer(() => undefined)
      .close();
  });

  test('readNow hands over what is there before it returns, and nothing after close', () => {
    using object = openObject(path, { globals: { repeat: 200, marker: 513 } });
    object.load();
    object.program('count_connect').attachCgroup(cgroup);
    let seen = 0;
    const consumer = object.map('events').consumeRingBuffer(() => (seen += 1));
    consumer.readNow();
    assert.equal(seen, 0);
    connectFrom(cgroup, [1, 2, 3]);
    consumer.readNow();
    assert.equal(seen, 600, 'more than one batch');
    connectFrom(cgroup, [4]);
    consumer.close();
    consumer.readNow();
    assert.equal(seen, 600);
  });

  test('records arrive whole and in order, in bounded batches that let timers run', async () => {
    using object = openObject(path, { globals: { repeat: 200, marker: 513 } });
    object.load();
    object.program('count_connect').attachCgroup(cgroup);
    const ports = Array.from({ length: 15 }, (_, index) => index + 1);
    const seen: number[] = [];
    let seenAtFirstTurn = 0;
    const consumer = object.map('events').consumeRingBuffer((record) => {
      const view = new DataView(record.buffer, record.byteOffset, record.length);
      assert.equal(record.length, 8);
      assert.equal(view.getUint16(6, true), 513);
      seen.push(view.getUint16(4, true));
      if (seen.length === 1) setImmediate(() => (seenAtFirstTurn = seen.length));
    });
    connectFrom(cgroup, ports);
    while (seen.length < 3000) await delay(5);
    await delay(20);
    consumer.close();
    assert.deepEqual(
      seen,
      ports.flatMap((port) => Array.from({ length: 200 }, () => port)),
    );
    assert.ok(seenAtFirstTurn <= 512, `${seenAtFirstTurn} records before the loop turned`);
  });

  test('what the callback throws is an uncaught exception and costs no record', () => {
    const { status, stdout } = runConsumer('throw');
    assert.equal(status, 0);
    assert.deepEqual(JSON.parse(stdout), { records: 8, uncaught: ['from the callback'], closed: false });
  });

  for (const behaviour of ['close', 'close-object']) {
    test(`the callback may ${behaviour}: nothing comes after it`, () => {
      const { status, stdout, stderr } = runConsumer(behaviour);
      assert.equal(status, 0, stderr);
      assert.deepEqual(JSON.parse(stdout), { records: 2, uncaught: [], closed: true });
    });
  }

  test('garbage collection takes no open consumer', () => {
    const { status, stdout } = runConsumer('collect');
    assert.equal(status, 0);
    assert.deepEqual(JSON.parse(stdout), { records: 8, uncaught: [], closed: false });
  });

  test('an unreferenced consumer lets the process end', () => {
    const { status, signal } = runConsumer('unref');
    assert.deepEqual({ status, signal }, { status: 0, signal: null });
  });

  test('workers can be terminated with everything open', async () => {
    for (let round = 0; round < 5; round++) {
      const worker = new Worker(consumerFile, { workerData: [path, cgroup, 'none'] });
      await once(worker, 'message');
      await worker.terminate();
    }
  });
});
