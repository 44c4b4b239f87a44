// The history breaks in every way it can on real files; appending goes on and health says what is wrong.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { NEWEST_100 } from './entry.ts';
import { HistoryStore, type HistoryOptions } from './store.ts';
import { entriesOf, rowWith, temporaryFile } from './test-records.ts';

const needsRoot = process.getuid?.() === 0 ? false : 'needs root: run sudo npm test';

function opened(
  context: TestContext,
  options: Pick<HistoryOptions, 'file'> & Partial<HistoryOptions>,
): HistoryStore {
  const store = HistoryStore.open({
    wallMs: () => 0,
    retryMs: 10,
    retryMaxMs: 20,
    flushDelayMs: 5,
    ...options,
  });
  context.after(() => store.close());
  return store;
}

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 300 && !condition(); tries += 1) await sleep(10);
  assert.ok(condition(), `never came true: ${condition.toString()}`);
}

/** A folder that is a file system of 512 KiB. */
function smallDisk(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-history-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k,mode=0700', 'sallyport-test', folder]);
  context.after(() => {
    execFileSync('umount', ['--lazy', folder]);
    rmdirSync(folder);
  });
  return folder;
}

describe('a broken history', () => {
  test('that is not a database is moved aside, kept as it was, and a new one begins', async (context) => {
    const file = temporaryFile();
    mkdirSync(dirname(file));
    writeFileSync(file, 'this is not a database, but somebody may want it'.repeat(100));
    const store = opened(context, { file });
    store.append(rowWith());
    assert.equal((await entriesOf(store)).length, 1);
    const aside = readdirSync(dirname(file)).find((name) => name.includes('unreadable'));
    assert.equal(aside, `${basename(file)}.unreadable-1970-01-01T00-00-00.000Z`);
    assert.match(readFileSync(join(dirname(file), aside), 'utf8'), /^this is not a database/);
    const health = store.health();
    assert.equal(health.state, 'degraded');
    assert.match(health.text, /moved to .*unreadable-1970.* a new history was begun/);
    assert.match(health.remedy ?? '', /recover/);
  });

  test('that is damaged while it is open is moved aside; the records that waited are not lost', async (context) => {
    const file = temporaryFile();
    const first = opened(context, { file });
    for (let index = 0; index < 2000; index += 1) first.append(rowWith());
    first.close();
    const store = opened(context, { file });
    const descriptor = openSync(file, 'r+');
    writeSync(descriptor, Buffer.alloc(200_000, 0xa5), 0, 200_000, 4096);
    closeSync(descriptor);
    store.append(rowWith({ path: '/after' }));
    await until(() => store.health().waiting === 0);
    assert.match(store.health().text, /moved to/);
    assert.deepEqual(
      (await entriesOf(store)).map((entry) => entry.app),
      ['/after'],
    );
  });

  test('that was deleted while open begins anew', async (context) => {
    const file = temporaryFile();
    const store = opened(context, { file });
    store.append(rowWith());
    store.flush();
    rmSync(file);
    store.append(rowWith({ path: '/after' }));
    await until(() => store.health().waiting === 0);
    assert.deepEqual(
      (await entriesOf(store)).map((entry) => entry.app),
      ['/after'],
    );
    assert.equal(store.health().state, 'degraded');
    assert.match(store.health().text, /was removed or replaced/);
  });

  test('whose whole folder was deleted while open begins anew', async (context) => {
    const file = temporaryFile();
    const store = opened(context, { file });
    rmSync(dirname(file), { recursive: true });
    store.append(rowWith());
    await until(() => store.health().waiting === 0);
    assert.equal((await entriesOf(store)).length, 1);
  });

  test('that another process has locked makes records wait, and is written to once it is free', async (context) => {
    const file = temporaryFile();
    const store = opened(context, { file });
    const other = new DatabaseSync(file);
    other.exec('BEGIN IMMEDIATE');
    store.append(rowWith());
    assert.equal(store.flush(), false);
    const health = store.health();
    assert.deepEqual([health.state, health.waiting, health.lost], ['degraded', 1, 0]);
    assert.match(health.text, /locked/);
    assert.deepEqual(await entriesOf(store), [], 'what is on disk can still be read');
    other.exec('ROLLBACK');
    other.close();
    await until(() => store.health().waiting === 0);
    assert.equal(store.health().state, 'ok');
    assert.equal((await entriesOf(store)).length, 1);
  });

  test('that cannot be opened keeps records up to the limit and counts the rest', async (context) => {
    const file = temporaryFile();
    mkdirSync(file, { recursive: true });
    const store = opened(context, { file, waitingLimit: 5 });
    for (let index = 0; index < 8; index += 1) store.append(rowWith());
    const health = store.health();
    assert.deepEqual([health.state, health.waiting, health.lost], ['broken', 5, 3]);
    assert.match(health.text, /3 records were lost/);
    assert.equal((await store.query(NEWEST_100)).kind, 'unavailable');
    rmSync(file, { recursive: true });
    await until(() => store.health().waiting === 0);
    assert.equal((await entriesOf(store)).length, 5);
    assert.equal(store.health().state, 'degraded', 'a loss is not forgotten');
  });

  test('that a later version wrote is left alone', (context) => {
    const file = temporaryFile();
    opened(context, { file }).close();
    const later = new DatabaseSync(file);
    later.exec('PRAGMA user_version = 99');
    later.close();
    const store = opened(context, { file });
    store.append(rowWith());
    assert.equal(store.flush(), false);
    assert.equal(store.health().state, 'broken');
    assert.match(store.health().text, /format 99/);
    assert.equal(
      readdirSync(dirname(file)).some((name) => name.includes('unreadable')),
      false,
    );
  });

  test(
    'on a full disk waits in memory and is written when there is room',
    { skip: needsRoot },
    async (context) => {
      const folder = smallDisk(context);
      const file = join(folder, 'history.sqlite');
      const store = opened(context, { file });
      writeFileSync(join(folder, 'ballast'), Buffer.alloc(256 * 1024));
      let appended = 0;
      for (; store.health().state === 'ok' && appended < 10_000; appended += 50) {
        for (let index = 0; index < 50; index += 1) store.append(rowWith());
        store.flush();
      }
      const health = store.health();
      assert.equal(health.state, 'broken');
      assert.match(health.text, /full/);
      assert.match(health.remedy ?? '', /Free space/);
      assert.deepEqual([health.waiting > 0, health.lost], [true, 0]);
      rmSync(join(folder, 'ballast'));
      await until(() => store.health().waiting === 0);
      assert.equal(store.health().state, 'ok');
      assert.equal((await entriesOf(store, { limit: 10_000 })).length, appended);
    },
  );

  test('on a full disk from the start is opened when there is room', { skip: needsRoot }, async (context) => {
    const folder = smallDisk(context);
    const file = join(folder, 'history.sqlite');
    assert.throws(() => writeFileSync(join(folder, 'ballast'), Buffer.alloc(1024 * 1024)), /ENOSPC/);
    const store = opened(context, { file });
    store.append(rowWith());
    assert.equal(store.flush(), false);
    assert.equal(store.health().state, 'broken');
    rmSync(join(folder, 'ballast'));
    await until(() => store.health().waiting === 0);
    assert.equal((await entriesOf(store)).length, 1);
  });

  test('on a read-only file system waits until it is writable', { skip: needsRoot }, async (context) => {
    const folder = smallDisk(context);
    const file = join(folder, 'history.sqlite');
    execFileSync('mount', ['-o', 'remount,ro', folder]);
    const store = opened(context, { file });
    store.append(rowWith());
    assert.equal(store.flush(), false);
    assert.equal(store.health().state, 'broken');
    assert.match(store.health().remedy ?? '', /writable/);
    execFileSync('mount', ['-o', 'remount,rw', folder]);
    await until(() => store.health().waiting === 0);
    assert.equal(store.health().state, 'ok');
  });
});
