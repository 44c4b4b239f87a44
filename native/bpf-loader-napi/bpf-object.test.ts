// Opening, adjusting, loading and closing objects against the running kernel.
import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { compile, directory, needsRoot } from './fixtures/fixtures.ts';
import { BpfError, openObject } from './index.ts';

const connectObject = compile('connect');

/** The BpfError that the action must throw. */
function errorOf(action: () => unknown): BpfError {
  try {
    action();
  } catch (error) {
    if (error instanceof BpfError) return error;
    throw error;
  }
  throw new assert.AssertionError({ message: 'nothing was thrown' });
}

describe('opening', () => {
  test('a file that is no object is refused with what to do', () => {
    const path = join(directory, 'text.o');
    writeFileSync(path, 'not an object');
    const error = errorOf(() => openObject(path));
    assert.equal(error.operation, 'open');
    assert.match(error.message, /cannot read the BPF object .*text\.o: .*\n.*build it again/);
  });

  test('an absent file is an ordinary file system error', () => {
    assert.throws(() => openObject('/nowhere.o'), { code: 'ENOENT', syscall: 'open' });
  });

  test('an unknown map, program or variable is ENOENT and names it', () => {
    assert.match(
      errorOf(() => openObject(connectObject, { maps: { nope: { maxEntries: 1 } } })).message,
      /nope/,
    );
    assert.match(errorOf(() => openObject(connectObject, { globals: { nope: 1 } })).message, /nope/);
    using object = openObject(connectObject);
    assert.equal(errorOf(() => object.program('nope')).code, 'ENOENT');
  });

  test('the programs are listed with section and type', () => {
    using object = openObject(connectObject);
    const listed = object.programs().map(({ name, section, type }) => ({ name, section, type }));
    assert.deepEqual(listed, [
      { name: 'count_connect', section: 'cgroup/connect4', type: 'cgroup_sock_addr' },
    ]);
  });
});

describe('globals', () => {
  test('a value that does not fit the variable is refused', () => {
    assert.throws(() => openObject(connectObject, { globals: { marker: 65536 } }), RangeError);
    assert.throws(() => openObject(connectObject, { globals: { label: 1 } }), RangeError);
    assert.throws(() => openObject(connectObject, { globals: { label: new Uint8Array(4) } }), RangeError);
  });

  test('constants and initial values are set before load', () => {
    using object = openObject(connectObject, { globals: { marker: 65535, label: Buffer.from('pipe\0') } });
    assert.equal(object.readGlobalNumber('marker'), 65535n);
    assert.equal(object.readGlobal('label').toString(), 'pipe\0');
    assert.throws(() => object.readGlobalNumber('label'), RangeError);
  });

  test('after load variables are live and constants are closed', needsRoot, () => {
    using object = openObject(connectObject, { globals: { repeat: 5, marker: 9 } });
    object.load();
    assert.equal(object.readGlobalNumber('repeat'), 5n);
    assert.equal(object.readGlobalNumber('marker'), 9n);
    object.writeGlobal('repeat', 7);
    assert.equal(object.readGlobalNumber('repeat'), 7n);
    assert.equal(errorOf(() => object.writeGlobal('marker', 1)).code, 'EROFS');
  });
});

describe('loading', () => {
  test('a refused program gives the verifier log, its end in the message', needsRoot, () => {
    using object = openObject(compile('refused'));
    const error = errorOf(() => object.load());
    assert.equal(error.operation, 'load');
    assert.equal(error.code, 'EACCES');
    assert.match(error.message, /verifier refused[\s\S]*invalid mem access/);
    assert.match(error.verifierLog ?? '', /bpf_map_lookup_elem[\s\S]*invalid mem access/);
    assert.doesNotMatch(error.log, /BEGIN PROG LOAD LOG/);
  });

  test('a program without autoload is left out', needsRoot, () => {
    using object = openObject(compile('refused'));
    object.program('follow_unchecked').setAutoload(false);
    object.load();
    assert.ok(errorOf(() => object.program('follow_unchecked').info()) instanceof BpfError);
  });

  test('loading twice and using maps before load are refused', needsRoot, () => {
    using object = openObject(connectObject);
    assert.equal(errorOf(() => object.map('numbers')).code, 'EAGAIN');
    object.load();
    assert.equal(errorOf(() => object.load()).code, 'EALREADY');
  });

  test('map sizes can be changed and programs described', needsRoot, () => {
    using object = openObject(connectObject, { maps: { counts_by_port: { maxEntries: 333 } } });
    object.load();
    assert.equal(object.map('counts_by_port').maxEntries, 333);
    const information = object.program('count_connect').info();
    assert.equal(information.type, 'cgroup_sock_addr');
    assert.equal(information.name, 'count_connect');
    assert.ok(information.id > 0 && information.instructions > 10);
  });
});

describe('closing', () => {
  test('is idempotent and ends every use', needsRoot, () => {
    const object = openObject(connectObject);
    object.load();
    const program = object.program('count_connect');
    const map = object.map('numbers');
    object.close();
    object.close();
    for (const use of [
      () => object.load(),
      () => program.info(),
      () => program.fd,
      () => map.lookup(Buffer.alloc(4)),
    ]) {
      assert.equal(errorOf(use).code, 'EBADF');
    }
  });

  test('a thousand open, load and close cycles leak no descriptor', needsRoot, () => {
    const openDescriptors = (): number => readdirSync('/proc/self/fd').length;
    openObject(connectObject).close();
    const before = openDescriptors();
    for (let cycle = 0; cycle < 1000; cycle++) {
      const object = openObject(connectObject);
      object.load();
      object.map('numbers').lookup(Buffer.alloc(4));
      object.close();
    }
    assert.equal(openDescriptors(), before);
  });
});
