import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HistoryRecord } from '../domain/history.ts';
import { HistoryDatabase } from './database.ts';
import { recordOf, temporaryFile } from './test-records.ts';

test('a batch is written whole or not at all, and the next one is not hindered', (context) => {
  const database = new HistoryDatabase(temporaryFile());
  context.after(() => database.close());
  const faulty = { ...recordOf(), verdict: { action: 7n ** 90n, reason: { kind: 'kernel' } } };
  assert.throws(() => database.insert([recordOf(), faulty as unknown as HistoryRecord]));
  assert.equal(database.newestId(), 0);
  database.insert([recordOf()]);
  assert.equal(database.newestId(), 1);
});
