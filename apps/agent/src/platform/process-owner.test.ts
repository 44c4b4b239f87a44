// This process and its children, as /proc tells of them.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { test } from 'node:test';
import { deviceFromStat, isAlive } from './processes.ts';
import {
  endedChildren,
  hasSocketOpen,
  isSeenStill,
  ownerOfProcess,
  sightSocket,
  socketHolders,
} from './process-owner.ts';
import { ownNamespaces } from './own-namespaces.ts';

const OWN = ownNamespaces();

test('an owner from /proc is the process, its user and its executable', () => {
  const owner = ownerOfProcess(process.pid, 7n, OWN);
  const executable = statSync('/proc/self/exe', { bigint: true });
  assert.ok(owner !== undefined && isAlive(owner.pid, owner.startNs));
  assert.deepEqual([owner.uid, owner.gid], [process.getuid?.(), process.getgid?.()]);
  assert.deepEqual([owner.executable.inode, owner.executable.ctimeNs], [executable.ino, executable.ctimeNs]);
  const { major, minor } = deviceFromStat(executable.dev);
  assert.deepEqual([owner.executable.deviceMajor, owner.executable.deviceMinor], [major, minor]);
  assert.equal(owner.socketCookie, 7n);
});

test('a process that ended, and a kernel thread, own nothing', async () => {
  const child = spawn('sleep', ['60']);
  await once(child, 'spawn');
  const pid = child.pid ?? 0;
  assert.equal(ownerOfProcess(pid, 0n, OWN)?.pid, pid);
  child.kill();
  await once(child, 'exit');
  assert.equal(ownerOfProcess(pid, 0n, OWN), undefined);
});

test('a child that ended is noticed, also while nobody has waited for it', async () => {
  const before = endedChildren(process.pid);
  execFileSync('true');
  assert.notEqual(endedChildren(process.pid), before);
  const parent = spawn('sh', ['-c', 'true & exec sleep 60']);
  const endMs = Date.now() + 10_000;
  while (endedChildren(parent.pid ?? 0) !== undefined && Date.now() < endMs)
    await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(endedChildren(parent.pid ?? 0), undefined);
  parent.kill();
});

/** And the inode of its socket. */
async function listening(): Promise<{ readonly server: Server; readonly ino: number }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { ino } = statSync(`/proc/self/fd/${(server as unknown as { _handle: { fd: number } })._handle.fd}`);
  return { server, ino };
}

test('a process is seen with its socket as long as it has it open, and never as another program or an earlier process', async () => {
  const { server, ino } = await listening();
  const owner = ownerOfProcess(process.pid, 7n, OWN);
  assert.ok(owner);
  const sighting = sightSocket(owner, ino);
  assert.ok(sighting !== undefined && isSeenStill(sighting));
  const { executable } = owner;
  assert.equal(sightSocket({ ...owner, executable: { ...executable, inode: 1n } }, ino), undefined);
  assert.equal(sightSocket({ ...owner, startNs: 10_000_000n }, ino), undefined);
  assert.equal(sightSocket(owner, ino + 1_000_000), undefined);
  assert.equal(isSeenStill({ ...sighting, executable: { device: 1n, inode: 1n } }), false);
  server.close();
  await once(server, 'close');
  assert.equal(isSeenStill(sighting), false);
});

test('a descriptor that was closed does not lead to its socket any more', async () => {
  const { server, ino } = await listening();
  const [holder] = socketHolders([ino]);
  assert.ok(holder !== undefined && hasSocketOpen(holder));
  server.close();
  await once(server, 'close');
  assert.equal(hasSocketOpen(holder), false);
});
