// Windows are always where a person can see and reach them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Bounds } from './ports.ts';
import { mainBounds, promptBounds } from './window-bounds.ts';

const LAPTOP: Bounds = { x: 0, y: 24, width: 1366, height: 744 };
const SECOND: Bounds = { x: 1366, y: 0, width: 1920, height: 1080 };

const area = fc.record({
  x: fc.integer({ min: -4000, max: 4000 }),
  y: fc.integer({ min: -4000, max: 4000 }),
  width: fc.integer({ min: 600, max: 6000 }),
  height: fc.integer({ min: 400, max: 4000 }),
});
const anywhere = fc.record({
  x: fc.integer({ min: -9000, max: 9000 }),
  y: fc.integer({ min: -9000, max: 9000 }),
  width: fc.integer({ min: 1, max: 9000 }),
  height: fc.integer({ min: 1, max: 9000 }),
});

function isWithin(inner: Bounds, outer: Bounds): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  );
}

test('a question is whole on a laptop, in the upper corner', () => {
  assert.deepEqual(promptBounds(LAPTOP), { x: 630, y: 40, width: 720, height: 600 });
});

test('a question is within whatever is free', () => {
  const small = fc.record({ x: fc.integer(), y: fc.integer(), width: fc.nat(900), height: fc.nat(700) });
  fc.assert(fc.property(fc.oneof(area, small), (free) => isWithin(promptBounds(free), free)));
});

test('the main window is where it was, on the display where it was', () => {
  const was = { x: 1500, y: 100, width: 1000, height: 700 };
  assert.deepEqual(mainBounds(was, [LAPTOP, SECOND]), was);
  assert.deepEqual(mainBounds(was, [LAPTOP]), { width: 1000, height: 700 });
  assert.deepEqual(mainBounds(undefined, [LAPTOP]), { width: 1100, height: 740 });
});

test('the main window is on a display, wherever displays and it were', () => {
  fc.assert(
    fc.property(fc.array(area, { minLength: 1, maxLength: 3 }), anywhere, (areas, was) => {
      const { x, y, width, height } = mainBounds(was, areas);
      if (x === undefined || y === undefined) return width <= (areas[0]?.width ?? 0);
      return areas.some((free) => isWithin({ x, y, width, height }, free));
    }),
  );
});
