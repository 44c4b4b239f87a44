// Which ends of a held connection count as wrong.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { wrongOnes } from './holding-apps.ts';

describe('outcomes of held connections', () => {
  test('an allowed connection that was refused is wrong', () => {
    assert.deepEqual(wrongOnes(['connected', 'ECONNREFUSED'], true, 2), ['allowed ECONNREFUSED']);
  });

  test('a denied connection that was established is wrong, and so is one that timed out', () => {
    assert.deepEqual(wrongOnes(['connected', 'ETIMEDOUT', 'pending'], false, 3), [
      'denied connected',
      'denied ETIMEDOUT',
      'denied pending',
    ]);
  });

  test('a connection that nothing was heard of is wrong', () => {
    assert.deepEqual(wrongOnes(['connected'], true, 2), ['allowed missing']);
    assert.deepEqual(wrongOnes([], false, 1), ['denied missing']);
  });

  test('connections that ended as decided are right', () => {
    assert.deepEqual(wrongOnes(['connected'], true, 1), []);
    assert.deepEqual(wrongOnes(['ECONNREFUSED', 'EPERM'], false, 2), []);
  });
});
