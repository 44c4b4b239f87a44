// The native face called directly with everything that TypeScript would never pass. It may throw, it may not crash.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readFileSync } from 'node:fs';
import { compile, needsRoot } from './fixtures/fixtures.ts';
import { native } from './native.ts';

type Callable = (...values: unknown[]) => unknown;

const hostileValues: readonly unknown[] = [
  undefined,
  null,
  0,
  -1,
  0.5,
  NaN,
  Infinity,
  2 ** 32,
  2 ** 53,
  10n,
  true,
  '',
  'a\0b',
  'x'.repeat(100_000),
  Symbol('x'),
  {},
  [],
  () => undefined,
  new Uint8Array(0),
  new Uint8Array(4),
  new Uint8Array(new SharedArrayBuffer(4)),
  new Uint32Array(1),
  new DataView(new ArrayBuffer(4)),
  detached(),
  new Proxy({}, {}),
  Object.create(null),
];

function detached(): Uint8Array {
  const bytes = new Uint8Array(4);
  structuredClone(bytes, { transfer: [bytes.buffer] });
  return bytes;
}

function methodsOf(target: object): readonly (readonly [string, Callable])[] {
  const holder: object =
    Object.getPrototypeOf(target) === Object.prototype ? target : (Object.getPrototypeOf(target) as object);
  return Object.getOwnPropertyNames(holder)
    .filter((name) => name !== 'constructor')
    .map((name) => [name, Reflect.get(holder, name) as Callable]);
}

/** Calls with zero to five equal arguments, and with good ones in front; a refusal is a TypeError or a negative number. */
function attack(target: unknown, method: Callable): number {
  let calls = 0;
  for (const value of hostileValues) {
    for (let length = 0; length <= 5; length++) {
      for (const front of [[], ['name'], [new Uint8Array(4)], ['name', 'name']]) {
        calls += 1;
        try {
          method.apply(target, [...front, ...Array.from({ length }, () => value)]);
        } catch (error) {
          assert.ok(error instanceof TypeError, String(error));
        }
      }
    }
  }
  return calls;
}

describe('the native face', () => {
  test('survives hostile arguments to the free functions', () => {
    // enableStatistics ignores its arguments and would open a descriptor each time.
    for (const [name, method] of methodsOf(native)) {
      if (name !== 'enableStatistics' && name !== 'linkObjects') assert.ok(attack(native, method) > 0);
    }
    const linkObjects = Reflect.get(native, 'linkObjects') as Callable;
    for (const value of hostileValues) assert.throws(() => linkObjects(value, value, 0), TypeError);
  });

  test('survives hostile arguments to objects and maps, open and closed', needsRoot, () => {
    const object = openNative();
    object.load(false);
    const map = object.openMap('counts_by_port');
    assert.ok(typeof map === 'object');
    for (const target of [map, object]) {
      const methods = methodsOf(target).filter(([name]) => name !== 'close' && name !== 'consume');
      for (const [, method] of methods) attack(target, method);
      target.close();
      for (const [, method] of methodsOf(target)) attack(target, method);
    }
  });

  test('no method takes a foreign receiver', () => {
    const object = openNative();
    const stolen = Object.create(object) as object;
    const impostor = Object.setPrototypeOf({}, Object.getPrototypeOf(object) as object) as object;
    for (const [, method] of methodsOf(object)) {
      for (const receiver of [undefined, {}, stolen, impostor, native, new Uint8Array(8)]) {
        assert.throws(() => method.apply(receiver, ['name', 'name', 1]), TypeError);
      }
    }
  });

  test('a receiver made by the constructor itself is closed', () => {
    const object = openNative();
    const Constructor = object.constructor as new (...values: unknown[]) => typeof object;
    const made = new Constructor(1, 2, 3);
    assert.ok(Number(made.programs()) < 0);
    assert.equal(made.close(), undefined);
  });
});

function openNative() {
  const object = native.openObject(readFileSync(compile('connect')), 'hostile', undefined);
  assert.ok(typeof object === 'object');
  return object;
}
