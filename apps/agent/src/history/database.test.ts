import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HistoryDatabase } from './database.ts';
import { rowWith, temporaryFile } from './test-records.ts';

test('a batch is written whole or not at all, and the next one is not hindered', (context) => {
  const database = new HistoryDatabase(temporaryFile());
  context.after(() => database.close());
  assert.throws(() => database.write([rowWith(), rowWith().with(0, 'not a time')]));
  assert.equal(database.newestId(), 0);
  database.write([rowWith()]);
  assert.equal(database.newestId(), 1);
});
