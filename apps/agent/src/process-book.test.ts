import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ProcessResolver } from './correlator/process-resolver.ts';
import type { Owner } from './domain/owner.ts';
import { ProcessBook } from './process-book.ts';

const OWNER: Owner = {
  pid: 0x3fffff,
  startNs: 70n,
  uid: 1000,
  gid: 1000,
  executable: { deviceMajor: 8, deviceMinor: 1, inode: 5n, ctimeNs: 6n },
  cgroupId: 1n,
  socketCookie: 9n,
  networkNamespace: 1n,
  isElsewhere: false,
};
const NO_CONTAINERS = { containerOf: () => undefined };
const CAPACITY = 2048;

test('the flows of one process instance share one object, whatever their sockets', () => {
  const book = new ProcessBook(new ProcessResolver(NO_CONTAINERS));
  const processOf = (owner: Owner) => book.processOf({ kind: 'owner', owner }, owner.uid);
  const first = processOf(OWNER);
  assert.equal(processOf({ ...OWNER, socketCookie: 10n }), first);
  const file = OWNER.executable;
  for (const other of [
    { ...OWNER, startNs: 71n },
    { ...OWNER, uid: 0 },
    { ...OWNER, isElsewhere: true },
    { ...OWNER, cgroupId: 2n },
    { ...OWNER, executable: { ...file, inode: 50n } },
    { ...OWNER, executable: { ...file, ctimeNs: 60n } },
  ])
    assert.notEqual(processOf(other), first);
});

test('the oldest process gives way when the book is full', () => {
  const book = new ProcessBook(new ProcessResolver(NO_CONTAINERS));
  const processOf = (pid: number) => book.processOf({ kind: 'owner', owner: { ...OWNER, pid } }, 0);
  const [first, second] = [processOf(1), processOf(2)];
  for (let pid = 3; pid <= CAPACITY + 1; pid += 1) processOf(pid);
  assert.equal(processOf(2), second);
  assert.notEqual(processOf(1), first);
});

test('what nothing was recorded about is an unidentified program, with its user where the queue knows it', () => {
  const book = new ProcessBook(new ProcessResolver(NO_CONTAINERS));
  const unknown = book.processOf({ kind: 'unknown', reason: 'a test' }, 0);
  assert.deepEqual([unknown.pid, unknown.app.id, unknown.uid, unknown.userName], [0, 'unknown', 0, 'root']);
  const nobody = book.processOf({ kind: 'unknown', reason: 'a test' }, undefined);
  assert.deepEqual([nobody.uid, nobody.userName], [0xffff_ffff, undefined]);
});
