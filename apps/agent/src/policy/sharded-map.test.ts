import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ShardedMap } from './sharded-map.ts';
import { allAtOnce } from './steps.ts';

const key = fc.oneof(fc.integer({ min: -300, max: 300 }), fc.stringMatching(/^[0-9a-f]{1,2}$/));
const changes = fc.array(fc.tuple(key, fc.option(fc.nat(), { nil: undefined })), {
  maxLength: 400,
  size: 'max',
});

test('it is the map that the same changes make of a plain one, and older ones stay as they were', () => {
  fc.assert(
    fc.property(fc.array(changes, { maxLength: 6 }), (rounds) => {
      const kept: [ShardedMap<number | string, number>, Map<number | string, number>][] = [];
      let [sharded, plain] = [new ShardedMap<number | string, number>(), new Map<number | string, number>()];
      for (const round of rounds) {
        sharded = allAtOnce(sharded.changing(new Map(round)));
        plain = new Map(plain);
        for (const [name, value] of new Map(round)) {
          if (value === undefined) plain.delete(name);
          else plain.set(name, value);
        }
        kept.push([sharded, plain]);
      }
      for (const [one, expected] of kept) {
        assert.equal(one.size, expected.size);
        for (const round of rounds)
          for (const [name] of round) assert.equal(one.get(name), expected.get(name));
      }
    }),
    { numRuns: 200 },
  );
});

test('it grows to many entries and shrinks to none', () => {
  const names = Array.from({ length: 20_000 }, (_, index) => index << 8);
  const empty = new ShardedMap<number, number>();
  const full = allAtOnce(empty.changing(new Map(names.map((name) => [name, name]))));
  assert.deepEqual([full.size, full.get(7 << 8), full.get(7)], [20_000, 7 << 8, undefined]);
  const emptied = allAtOnce(full.changing(new Map(names.map((name) => [name, undefined]))));
  assert.deepEqual([emptied.size, emptied.get(7 << 8)], [0, undefined]);
});
