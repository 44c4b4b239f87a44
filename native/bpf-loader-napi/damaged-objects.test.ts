// Truncated and mutated object files: libbpf 1.1 crashes on some of them, this process must not.
import assert from 'node:assert/strict';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { compile, directory, needsRoot } from './fixtures/fixtures.ts';
import { BpfError, linkObjects, openObject, readBtf } from './index.ts';

/** A small repeatable generator (xorshift), so that a failing round can be run again. */
function randomFrom(seed: number): (limit: number) => number {
  let state = (seed * 2654435761) >>> 0 || 1;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

function damage(good: Buffer, seed: number): Buffer {
  const random = randomFrom(seed);
  if (seed % 5 === 0) return good.subarray(0, random(good.length));
  const bad = Buffer.from(good);
  for (let change = 0; change <= seed % 8; change++) {
    const value = [random(256), 0xff, 0][random(3)] ?? 0;
    const place = random(bad.length);
    bad.fill(value, place, Math.min(bad.length, place + (random(2) === 0 ? 1 : 4)));
  }
  return bad;
}

const path = join(directory, 'damaged.bpf.o');

/** How many of the damaged files were refused. Anything but a BpfError or an ordinary Error ends the test. */
function refusals(rounds: number, use: () => void, good: Buffer): number {
  let refused = 0;
  for (let seed = 1; seed <= rounds; seed++) {
    writeFileSync(path, damage(good, seed));
    // What others may write is rehearsed before it is loaded.
    chmodSync(path, 0o666);
    try {
      use();
    } catch (error) {
      assert.ok(error instanceof BpfError || error instanceof Error, `seed ${seed}`);
      refused += 1;
    }
  }
  return refused;
}

// SALLYPORT_SLOWNESS: see checks.mk.
const timeoutMs = 120_000 * Number(process.env['SALLYPORT_SLOWNESS'] ?? 1);

describe('damaged object files', { timeout: timeoutMs }, () => {
  for (const name of ['connect', 'tracing', 'layout']) {
    const good = readFileSync(compile(name));

    test(`${name}: opening and loading never crashes`, needsRoot, () => {
      const refused = refusals(
        200,
        () => {
          using object = openObject(path);
          object.programs();
          object.load();
          for (const map of object.maps()) map.close();
        },
        good,
      );
      assert.ok(refused > 50, `${refused} refused`);
    });

    test(`${name}: reading BTF and linking never crashes`, () => {
      assert.ok(refusals(200, () => void readBtf(path), good) > 0);
      assert.ok(refusals(50, () => linkObjects(join(directory, 'linked.o'), [path]), good) > 0);
    });
  }
});
