// In which order what is compared takes its turns.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { interleaved, rotated } from './rounds.ts';

test('each goes first in turn', () => {
  assert.deepEqual(
    [0, 1, 2, 3].map((round) => rotated(['a', 'b', 'c'], round)[0]),
    ['a', 'b', 'c', 'a'],
  );
  assert.deepEqual(rotated([], 3), []);
});

test('each is measured once a round, and never beside another', async () => {
  const order: string[] = [];
  const measured = await interleaved(['a', 'b'], 2, async (name) => {
    order.push(`${name} begins`);
    await Promise.resolve();
    order.push(`${name} ends`);
    return order.length;
  });
  assert.deepEqual(order, [
    'a begins',
    'a ends',
    'b begins',
    'b ends',
    'b begins',
    'b ends',
    'a begins',
    'a ends',
  ]);
  assert.deepEqual(
    [...measured],
    [
      ['a', [2, 8]],
      ['b', [4, 6]],
    ],
  );
});
