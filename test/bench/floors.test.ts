// Which side of a limit is met, and what a person reads about it.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { atLeast, atMost, below, floorLine } from './floors.ts';

describe('floors', () => {
  test('a figure above its limit is missed, one on the limit is met', () => {
    assert.equal(atMost('x', 1.81, 1.8).isMet, false);
    assert.equal(atMost('x', 1.8, 1.8).isMet, true);
  });

  test('below means below', () => {
    assert.equal(below('x', 0.2, 0.2).isMet, false);
    assert.equal(below('x', 0.19, 0.2).isMet, true);
  });

  test('a figure that must be high is missed when it is low', () => {
    assert.equal(atLeast('x', 3.9, 4).isMet, false);
    assert.equal(atLeast('x', 4, 4).isMet, true);
  });

  test('no number is never good enough', () => {
    assert.deepEqual(
      [atMost, below, atLeast].map((floor) => floor('x', NaN, 1).isMet),
      [false, false, false],
    );
  });

  test('a missed floor cannot be overlooked', () => {
    assert.match(floorLine(atMost('p50', 3, 2)), /^MISSED {2}p50: 3 \(limit 2\)$/);
  });
});
