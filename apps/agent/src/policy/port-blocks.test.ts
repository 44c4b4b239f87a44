// Port ranges as blocks.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { portBlocks } from './port-blocks.ts';

const port = fc.integer({ min: 0, max: 65_535 });

test('a port is in exactly one block of a range that holds it, and in none of another', () => {
  fc.assert(
    fc.property(port, port, port, (one, other, probe) => {
      const range = { from: Math.min(one, other), to: Math.max(one, other) };
      for (const candidate of [probe, range.from, range.to, range.to + 1]) {
        const count = portBlocks(range).filter(({ shift, block }) => candidate >> shift === block).length;
        assert.equal(count, range.from <= candidate && candidate <= range.to ? 1 : 0);
      }
    }),
  );
});

test('every port is one block, and the worst range is thirty', () => {
  assert.deepEqual(portBlocks({ from: 0, to: 65_535 }), [{ shift: 16, block: 0 }]);
  assert.equal(portBlocks({ from: 1, to: 65_534 }).length, 30);
});
