// The machine is played: which sockets there are, who has them open, and who ends in between.
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import type { Owner } from '../domain/owner.ts';
import type { PacketFacts } from './correlator.ts';
import { packetFacts } from './packet-facts.fixture.ts';
import { ProcCorrelator } from './rung-4-proc.ts';
import type { SocketHolder, SocketOfPacket } from './rung-4-proc.ts';

const AGENT = 99;

function ownerOfProcess(pid: number, socketCookie: bigint): Owner {
  const executable = { deviceMajor: 1, deviceMinor: 1, inode: 1n, ctimeNs: 1n };
  const place = { networkNamespace: 1n, isElsewhere: false };
  return { pid, startNs: 1n, uid: 1000, gid: 1000, executable, cgroupId: 1n, socketCookie, ...place };
}

describe('the process of a packet, looked for in /proc', () => {
  let sockets: readonly SocketOfPacket[];
  let holders: readonly SocketHolder[];
  let open: boolean;
  let walks: readonly (readonly number[])[];
  let nowMs: number;
  let ended: number | undefined;
  let correlator: ProcCorrelator;
  const answerAtOnce = (changes?: Partial<PacketFacts>): string => {
    const correlation = correlator.correlate(packetFacts({ protocol: 'tcp', ...changes }));
    return correlation.kind === 'owner'
      ? `${correlation.owner.pid} ${correlation.owner.socketCookie}`
      : correlation.kind;
  };
  /** In a turn of its own. */
  const answer = async (changes?: Partial<PacketFacts>): Promise<string> => {
    const text = answerAtOnce(changes);
    await Promise.resolve();
    return text;
  };

  beforeEach(() => {
    sockets = [{ cookie: 7n, inode: 5, uid: 1000 }];
    holders = [{ pid: 10, descriptor: 3, inode: 5 }];
    [open, walks, nowMs, ended] = [true, [], 0, 0];
    correlator = new ProcCorrelator({
      candidateSockets: () => sockets,
      socketHolders: (inodes) => {
        walks = [...walks, inodes];
        return holders.filter(({ inode }) => inodes.includes(inode));
      },
      hasSocketOpen: () => open,
      ownerOfProcess,
      endedChildren: () => ended,
      agentPid: AGENT,
      nowMs: () => nowMs,
    });
  });

  test('is the one that has its socket open', async () => assert.equal(await answer(), '10 7'));

  test('is nobody where the socket is closed, and the kernel where there never was a user', async () => {
    sockets = [];
    assert.equal(await answer(), 'unknown');
    assert.equal(await answer({ socketUid: undefined }), 'kernel');
    sockets = [{ cookie: 7n, inode: 0, uid: 0 }];
    assert.equal(await answer({ socketUid: undefined }), 'kernel');
    sockets = [{ cookie: 0n, inode: 5, uid: 0 }];
    assert.equal(await answer({ socketUid: undefined, protocol: 'icmpv6' }), 'kernel');
  });

  test('is nobody where several have the socket open, or it ended while it was read', async () => {
    open = false;
    assert.equal(await answer(), 'unknown');
    holders = [];
    assert.equal(await answer(), 'unknown');
    [open, holders] = [true, [10, 11].map((pid) => ({ pid, descriptor: 3, inode: 5 }))];
    assert.equal(await answer(), 'unknown');
  });

  test('is nobody where sockets of two processes could have sent it, and found where both are of one', async () => {
    sockets = [5, 6].map((inode) => ({ cookie: BigInt(inode), inode, uid: 1000 }));
    holders = [5, 6].map((inode) => ({ pid: 5 + inode, descriptor: 3, inode }));
    assert.equal(await answer({ protocol: 'udp' }), 'unknown');
    holders = [5, 6].map((inode) => ({ pid: 10, descriptor: inode, inode }));
    assert.equal(await answer({ protocol: 'udp' }), '10 5');
  });

  test('is never one whose socket is of another user than the packet was sent by', async () => {
    assert.equal(await answer({ socketUid: 1001 }), 'unknown');
    assert.deepEqual(walks, []);
  });

  test('is looked for once for all packets that wait, and again for those that come later', async () => {
    assert.equal(answerAtOnce({ mayWait: true }), 'not-yet');
    sockets = [{ cookie: 8n, inode: 6, uid: 1000 }];
    holders = [...holders, { pid: 11, descriptor: 3, inode: 6 }];
    assert.equal(answerAtOnce({ mayWait: true }), 'not-yet');
    assert.deepEqual(walks, []);
    assert.equal(answerAtOnce({ mayWait: true }), '11 8');
    sockets = [{ cookie: 7n, inode: 5, uid: 1000 }];
    assert.equal(answerAtOnce({ mayWait: true }), '10 7');
    assert.deepEqual(walks, [[5, 6]]);
    await Promise.resolve();
    nowMs = 2000;
    assert.equal(answerAtOnce({ mayWait: true }), 'not-yet');
    assert.equal(answerAtOnce({ mayWait: true }), '10 7');
    assert.deepEqual(walks, [[5, 6], [5]]);
  });

  test('is remembered for a second, as long as it has the socket open', async () => {
    assert.equal(await answer(), '10 7');
    assert.equal(await answer(), '10 7');
    assert.equal(walks.length, 1);
    holders = [{ pid: 12, descriptor: 4, inode: 5 }];
    nowMs = 1500;
    assert.equal(await answer(), '12 7');
    open = false;
    assert.equal(await answer(), 'unknown');
  });

  test('is nobody for a datagram within a second of the end of a child that may have had the socket', async () => {
    const datagram = { protocol: 'udp' } as const;
    assert.equal(await answer(datagram), '10 7', 'it never had a child');
    ended = 300;
    assert.equal(await answer(datagram), 'unknown');
    assert.equal(await answer(datagram), 'unknown', 'which may be of the child, and read late');
    nowMs = 1500;
    assert.equal(await answer(datagram), '10 7');
    ended = undefined;
    assert.equal(await answer(datagram), 'unknown', 'while one is ending');
    ended = 400;
    assert.equal(await answer(), '10 7', 'who begins a stream stays for a while');
  });

  test('is never the agent, whose raw sockets send what is not queued', async () => {
    sockets = [5, 6].map((inode) => ({ cookie: 0n, inode, uid: 0 }));
    holders = [
      { pid: AGENT, descriptor: 9, inode: 5 },
      { pid: 10, descriptor: 3, inode: 6 },
    ];
    assert.equal(await answer({ protocol: 'icmp', socketUid: 0 }), '10 0');
    holders = holders.slice(0, 1);
    assert.equal(await answer({ protocol: 'icmp', socketUid: 0 }), 'unknown');
  });
});
