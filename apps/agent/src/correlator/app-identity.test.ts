// Real executables of real processes: at their path, deleted, replaced, in memory only; and records that are not theirs.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { clockTicksPerSecond, processStart } from '@sallyport/linux';
import type { Owner } from '../domain/owner.ts';
import { deviceFromStat, readableExecutableOf, statFile } from '../platform/processes.ts';
import type { AppIdentity } from '../domain/app.ts';
import { identifyExecutable } from './app-identity.ts';
import type { Containers } from './app-identity.ts';
import { ProcessResolver } from './process-resolver.ts';

const NO_CONTAINERS = { containerOf: () => 'none' as const };
const SLEEP = realpathSync('/bin/sleep');
const needsRoot =
  process.getuid?.() === 0 ? false : 'needs root to make a mount namespace: run npm test as root';
const MEMFD_PROGRAM = `import os, sys
fd = os.memfd_create('hidden')
os.write(fd, open(${JSON.stringify(SLEEP)}, 'rb').read())
os.execve(fd, ['sleep', '60'], {})`;

describe('the App of a process', () => {
  let directory: string;
  let children: ChildProcess[];
  beforeEach(() => {
    directory = realpathSync(mkdtempSync(join(tmpdir(), 'sallyport-apps-')));
    children = [];
  });
  afterEach(() => {
    for (const child of children) child.kill();
    rmSync(directory, { recursive: true });
  });

  async function started(command: string, args: readonly string[]): Promise<number> {
    const child = spawn(command, args, { stdio: 'ignore' });
    children.push(child);
    await once(child, 'spawn');
    return child.pid ?? 0;
  }
  const copied = (name: string): string => {
    const path = join(directory, name);
    copyFileSync(SLEEP, path);
    return path;
  };

  test('is its path, where that leads to the very file that runs', async () => {
    const path = copied('program');
    assert.deepEqual(identifyExecutable(ownerOf(await started(path, ['60'])), NO_CONTAINERS), {
      kind: 'path',
      path,
    });
  });

  test('whose file was removed or replaced is not the App of that path', async () => {
    const path = copied('program');
    const owner = ownerOf(await started(path, ['60']));
    renameSync(copied('other'), path);
    assert.deepEqual(identifyExecutable(owner, NO_CONTAINERS), { kind: 'deleted', path });
    rmSync(path);
    assert.deepEqual(identifyExecutable(owner, NO_CONTAINERS), { kind: 'deleted', path });
  });

  test('whose file has a name that looks deleted is the App of that path', async () => {
    const path = copied('program (deleted)');
    assert.deepEqual(identifyExecutable(ownerOf(await started(path, ['60'])), NO_CONTAINERS), {
      kind: 'path',
      path,
    });
  });

  test('that was never a file is named as the program named it', async (t) => {
    const pid = await started('python3', ['-c', MEMFD_PROGRAM]).catch(() => undefined);
    if (pid === undefined) return t.skip('needs python3 to make an executable in memory');
    const endMs = Date.now() + 10_000;
    while (!readableExecutableOf(pid)?.path.startsWith('/memfd:') && Date.now() < endMs)
      await new Promise((resolve) => setTimeout(resolve, 10));
    assert.deepEqual(identifyExecutable(ownerOf(pid), NO_CONTAINERS), { kind: 'memfd', name: 'hidden' });
  });

  test('in another mount namespace is not the App of the same path here', { skip: needsRoot }, async () => {
    const path = join(directory, 'program');
    const script = `mount -t tmpfs none ${directory} && cp ${SLEEP} ${path} && exec ${path} 60`;
    const pid = await started('unshare', ['--mount', 'sh', '-c', script]);
    const endMs = Date.now() + 10_000;
    while (readableExecutableOf(pid)?.path !== path && Date.now() < endMs)
      await new Promise((resolve) => setTimeout(resolve, 10));
    copied('program');
    const mountNamespace = BigInt(statSync(`/proc/${pid}/ns/mnt`).ino);
    assert.deepEqual(identifyExecutable(ownerOf(pid), NO_CONTAINERS), {
      kind: 'foreign',
      mountNamespace,
      path,
    });
  });

  test('is never that of its path here where it may be in a container', async () => {
    const path = copied('program');
    const owner = { ...ownerOf(await started(path, ['60'])), isElsewhere: true };
    const identity = (container: ReturnType<Containers['containerOf']>): AppIdentity =>
      identifyExecutable(owner, { containerOf: () => container });
    const container = { runtime: 'docker', uid: undefined, id: 'a1', name: 'web', image: undefined } as const;
    assert.deepEqual(identity(container), { kind: 'container', container, path });
    assert.equal(identity('not-read').kind, 'inode');
    assert.deepEqual(identity('none'), { kind: 'path', path });
    rmSync(path);
    assert.deepEqual(identity(container), { kind: 'deleted', path });
  });

  test('is known by inode only where the process ends while it is read', async () => {
    const container = { runtime: 'docker', uid: undefined, id: 'a1', name: 'web', image: undefined } as const;
    const owner = { ...ownerOf(await started(copied('program'), ['60'])), isElsewhere: true };
    // Its parent, this process, does not hear of the end before it is back in the event loop.
    const containerOf = (): typeof container => {
      process.kill(owner.pid, 'SIGKILL');
      const untilMs = performance.now() + 5000;
      while (statFile(`/proc/${owner.pid}/root`) !== undefined && performance.now() < untilMs);
      return container;
    };
    assert.equal(identifyExecutable(owner, { containerOf }).kind, 'inode');
  });

  test('is known by inode only where the record is of another file or another start', async () => {
    const owner = ownerOf(await started(copied('program'), ['60']));
    const { deviceMajor, deviceMinor, inode } = owner.executable;
    const device = `${deviceMajor}:${deviceMinor}`;
    const later = { ...owner, startNs: owner.startNs + 1_000_000_000n };
    assert.deepEqual(identifyExecutable(later, NO_CONTAINERS), { kind: 'inode', device, inode });
    const other = { ...owner, executable: { ...owner.executable, inode: inode + 1n } };
    assert.deepEqual(identifyExecutable(other, NO_CONTAINERS), { kind: 'inode', device, inode: inode + 1n });
  });

  test('is remembered for the file where its path is proven, so that a process that ended has it too', async () => {
    const resolver = new ProcessResolver(NO_CONTAINERS);
    const path = copied('program');
    const owner = ownerOf(await started(path, ['60']));
    const process = resolver.resolve(owner);
    assert.equal(resolver.cachedApps, 0, 'nothing is read before somebody looks');
    assert.equal(process.app.id, path);
    const ended = resolver.resolve({ ...owner, pid: 0x3fffff, startNs: 1n });
    assert.deepEqual([ended.app.id, ended.commandLine, ended.ancestors], [path, [], []]);
    const replaced = { ...owner.executable, ctimeNs: owner.executable.ctimeNs + 1n };
    assert.notEqual(resolver.resolve({ ...owner, pid: 0x3fffff, executable: replaced }).app.id, path);
    assert.deepEqual(process.commandLine, [path, '60']);
    assert.equal(process.ancestors[0]?.pid, globalThis.process.pid);
  });

  test('says its container also of a process that ended before that was read', async () => {
    const container = { runtime: 'docker', uid: undefined, id: 'a1', name: 'web', image: undefined } as const;
    const owner = { ...ownerOf(await started(copied('program'), ['60'])), isElsewhere: true };
    const resolver = new ProcessResolver({
      containerOf: ({ pid }) => (pid === owner.pid ? container : 'not-read'),
    });
    const ended = { ...owner, pid: 0x3fffff, startNs: 1n };
    assert.equal(resolver.resolve(ended).container, undefined);
    assert.equal(resolver.resolve(owner).app.identity.kind, 'container');
    assert.deepEqual(resolver.resolve(ended).container, container);
    assert.equal(resolver.resolve({ ...ended, cgroupId: 2n }).container, undefined);
  });

  test('is not remembered where its path is not proven', async () => {
    const resolver = new ProcessResolver(NO_CONTAINERS);
    const path = copied('program');
    const owner = ownerOf(await started(path, ['60']));
    rmSync(path);
    assert.equal(resolver.resolve(owner).app.id, `deleted:${path}`);
    assert.equal(resolver.cachedApps, 0);
  });
});

/** What the kernel would have recorded of a running process. */
function ownerOf(pid: number): Owner {
  const executable = readableExecutableOf(pid);
  assert.ok(executable !== undefined);
  const { major, minor } = deviceFromStat(executable.device);
  const { ctimeNs } = statSync(`/proc/${pid}/exe`, { bigint: true });
  return {
    pid,
    startNs: ((processStart(pid) ?? 0n) * 1_000_000_000n) / BigInt(clockTicksPerSecond()),
    uid: 0,
    gid: 0,
    executable: { deviceMajor: major, deviceMinor: minor, inode: executable.inode, ctimeNs },
    cgroupId: 1n,
    socketCookie: 1n,
    networkNamespace: 1n,
    isElsewhere: false,
  };
}
