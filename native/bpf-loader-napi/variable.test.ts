// Numbers as variable bytes: what fits comes back, what does not is refused.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { decodeVariable, encodeVariable } from './variable.ts';

const size = fc.constantFrom(1, 2, 4, 8);

describe('variables', () => {
  test('a number beyond both the signed and the unsigned range is refused', () => {
    fc.assert(
      fc.property(size, fc.bigInt({ min: 0n, max: 1n << 70n }), (sizeBytes, excess) => {
        const limit = 1n << BigInt(sizeBytes * 8);
        assert.throws(() => encodeVariable('v', sizeBytes, limit + excess), RangeError);
        assert.throws(() => encodeVariable('v', sizeBytes, -limit / 2n - 1n - excess), RangeError);
      }),
    );
    assert.throws(() => encodeVariable('v', 4, 0.5), RangeError);
    assert.throws(() => encodeVariable('v', 3, 1), /3 bytes/);
  });

  test('an unsigned number comes back, a negative one as its two’s complement', () => {
    fc.assert(
      fc.property(size, fc.bigInt({ min: -(1n << 63n), max: (1n << 64n) - 1n }), (sizeBytes, number) => {
        const bits = sizeBytes * 8;
        const fitting = number < 0n ? BigInt.asIntN(bits, number) : BigInt.asUintN(bits, number);
        assert.equal(
          decodeVariable('v', encodeVariable('v', sizeBytes, fitting)),
          BigInt.asUintN(bits, fitting),
        );
      }),
    );
  });

  test('true and false are 1 and 0', () => {
    assert.deepEqual([...encodeVariable('v', 1, true)], [1]);
    assert.deepEqual([...encodeVariable('v', 1, false)], [0]);
  });
});
