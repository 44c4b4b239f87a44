// Whatever verdicts looked at: few masks, and each verdict is written under one that holds all of its fields.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { VerdictField, VerdictLimit } from './gen/structs.ts';
import { VerdictMasks } from './verdict-masks.ts';

const EVERY_FIELD = Object.values(VerdictField).reduce((mask, bit) => mask | bit, 0);
const anyFields = fc.nat(EVERY_FIELD);

test('a mask holds the fields asked for, is in use from then on, and there are never too many', () => {
  fc.assert(
    fc.property(fc.array(anyFields, { maxLength: 80 }), (asked) => {
      const masks = new VerdictMasks();
      for (const fields of asked) {
        const before = masks.inUse.length;
        const mask = masks.maskFor(fields);
        assert.equal(mask.fields & fields, fields);
        assert.ok(masks.inUse.includes(mask.fields));
        assert.equal(masks.inUse.length > before, mask.isNew);
        assert.ok(masks.inUse.length <= VerdictLimit.MOST_VERDICT_MASKS);
      }
    }),
  );
});

test('as long as there is room, a mask is no wider than asked', () => {
  const masks = new VerdictMasks();
  for (let fields = 1; fields < VerdictLimit.MOST_VERDICT_MASKS; fields += 1)
    assert.deepEqual(masks.maskFor(fields), { fields, isNew: true });
  assert.deepEqual(masks.maskFor(3), { fields: 3, isNew: false });
  assert.deepEqual(masks.maskFor(8), { fields: EVERY_FIELD, isNew: true });
  masks.clear();
  assert.deepEqual(masks.inUse, []);
});
