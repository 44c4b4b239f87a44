// Map operations on maps of every kind that the firewall uses, in the running kernel.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { bytes32, bytes64, compile, mountBpffs, needsRoot, number64 } from './fixtures/fixtures.ts';
import { openObject, openPinnedMap, unpin } from './index.ts';
import type { BpfMap, BpfObject } from './index.ts';

const suite = { ...needsRoot, timeout: 300_000 };

describe('maps', suite, () => {
  if (needsRoot.skip !== false) return;
  const object: BpfObject = openObject(compile('connect'), {
    maps: { counts_by_port: { maxEntries: 20_000 } },
  });
  object.load();
  after(() => object.close());
  const hash = object.map('counts_by_port');
  const absent = bytes32(0xffff_ffff);

  function fill(map: BpfMap, count: number): void {
    map.updateBatch(
      Array.from({ length: count }, (_, index) => ({ key: bytes32(index), value: bytes64(index * 2) })),
    );
  }

  test('keys and values of another length are refused by name', () => {
    assert.throws(() => hash.lookup(Buffer.alloc(3)), /counts_by_port has keys of 4/);
    assert.throws(() => hash.lookupInto(absent, Buffer.alloc(7)), RangeError);
    assert.throws(() => hash.update(absent, Buffer.alloc(9)), RangeError);
    assert.throws(() => hash.delete(Buffer.alloc(5)), RangeError);
    assert.throws(() => hash.updateBatch([{ key: absent, value: Buffer.alloc(1) }]), RangeError);
  });

  test('update modes', () => {
    assert.throws(() => hash.update(bytes32(1), bytes64(1), 'exist'), { code: 'ENOENT' });
    hash.update(bytes32(1), bytes64(1), 'noexist');
    assert.throws(() => hash.update(bytes32(1), bytes64(2), 'noexist'), { code: 'EEXIST' });
    hash.update(bytes32(1), bytes64(3), 'exist');
    assert.equal(number64(hash.lookup(bytes32(1))), 3);
  });

  test('lookup, delete and lookupAndDelete say whether there was one', () => {
    hash.update(bytes32(5), bytes64(50));
    assert.equal(hash.lookup(absent), undefined);
    assert.equal(hash.lookupInto(absent, Buffer.alloc(8)), false);
    assert.equal(number64(hash.lookupAndDelete(bytes32(5))), 50);
    assert.equal(hash.lookupAndDelete(bytes32(5)), undefined);
    assert.equal(hash.delete(bytes32(5)), false);
  });

  test('ten thousand entries by batch: write, read, delete', () => {
    fill(hash, 10_000);
    const entries = hash.entries();
    assert.equal(entries.length, 10_000);
    assert.ok(entries.every(({ key, value }) => number64(value) === Buffer.from(key).readUInt32LE() * 2));
    assert.equal([...hash.keys()].length, 10_000);
    const odd = entries.filter((_, index) => index % 2 === 1).map(({ key }) => key);
    assert.equal(hash.deleteBatch([absent, ...odd, absent]), 5000);
    assert.equal(hash.entries().length, 5000);
    assert.equal(hash.deleteBatch(hash.entries().map(({ key }) => key)), 5000);
    assert.deepEqual(hash.entries(), []);
  });

  test('lookupBatch answers in the order asked', () => {
    fill(hash, 3);
    const values = hash.lookupBatch([bytes32(2), absent, bytes32(0)]);
    assert.deepEqual(values.map(number64), [4, undefined, 0]);
  });

  test('an array is read whole, and a key beyond it is E2BIG', () => {
    const numbers = object.map('numbers');
    numbers.update(bytes32(3), bytes64(33));
    assert.deepEqual(
      numbers.entries().map(({ value }) => number64(value)),
      [0, 0, 0, 33],
    );
    assert.throws(() => numbers.update(bytes32(4), bytes64(1)), { code: 'E2BIG' });
  });

  test('an LPM trie of a thousand prefixes is read whole', () => {
    const prefixes = object.map('prefixes');
    const prefix = (index: number): Buffer => Buffer.concat([bytes32(32), bytes32(index)]);
    prefixes.updateBatch(
      Array.from({ length: 1500 }, (_, index) => ({ key: prefix(index), value: bytes32(index) })),
    );
    const values = prefixes.entries().map(({ value }) => Buffer.from(value).readUInt32LE());
    assert.deepEqual(
      values.toSorted((left, right) => left - right),
      Array.from({ length: 1500 }, (_, index) => index),
    );
  });

  test('a per-CPU value has one part for each possible CPU', () => {
    const perCpu = object.map('per_cpu');
    const cpus = perCpu.valueBytes / 8;
    assert.equal(perCpu.valueSize, 4);
    perCpu.update(bytes32(0), Buffer.concat(Array.from({ length: cpus }, (_, cpu) => bytes64(cpu + 1))));
    const values = perCpu.lookupPerCpu(bytes32(0));
    assert.deepEqual(
      values,
      Array.from({ length: cpus }, (_, cpu) => bytes32(cpu + 1)),
    );
  });

  test('a queue gives back in order', () => {
    const waiting = object.map('waiting');
    const none = Buffer.alloc(0);
    waiting.update(none, bytes32(1));
    waiting.update(none, bytes32(2));
    assert.deepEqual(
      [waiting.lookupAndDelete(none), waiting.lookupAndDelete(none)],
      [bytes32(1), bytes32(2)],
    );
    assert.equal(waiting.lookupAndDelete(none), undefined);
  });

  test('a full map says E2BIG', () => {
    assert.throws(() => fill(hash, 20_001), { code: 'E2BIG' });
  });

  test('a pinned map is the same map, also after its object is closed', () => {
    const path = join(mountBpffs(), 'pinned');
    const other = openObject(object.path);
    other.load();
    other.map('numbers').update(bytes32(1), bytes64(11));
    other.map('numbers').pin(path);
    assert.throws(() => other.map('numbers').pin(path), { code: 'EEXIST' });
    other.close();
    using pinned = openPinnedMap(path);
    assert.equal(pinned.type, 'array');
    assert.equal(number64(pinned.lookup(bytes32(1))), 11);
    unpin(path);
    unpin(path);
    assert.throws(() => openPinnedMap(path), { code: 'ENOENT' });
  });
});
