// What a file's metadata prove.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { stampOf } from './rule-file.ts';
import { rulesFixture } from './rules-store.fixture.ts';

test('the stamp of a file proves its content only when the file has been left alone for a while', async (context) => {
  const { write, directory } = rulesFixture(context);
  const path = join(directory, 'a.yaml');
  write('a.yaml', 'one');
  const early = stampOf(path);
  assert.equal(early?.isSettled, false);
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.deepEqual(stampOf(path), { ...early, isSettled: true });
  assert.equal(stampOf(join(directory, 'missing.yaml')), undefined);
});
