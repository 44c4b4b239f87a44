// The agent's place under /run on the real kernel: made whole, given back whole, and never by two.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { mount } from '@sallyport/linux';
import { cleanRuntimeDirectory, findCgroupDirectory, openRuntimeDirectory } from './runtime-directory.ts';

const needsRoot = process.getuid?.() === 0 ? false : 'needs root: run sudo npm test';

describe('the runtime directory', { skip: needsRoot }, () => {
  let parent: string;
  let path: string;
  beforeEach(() => {
    parent = mkdtempSync('/run/sallyport-unit-');
    path = join(parent, 'agent');
  });
  afterEach(() => rmSync(parent, { recursive: true }));

  const mounts = (): readonly string[] =>
    readFileSync('/proc/self/mounts', 'utf8')
      .split('\n')
      .filter((line) => line.includes(parent));

  test('has a bpffs for pins and a cgroup v2 root, and leaves nothing behind', () => {
    const directory = openRuntimeDirectory(path);
    assert.deepEqual(mounts(), [], 'nothing is mounted before somebody needs it');
    assert.ok(existsSync(directory.pinDirectory));
    assert.match(mounts().join('\n'), /agent\/bpf bpf /);
    assert.ok(existsSync(join(directory.cgroupDirectory, 'cgroup.controllers')));
    writeFileSync(directory.socketPath, '');
    directory.close();
    assert.deepEqual([readdirSync(parent), mounts()], [[], []]);
  });

  test('is one agent’s at a time: the second is told who has it, and the first keeps it', () => {
    const first = openRuntimeDirectory(path);
    assert.throws(() => openRuntimeDirectory(path), /another agent is running .*kill the PID/);
    assert.throws(() => cleanRuntimeDirectory(path), /another agent is running/);
    assert.ok(existsSync(first.pinDirectory));
    first.close();
    openRuntimeDirectory(path).close();
  });

  test('of a killed agent, with mounts stacked by several starts, is taken over and cleaned', () => {
    openRuntimeDirectory(path).close();
    const killed = openRuntimeDirectory(path);
    mount({ type: 'bpf', target: killed.pinDirectory });
    killed.close();
    assert.deepEqual(mounts(), []);
    cleanRuntimeDirectory(path);
    assert.deepEqual(readdirSync(parent), []);
  });

  test('that is not there needs no cleaning', () => {
    cleanRuntimeDirectory(path);
    assert.equal(existsSync(path), false);
  });

  test('finds the root of the cgroup v2 tree, not a part of it', () => {
    const found = findCgroupDirectory();
    if (found !== undefined) assert.ok(existsSync(join(found, 'cgroup.procs')));
  });
});
