import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { allAtOnce, ITEMS_IN_A_STEP, mapped, sorted } from './steps.ts';

const items = fc.array(fc.record({ key: fc.nat(20), name: fc.nat() }), { maxLength: 9000, size: 'max' });
type Item = Readonly<Record<'key' | 'name', number>>;
const byKey = (left: Item, right: Item): number => left.key - right.key;

test('in steps, items are mapped and sorted as arrays do it', () => {
  fc.assert(
    fc.property(items, (list) => {
      assert.deepEqual(allAtOnce(sorted(list, byKey)), list.toSorted(byKey));
      assert.deepEqual(
        allAtOnce(mapped(list, ({ name }) => name)),
        list.map(({ name }) => name),
      );
    }),
    { numRuns: 30 },
  );
});

test('many items take many steps', () => {
  const list = Array.from({ length: 10_000 }, (_, name) => ({ key: name % 7, name }));
  assert.ok([...sorted(list, byKey)].length >= list.length / ITEMS_IN_A_STEP);
  assert.ok([...mapped(list, ({ name }) => name)].length >= list.length / ITEMS_IN_A_STEP);
});
