import assert from 'node:assert/strict';
import { chmodSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, test, type TestContext } from 'node:test';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { NEWEST_100 } from './entry.ts';
import { HistoryStore, type HistoryOptions } from './store.ts';
import { rowOf } from './row.ts';
import { NO_TRAFFIC } from '../domain/traffic.ts';
import { entriesOf, recordOf, rowWith, temporaryFile } from './test-records.ts';

function opened(context: TestContext, options: Partial<HistoryOptions> = {}): HistoryStore {
  const store = HistoryStore.open({ file: temporaryFile(), wallMs: () => 1000, ...options });
  context.after(() => store.close());
  return store;
}

function countIn(file: string): unknown {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return database.prepare('SELECT count(*) AS count FROM record').get()?.['count'];
  } finally {
    database.close();
  }
}

describe('writing', () => {
  test('a record comes back as it went in', async (context) => {
    const store = opened(context);
    store.append(rowWith());
    assert.deepEqual(await entriesOf(store), [
      {
        id: 1,
        atMs: 1000,
        action: 'allow',
        reason: 'failure promptTimeout',
        app: '/usr/bin/curl',
        path: '/usr/bin/curl',
        pid: 4711,
        uid: 1000,
        commandLine: ['curl', 'x'],
        protocol: 'tcp',
        direction: 'out',
        localAddress: '10.0.0.2',
        localPort: 40000,
        address: '1.2.3.4',
        port: 443,
        name: 'example.com',
        heldUs: 12.5,
        alike: 0,
        traffic: undefined,
      },
    ]);
  });

  test('what a flow carried is added to its record, again and again, and to no other', async (context) => {
    const store = opened(context);
    for (const trafficNumber of [7, 8]) store.append(rowWith({ trafficNumber }));
    store.append(rowWith());
    for (const packetsOut of [1, 2]) {
      const traffic = { packetsOut, bytesOut: 2 ** 40, packetsIn: 0, bytesIn: 0 };
      store.append({ trafficNumber: 7, traffic });
      const entries = await entriesOf(store);
      assert.deepEqual(
        entries.map((entry) => entry.traffic),
        [undefined, undefined, traffic],
      );
    }
  });

  test('of two records of one flow, the newer one gets what it carried', async (context) => {
    const store = opened(context);
    store.append(rowWith({ trafficNumber: 7, ruleId: 'one' }));
    store.append(rowWith({ trafficNumber: 7, ruleId: 'two' }));
    store.append({ trafficNumber: 7, traffic: { ...NO_TRAFFIC, packetsIn: 1 } });
    const [newer, older] = await entriesOf(store);
    assert.deepEqual([newer?.traffic?.packetsIn, older?.traffic], [1, undefined]);
  });

  test('a packet without a process or without a readable header is recorded without a guess', async (context) => {
    const store = opened(context);
    const { key, ...record } = recordOf();
    store.append(rowOf({ ...record, flow: undefined, key }));
    const unreadableParts = { flow: undefined, key: undefined, atMs: Number.NaN, heldUs: Number.NaN };
    store.append(rowOf({ ...record, ...unreadableParts }));
    const [unreadable, kernel] = await entriesOf(store);
    assert.deepEqual(
      [kernel?.app, kernel?.pid, kernel?.address, kernel?.direction],
      [undefined, undefined, '1.2.3.4', undefined],
    );
    assert.deepEqual(
      [unreadable?.address, unreadable?.protocol, unreadable?.atMs, unreadable?.heldUs],
      [undefined, undefined, 0, 0],
    );
  });

  test('a huge command line is cut', async (context) => {
    const store = opened(context);
    store.append(rowWith({ commandLine: ['sh', '-c', 'x'.repeat(2_000_000), 'y'] }));
    const [entry] = await entriesOf(store);
    assert.equal(entry?.commandLine.length, 3);
    assert.ok(entry.commandLine.join(' ').length <= 4096);
  });

  test('nothing is written while the caller runs; all is on disk soon after', async (context) => {
    const file = temporaryFile();
    const store = opened(context, { file, flushDelayMs: 20 });
    store.append(rowWith());
    assert.equal(countIn(file), 0);
    assert.equal(store.health().waiting, 1);
    for (let tries = 0; tries < 100 && store.health().waiting > 0; tries += 1) await sleep(10);
    assert.equal(countIn(file), 1);
  });

  test('many records are written in bounded batches with room for the event loop between them', async (context) => {
    const store = opened(context, { flushDelayMs: 60_000 });
    for (let index = 0; index < 1000; index += 1) store.append(rowWith());
    const seen = new Set<number>();
    while (store.health().waiting > 0) {
      seen.add(store.health().waiting);
      await nextTurn();
    }
    assert.ok(seen.size >= 4, `waiting went ${[...seen].join(', ')}`);
  });

  test('only its owner can read the file and the folder that was made for it', (context) => {
    const file = temporaryFile();
    const store = opened(context, { file });
    store.append(rowWith());
    store.flush();
    assert.equal(statSync(dirname(file)).mode & 0o777, 0o700);
    for (const part of ['', '-wal', '-shm']) assert.equal(statSync(file + part).mode & 0o777, 0o600);
    store.close();
    chmodSync(file, 0o644);
    opened(context, { file });
    assert.equal(statSync(file).mode & 0o777, 0o600);
  });

  test('closing writes what waits, and a record after that is counted as lost', async (context) => {
    const file = temporaryFile();
    const store = opened(context, { file });
    store.append(rowWith());
    store.close();
    store.append(rowWith());
    assert.equal(store.health().lost, 1);
    assert.equal((await entriesOf(opened(context, { file }))).length, 1);
    const closed = await store.query(NEWEST_100);
    assert.equal(closed.kind, 'unavailable');
  });
});

describe('reading', () => {
  test('a container stands for all Apps in it, and for those of no other one', async (context) => {
    const store = opened(context);
    const apps = ['container:docker/web:/a', 'container:docker/web:/b', 'container:docker/web2:/a', '/a'];
    for (const path of apps) store.append(rowWith({ path }));
    const found = await entriesOf(store, { app: 'container:docker/web' });
    assert.deepEqual(
      found.map(({ app }) => app),
      ['container:docker/web:/b', 'container:docker/web:/a'],
    );
  });

  test('every condition narrows, newest first, page by page', async (context) => {
    const store = opened(context);
    store.append(rowWith({ atMs: 1, path: '/a', address: '1.1.1.1', port: 80 }));
    store.append(rowWith({ atMs: 2, path: '/a', address: '2.2.2.2', port: 443, action: 'deny' }));
    store.append(rowWith({ atMs: 3, path: '/b', address: '1.1.1.1', port: 443 }));
    const ids = async (filter: Parameters<typeof entriesOf>[1]): Promise<number[]> =>
      (await entriesOf(store, filter)).map((entry) => entry.id);
    assert.deepEqual(await ids({}), [3, 2, 1]);
    assert.deepEqual(await ids({ limit: 2 }), [3, 2]);
    assert.deepEqual(await ids({ beforeId: 2 }), [1]);
    assert.deepEqual(await ids({ beforeId: 1 }), []);
    assert.deepEqual(await ids({ app: '/a' }), [2, 1]);
    assert.deepEqual(await ids({ address: '1.1.1.1' }), [3, 1]);
    assert.deepEqual(await ids({ port: 443 }), [3, 2]);
    assert.deepEqual(await ids({ action: 'deny' }), [2]);
    assert.deepEqual(await ids({ sinceMs: 2 }), [3, 2]);
    assert.deepEqual(await ids({ app: '/a', port: 443, action: 'allow' }), []);
  });

  test('words and parts are found wherever they stand, whatever case, and mean nothing but themselves', async (context) => {
    const store = opened(context);
    store.append(rowWith({ path: '/usr/bin/curl', address: '1.1.1.1', commandLine: ['curl', '100%_done'] }));
    store.append(rowWith({ path: '/usr/bin/Firefox', address: '2001:db8::5', commandLine: ['firefox'] }));
    store.append(rowWith({ path: '/opt/100%', address: '1.1.2.1', commandLine: [String.raw`a\b`] }));
    const ids = async (filter: Parameters<typeof entriesOf>[1]): Promise<number[]> =>
      (await entriesOf(store, filter)).map((entry) => entry.id);
    assert.deepEqual(await ids({ words: ['fireFOX'] }), [2]);
    assert.deepEqual(await ids({ words: ['100%'] }), [3, 1]);
    assert.deepEqual(await ids({ words: ['0%_d'] }), [1]);
    assert.deepEqual(await ids({ words: ['%'] }), [3, 1]);
    assert.deepEqual(await ids({ words: ['_'] }), [1]);
    assert.deepEqual(await ids({ words: ['curl', 'promptTimeout', '1.1.1'] }), [1]);
    assert.deepEqual(await ids({ words: ['curl', 'firefox'] }), []);
    assert.deepEqual(await ids({ words: ["' OR 1 --"] }), []);
    assert.deepEqual(await ids({ appPart: 'usr/bin' }), [2, 1]);
    assert.deepEqual(await ids({ addressPart: 'DB8' }), [2]);
    assert.deepEqual(await ids({ addressPart: 'example' }), [3, 2, 1]);
    assert.deepEqual(await ids({ protocol: 'udp' }), []);
    assert.deepEqual(await ids({ protocol: 'tcp', direction: 'out', uid: 1000 }), [3, 2, 1]);
    assert.deepEqual(await ids({ uid: 0 }), []);
    assert.deepEqual(await ids({ direction: 'in' }), []);
    assert.deepEqual(await ids({ untilMs: 999 }), []);
  });

  test('a rare entry is found behind tens of thousands of others', async (context) => {
    const store = opened(context, { waitingLimit: 100_000 });
    store.append(rowWith({ port: 7, path: '/rare' }));
    for (let index = 0; index < 45_000; index += 1) store.append(rowWith());
    assert.deepEqual(
      (await entriesOf(store, { port: 7 })).map((entry) => entry.id),
      [1],
    );
    assert.deepEqual(
      (await entriesOf(store, { app: '/rare' })).map((entry) => entry.id),
      [1],
    );
    assert.deepEqual(
      (await entriesOf(store, { words: ['rar'] })).map((entry) => entry.id),
      [1],
    );
    const many = await entriesOf(store, { limit: 1000 });
    assert.deepEqual([many.length, many[0]?.id, many.at(-1)?.id], [1000, 45_001, 44_002]);
  });
});

describe('retention', () => {
  test('the oldest records give way to the number that is kept', async (context) => {
    const store = opened(context, { maxRecords: 300, flushDelayMs: 1 });
    for (let index = 0; index < 2100; index += 1) store.append(rowWith());
    await entriesOf(store);
    store.append(rowWith());
    const kept = async (): Promise<number> => (await entriesOf(store, { limit: 10_000 })).length;
    for (let tries = 0; tries < 200 && (await kept()) > 301; tries += 1) await sleep(5);
    const all = await entriesOf(store, { limit: 10_000 });
    assert.ok(all.length >= 300 && all.length <= 301, `${all.length} are kept`);
    assert.equal(all[0]?.id, 2101);
  });

  test('records beyond their age are removed when the store is used again', async (context) => {
    const file = temporaryFile();
    const before = opened(context, { file, wallMs: () => 10_000, maxAgeMs: 5000 });
    before.append(rowWith({ atMs: 6000 }));
    before.append(rowWith({ atMs: 9000 }));
    before.close();
    const store = opened(context, { file, wallMs: () => 12_000, maxAgeMs: 5000, flushDelayMs: 1 });
    store.append(rowWith({ atMs: 12_000 }));
    const times = async (): Promise<number[]> => (await entriesOf(store)).map((entry) => entry.atMs);
    for (let tries = 0; tries < 200 && (await times()).length > 2; tries += 1) await sleep(5);
    assert.deepEqual(await times(), [12_000, 9000]);
  });
});
