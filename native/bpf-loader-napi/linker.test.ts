// Static linking: one map shared by two sources, refusals, and the command line.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { compile, directory, needsRoot } from './fixtures/fixtures.ts';
import { linkObjects, openObject } from './index.ts';

describe('linking', () => {
  const inputs = [compile('shared-definition'), compile('shared-user')];

  test('an input that is no object is refused and leaves nothing behind', () => {
    const bad = join(directory, 'bad.o');
    const output = join(directory, 'never.o');
    writeFileSync(bad, 'no object');
    assert.throws(() => linkObjects(output, [...inputs, bad]), {
      name: 'BpfError',
      operation: 'linkObjects',
    });
    assert.throws(() => linkObjects(output, []), TypeError);
    assert.equal(existsSync(output), false);
    assert.deepEqual(
      readdirSync(directory).filter((name) => name.includes('unfinished')),
      [],
    );
  });

  test('two sources share the map that one of them defines', needsRoot, () => {
    const output = join(directory, 'linked.bpf.o');
    linkObjects(output, inputs);
    using object = openObject(output);
    object.load();
    assert.deepEqual(
      object.programs().map(({ name }) => name),
      ['write_shared', 'write_shared_six'],
    );
    assert.deepEqual(
      object.maps().map(({ name, maxEntries }) => [name, maxEntries]),
      [['shared', 16]],
    );
  });

  test('the command line links, and says how it is used', () => {
    const program = join(import.meta.dirname, 'link.ts');
    const output = join(directory, 'by-command.bpf.o');
    assert.equal(spawnSync(process.execPath, [program, output, ...inputs]).status, 0);
    assert.ok(existsSync(output));
    const unused = spawnSync(process.execPath, [program, output], { encoding: 'utf8' });
    assert.equal(unused.status, 2);
    assert.match(unused.stderr, /usage/);
    const failed = spawnSync(process.execPath, [program, output, '/nowhere.o'], { encoding: 'utf8' });
    assert.equal(failed.status, 1);
    assert.match(failed.stderr, /cannot link \/nowhere\.o/);
  });
});
