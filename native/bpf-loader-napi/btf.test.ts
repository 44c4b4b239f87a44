// The BTF reader against the layout that fixtures/layout.bpf.c asserts with sizeof and offsetof.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { TypeResolver } from './btf-resolver.ts';
import { compile, directory } from './fixtures/fixtures.ts';
import { readBtf } from './index.ts';
import type { BtfMember, BtfStruct } from './index.ts';

const description = readBtf(compile('layout'));

function structNamed(name: string): BtfStruct {
  const found = description.structs.find((struct) => struct.name === name);
  assert.ok(found !== undefined);
  return found;
}

function memberOf(struct: BtfStruct, name: string): BtfMember {
  const found = struct.members.find((member) => member.name === name);
  assert.ok(found !== undefined);
  return found;
}

describe('reading BTF', () => {
  test('a file without BTF is refused', () => {
    const path = join(directory, 'empty.o');
    writeFileSync(path, '');
    assert.throws(() => readBtf(path), { name: 'BpfError', operation: 'readBtf' });
    assert.throws(() => readBtf('/nowhere.o'), { code: 'ENOENT' });
  });

  test('types that lead nowhere or contain themselves are refused', () => {
    const nothing = { kind: 0, name: '', sizeOrType: 0, signed: false };
    const typedef = (type: number) => ({ kind: 8, name: 'circle', sizeOrType: type, signed: false });
    assert.throws(() => new TypeResolver([nothing, typedef(2), typedef(1)]).describeAll(), /contains itself/);
    assert.throws(() => new TypeResolver([nothing, typedef(9)]).describeAll(), /there is no type 9/);
  });

  test('sizes and offsets are the compiler’s', () => {
    const outer = structNamed('outer');
    assert.equal(outer.sizeBytes, 96);
    assert.equal(structNamed('inner').sizeBytes, 20);
    assert.equal(memberOf(outer, 'pair').offsetBits, 16 * 8);
    assert.equal(memberOf(outer, 'pair').sizeBytes, 40);
    assert.equal(memberOf(outer, 'next').offsetBits, 72 * 8);
  });

  test('each kind of member is described', () => {
    const outer = structNamed('outer');
    const typeOf = (name: string): unknown => memberOf(outer, name).type;
    const integer = { kind: 'int', boolean: false };
    assert.deepEqual(typeOf('small'), {
      ...integer,
      name: 'unsigned char',
      sizeBytes: 1,
      signed: false,
      bits: 8,
    });
    assert.deepEqual(typeOf('wide_signed'), {
      ...integer,
      name: 'long long',
      sizeBytes: 8,
      signed: true,
      bits: 64,
    });
    assert.deepEqual(typeOf('low'), {
      ...integer,
      name: 'unsigned int',
      sizeBytes: 4,
      signed: false,
      bits: 3,
    });
    assert.deepEqual(typeOf('pair'), {
      kind: 'array',
      element: structNamed('inner'),
      length: 2,
      sizeBytes: 40,
    });
    assert.deepEqual(typeOf('next'), { kind: 'pointer', sizeBytes: 8 });
    assert.partialDeepStrictEqual(typeOf('flag'), { kind: 'int', boolean: true, sizeBytes: 1 });
    assert.partialDeepStrictEqual(typeOf('name'), { kind: 'array', length: 12, sizeBytes: 12 });
    assert.partialDeepStrictEqual(typeOf(''), {
      kind: 'union',
      name: '',
      members: [{ name: 'four' }, { name: 'one' }],
    });
    assert.equal(memberOf(outer, 'high').offsetBits - memberOf(outer, 'low').offsetBits, 3);
  });

  test('enums and typedefs keep their names', () => {
    const action = description.enums.find(({ name }) => name === 'action');
    assert.deepEqual(action?.values.slice(0, 2), [
      { name: 'ACTION_ALLOW', value: 0n },
      { name: 'ACTION_DENY', value: 7n },
    ]);
    const port = description.typedefs.find(({ name }) => name === 'port_number');
    assert.partialDeepStrictEqual(port?.type, { kind: 'int', sizeBytes: 4, signed: false });
  });
});
