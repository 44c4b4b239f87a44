// Nothing that JavaScript can pass to the addon itself, past the typed face, may crash the process.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { needsRoot } from './fixture/root.ts';
import { native } from './native.ts';

type AnyFunction = (...values: readonly unknown[]) => unknown;

// With any arguments these change nothing outside this process: they are never handed text that names a real file or process.
const FUNCTIONS = Object.entries(native as unknown as Record<string, AnyFunction>);

const thrower = (): never => {
  throw new Error('trap');
};
const trap = new Proxy({}, { get: thrower, has: thrower, ownKeys: thrower, getPrototypeOf: thrower });

const detached = new Uint8Array(8);
structuredClone(detached.buffer, { transfer: [detached.buffer] });

// Text that names no real file: this runs as root, and unmount() with a real path would be obeyed.
const text = fc.string({ maxLength: 8, unit: fc.constantFrom('?', '\0', '\u{1f600}') });
const anything = fc.anything({
  values: [text, fc.double(), fc.bigInt(), fc.boolean(), fc.constant(null)],
  withMap: true,
});
const constants: readonly unknown[] = [
  ...[undefined, null, true, NaN, -0, -1, 2 ** 53, Infinity, 1e300, 4, 6, '', '\ud800', '?'.repeat(100_000)],
  ...[trap, detached, new Uint16Array(3), new DataView(new ArrayBuffer(2)), [], [trap], Symbol('s'), thrower],
  ...[new SharedArrayBuffer(8), new Uint8Array(new SharedArrayBuffer(8)), -1n, 1n << 70n],
];
const query = fc.record({
  family: fc.constant(4),
  protocol: anything,
  target: text,
  localPort: anything,
  cookie: fc.bigInt(),
});
// By index, because fast-check itself looks into a constant and would spring the trap.
const hostile = fc.oneof(
  fc.nat(constants.length - 1).map((index) => ({ index })),
  text,
  query,
  anything,
);

function valueOf(generated: unknown): unknown {
  const isIndex = typeof generated === 'object' && generated !== null && 'index' in generated;
  return isIndex && typeof generated.index === 'number' ? constants[generated.index] : generated;
}

function outcome(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    assert.ok(error instanceof Error, `threw ${typeof error}`);
    return undefined;
  }
}

describe('the addon called directly', () => {
  const home = process.cwd();
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'sallyport-hostile-'));
    process.chdir(folder);
  });
  after(() => {
    process.chdir(home);
    rmSync(folder, { recursive: true });
  });

  for (const [name, call] of FUNCTIONS) {
    test(`${name}() refuses hostile values with an Error`, () => {
      fc.assert(
        fc.property(fc.array(hostile, { maxLength: 4 }), (values) => {
          const result = outcome(() => call(...values.map(valueOf)));
          if (hasClose(result)) result.close();
        }),
        { numRuns: 300 },
      );
    });
  }

  test('a method on the wrong kind of object is refused', needsRoot, () => {
    const sender = native.openRawSender(4);
    const monitor = native.monitorNetlink(0, [1], () => undefined);
    const lock = native.lockFile(join(folder, 'lock'));
    const walk = native.walkSockets(4, 6, 0xffff_ffff, 0);
    const objects = [sender, monitor, walk, lock ?? assert.fail()];
    for (const method of objects.flatMap(methodsOf)) {
      for (const receiver of [...objects, {}, undefined, trap, Object.create(sender)])
        outcome(() => method.call(receiver));
    }
    for (const object of objects) {
      const constructor = (object as unknown as { constructor: new () => object }).constructor;
      const empty = new constructor();
      for (const method of methodsOf(empty))
        outcome(() => method.call(empty, '127.0.0.1', new Uint8Array(8), 0));
      assert.throws(() => (constructor as unknown as AnyFunction)());
    }
    sender.close();
    monitor.close();
    walk.close();
    lock?.release();
  });
});

function methodsOf(object: object): readonly AnyFunction[] {
  const prototype = Object.getPrototypeOf(object) as Record<string, AnyFunction>;
  return Object.getOwnPropertyNames(prototype).flatMap((name) =>
    name === 'constructor' ? [] : (prototype[name] ?? []),
  );
}

function hasClose(value: unknown): value is { close(): void } {
  return typeof value === 'object' && value !== null && 'close' in value && typeof value.close === 'function';
}
