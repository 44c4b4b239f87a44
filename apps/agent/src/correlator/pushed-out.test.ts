import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Address } from '../domain/address.ts';
import type { PacketFacts } from './correlator.ts';
import type { OwnerRecord } from './flow-map.ts';
import { PushedOut } from './pushed-out.ts';
import type { SocketHolder, SocketOfPacket } from './rung-4-proc.ts';

const [COOKIE, INODE, PID] = [9n, 5, 7];
const RECORD: OwnerRecord = {
  ...{ startNs: 70n, inode: 5n, ctimeNs: 6n, cgroupId: 8n, socketCookie: COOKIE, networkNamespace: 1n },
  ...{ pid: PID, uid: 0, gid: 0, device: 1, isElsewhere: 0, evidence: 9 },
};
const SOCKET: SocketOfPacket = { cookie: COOKIE, inode: INODE, uid: 0 };

function packet(mayWait = true): PacketFacts {
  const addresses = { localAddress: new Uint8Array(16), remoteAddress: new Uint8Array(16) };
  return {
    key: { ...addresses, sequence: 0, localPort: 1, remotePort: 2, protocol: 17 },
    ...{ protocol: 'udp', localAddress: '1.1.1.1' as Address, remoteAddress: '2.2.2.2' as Address },
    ...{ isForwarded: false, socketUid: 0, mayWait },
  };
}

interface Given {
  readonly sockets?: readonly SocketOfPacket[];
  readonly pids?: readonly number[];
  /** Of each walk. */
  readonly takesMs?: number;
}

function bench({ sockets = [SOCKET], pids = [PID], takesMs = 1 }: Given = {}) {
  const seen = { nowMs: 0, walks: 0, restored: 0 };
  const pushedOut = new PushedOut({
    candidateSockets: () => sockets,
    socketHolders: (inodes): readonly SocketHolder[] => {
      seen.walks += 1;
      seen.nowMs += takesMs;
      return inodes.flatMap((inode) => pids.map((pid) => ({ pid, descriptor: 3, inode })));
    },
    isOnlySeenRunning: ({ evidence }) => evidence === 9,
    restore: () => (seen.restored += 1),
    nowMs: () => seen.nowMs,
    workedMs: () => seen.nowMs,
  });
  /** As a packet is asked about: it waits once or more, and is asked about again. */
  const judged = (mayWait = true): string => {
    const correlation = pushedOut.correlate(packet(mayWait), RECORD);
    return correlation.kind === 'unknown' ? correlation.reason : correlation.kind;
  };
  return { seen, judged };
}

test('whoever ran as the packet went out is its process where it alone has the socket open, and is recorded again', () => {
  const { seen, judged } = bench();
  assert.deepEqual([judged(), seen.walks], ['not-yet', 0]);
  assert.deepEqual([judged(), seen.walks, seen.restored], ['owner', 1, 1]);
});

test('a process that has it twice has it alone', () => {
  assert.equal(bench({ pids: [PID, PID] }).judged(false), 'owner');
});

test('nobody is named where several have it, where it changed hands, and where it is closed or another', () => {
  const reasonOf = (given: Given): string => {
    const { seen, judged } = bench(given);
    const reason = judged(false);
    assert.equal(seen.restored, 0);
    return reason;
  };
  assert.match(reasonOf({ pids: [PID, 8] }), /several processes have it open/);
  assert.match(reasonOf({ pids: [8] }), /another process than the one that sent has it open now/);
  assert.match(reasonOf({ pids: [] }), /closed before it was looked for/);
  assert.match(reasonOf({ sockets: [] }), /closed/);
  assert.match(reasonOf({ sockets: [{ ...SOCKET, cookie: 10n }] }), /closed/);
  assert.match(reasonOf({ sockets: [{ ...SOCKET, inode: 0 }] }), /closed/);
});

test('one walk serves all packets that came meanwhile', async () => {
  const { seen, judged } = bench();
  assert.deepEqual([judged(), judged()], ['not-yet', 'owner']);
  assert.deepEqual([judged(), judged(), seen.walks], ['owner', 'owner', 1]);
  await Promise.resolve();
  assert.equal(judged(), 'not-yet', 'later it is looked for again');
});

test('walks take a tenth of the time: what has to wait longer than it may is nobody’s', async () => {
  const { seen, judged } = bench({ takesMs: 10 });
  assert.equal(judged(false), 'owner');
  await Promise.resolve();
  assert.deepEqual([judged(), judged(), judged(), seen.walks], ['not-yet', 'not-yet', 'not-yet', 1]);
  assert.match(judged(false), /too many others/);
  assert.equal(judged(), 'not-yet');
  seen.nowMs += 90;
  assert.deepEqual([judged(), seen.walks], ['owner', 2]);
});
