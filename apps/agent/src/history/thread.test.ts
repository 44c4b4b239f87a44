import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { NEWEST_100 } from './entry.ts';
import { entriesOf, recordOf, temporaryFile } from './test-records.ts';
import { HistoryThread } from './thread.ts';

function opened(context: TestContext, file: string, waitingLimit = 10_000): HistoryThread {
  const options = { file, waitingLimit, flushDelayMs: 5, retryMs: 10, retryMaxMs: 20 };
  const thread = HistoryThread.open(options, { gatherMs: 5, idleMs: 100 });
  context.after(() => thread.close());
  return thread;
}

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500 && !condition(); tries += 1) await sleep(10);
  assert.ok(condition(), `never came true: ${condition.toString()}`);
}

test('records reach the file on the other thread and are read back at once', async (context) => {
  const thread = opened(context, temporaryFile());
  for (let port = 1; port <= 1000; port += 1) thread.append(recordOf({ port, atMs: Date.now() }));
  const entries = await entriesOf(thread, { limit: 10_000 });
  assert.deepEqual([entries.length, entries[0]?.port, entries.at(-1)?.port], [1000, 1000, 1]);
  assert.deepEqual([thread.health().state, thread.health().waiting, thread.health().lost], ['ok', 0, 0]);
});

test('closing writes what waits; later records are counted as lost', async (context) => {
  const file = temporaryFile();
  const thread = opened(context, file);
  for (let index = 0; index < 250; index += 1) thread.append(recordOf({ atMs: Date.now() }));
  await thread.close();
  thread.append(recordOf());
  assert.deepEqual([thread.health().waiting, thread.health().lost], [0, 1]);
  assert.equal((await thread.query(NEWEST_100)).kind, 'unavailable');
  assert.equal((await entriesOf(opened(context, file), { limit: 1000 })).length, 250);
});

test('a database that cannot be opened shows in health, and its recovery as well', async (context) => {
  const file = temporaryFile();
  mkdirSync(file, { recursive: true });
  const thread = opened(context, file, 5);
  await until(() => thread.health().state === 'broken');
  for (let index = 0; index < 20; index += 1) thread.append(recordOf({ atMs: Date.now() }));
  assert.equal(thread.health().waiting + thread.health().lost, 20);
  assert.equal((await thread.query(NEWEST_100)).kind, 'unavailable');
  rmSync(file, { recursive: true });
  await until(() => thread.health().waiting === 0);
  const { lost, state } = thread.health();
  assert.deepEqual([(await entriesOf(thread)).length + lost, state], [20, 'degraded']);
});

test('a thread that ends by itself is reported and started again; what it did not take over waits', async (context) => {
  const endsOnceTold = new URL(
    "data:text/javascript,import('node:worker_threads').then((threads) => threads.parentPort.once('message', () => process.exit(3)))",
  );
  const thread = HistoryThread.open({ file: temporaryFile() }, { entry: endsOnceTold, gatherMs: 5 });
  context.after(() => thread.close());
  thread.append(recordOf());
  const asked = thread.query(NEWEST_100);
  assert.equal((await asked).kind, 'unavailable');
  const health = thread.health();
  assert.deepEqual([health.state, health.waiting, health.lost], ['broken', 1, 0]);
  assert.match(health.text, /ended with code 3/);
  await thread.close();
  assert.deepEqual([thread.health().waiting, thread.health().lost], [0, 1]);
});

test('an idle thread does not keep the process alive', () => {
  const source = `
    import { HistoryThread } from ${JSON.stringify(new URL('./thread.ts', import.meta.url).href)};
    HistoryThread.open({ file: ${JSON.stringify(temporaryFile())} });`;
  execFileSync(process.execPath, ['--input-type=module', '--eval', source], { timeout: 20_000 });
});

test('a thread with nothing to do ends, and another one begins where there is something again', async (context) => {
  const file = temporaryFile();
  const thread = opened(context, file);
  for (let round = 1; round <= 3; round += 1) {
    thread.append(recordOf({ atMs: Date.now() }));
    await until(() => thread.health().waiting === 0 && thread.health().text.includes(file));
    await until(() => !existsSync(`${file}-wal`));
    assert.deepEqual([thread.health().state, thread.health().lost], ['ok', 0]);
  }
  assert.equal((await entriesOf(thread)).length, 3);
});

test('records and questions that come while the thread ends are not lost', async (context) => {
  const thread = opened(context, temporaryFile());
  for (let count = 1; count <= 40; count += 1) {
    // Around the moment at which the thread falls asleep.
    await sleep(90 + (count % 10) * 3);
    thread.append(recordOf({ port: count, atMs: Date.now() }));
    if (count % 4 === 0) assert.equal((await entriesOf(thread))[0]?.port, count);
  }
  assert.equal((await entriesOf(thread)).length, 40);
});

test('a thread that has bad news stays, and says that there is nothing to do', async (context) => {
  const file = temporaryFile();
  mkdirSync(file, { recursive: true });
  let idle = 0;
  const thread = HistoryThread.open({ file }, { idleMs: 100, onIdle: () => (idle += 1) });
  context.after(() => thread.close());
  await until(() => idle === 1);
  assert.equal(thread.health().state, 'broken');
});

test('who appends no more than there is room for loses nothing, however slow the disk', async (context) => {
  const thread = opened(context, temporaryFile(), 2000);
  for (let port = 1; port <= 20_000; port += 1) {
    while (thread.room === 0) await sleep(1);
    thread.append(recordOf({ port, atMs: Date.now() }));
  }
  assert.equal((await entriesOf(thread, { limit: 10_000 }))[0]?.port, 20_000);
  assert.deepEqual([thread.health().state, thread.health().waiting, thread.health().lost], ['ok', 0, 0]);
});

test('uses of rules are summed up to a time, whatever else is recorded', async (context) => {
  const thread = opened(context, temporaryFile());
  const now = Date.now();
  for (const [ruleId, atMs] of [
    ['curl', now - 30],
    ['ssh', now - 20],
    ['curl', now - 10],
    ['curl', now + 1000],
  ] as const)
    thread.append(recordOf({ ruleId, atMs }));
  thread.append(recordOf({ atMs: now - 5 }));
  assert.deepEqual(await thread.ruleUses(now), [
    { ruleId: 'curl', flows: 2, lastAtMs: now - 10 },
    { ruleId: 'ssh', flows: 1, lastAtMs: now - 20 },
  ]);
});
