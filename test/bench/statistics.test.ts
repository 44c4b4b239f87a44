// The figures of the bench are only as good as this arithmetic.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ascending, median, percentile, rounded } from './statistics.ts';

describe('statistics of the bench', () => {
  test('no values have no percentile', () => {
    assert.throws(() => percentile([], 0.5), /no values/);
  });

  test('values are compared as numbers, not as text', () => {
    assert.deepEqual(ascending([10, 9, 100]), [9, 10, 100]);
  });

  test('the 99th percentile of a hundred values is the highest of them', () => {
    const values = Array.from({ length: 100 }, (_, index) => index);
    assert.equal(percentile(values, 0.99), 99);
    assert.equal(percentile(values, 0.9), 90);
    assert.equal(percentile(values, 1), 99);
  });

  test('a slow round does not move the median', () => {
    assert.equal(median([3, 1000, 1]), 3);
  });

  test('decimals are cut where they mean nothing', () => {
    assert.equal(rounded(1.26), 1.3);
    assert.equal(rounded(1.264, 2), 1.26);
  });
});
