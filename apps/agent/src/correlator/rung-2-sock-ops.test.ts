// The kernel is played: what the hooks wrote down, and which sockets are open when the agent looks.
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { noteOfSocket } from './datagram-notes.ts';
import type { FlowMapEntry, FlowMapKey, OwnerRecord } from './flow-map.ts';
import { KEY, packetFacts, recordOf, SECOND_NS } from './packet-facts.fixture.ts';
import { SockOpsCorrelator } from './rung-2-sock-ops.ts';
import type { DatagramSocket } from './rung-2-sock-ops.ts';

function keyText({ localAddress, remoteAddress, sequence, localPort, remotePort }: FlowMapKey): string {
  return [localAddress.join('.'), remoteAddress.join('.'), sequence, localPort, remotePort].join(' ');
}

describe('the process of a packet, by sock_ops and the hooks', () => {
  let entries: Map<string, FlowMapEntry>;
  let open: readonly DatagramSocket[];
  let owners: Map<bigint, OwnerRecord>;
  let correlator: SockOpsCorrelator;
  const flowMap = { flowOwner: (key: FlowMapKey) => entries.get(keyText(key)) };

  beforeEach(() => {
    entries = new Map();
    owners = new Map();
    open = [];
    correlator = new SockOpsCorrelator({
      flowMap,
      ownerOfSocket: (cookie) => owners.get(cookie),
      candidateSockets: () => open,
      nowNs: () => 10n * SECOND_NS,
      others: { correlate: () => ({ kind: 'unknown', reason: 'left to rung 4' }) },
    });
  });

  function write(key: FlowMapKey, sender: number | 'several', writtenNs = 9n * SECOND_NS): void {
    const owner = recordOf(sender === 'several' ? 1 : sender);
    const sharedUntilNs = sender === 'several' ? writtenNs + SECOND_NS : 0n;
    entries.set(keyText(key), { owner, writtenNs, sharedUntilNs });
  }
  const noted = { ...KEY, localAddress: new Uint8Array(16) };
  const noteFromPort = (sender: number | 'several', writtenNs?: bigint) => write(noted, sender, writtenNs);
  const noteFromAny = (sender: number | 'several') => write({ ...noted, localPort: 0 }, sender);
  function noteFromSocket(cookie: bigint, sender: number | 'several'): void {
    const localAddress = new Uint8Array(16);
    new DataView(localAddress.buffer).setBigUint64(0, cookie, true);
    write({ ...noted, localAddress, localPort: 0 }, sender);
    assert.ok(noteOfSocket(flowMap, KEY, { cookie, nowNs: 10n * SECOND_NS }) !== undefined);
  }
  function openSocket(cookie: bigint, changes: Partial<DatagramSocket> = {}): void {
    open = [...open, { cookie, inode: Number(cookie), uid: 1000, isConnected: false, ...changes }];
  }
  function answer(facts = packetFacts()): number | string {
    const correlation = correlator.correlate(facts);
    return correlation.kind === 'owner' ? correlation.owner.pid : correlation.kind;
  }

  test('of a stream is what its socket wrote before the SYN', () => {
    const key = { ...KEY, sequence: 77, protocol: 6 };
    write(key, 10);
    assert.equal(answer(packetFacts({ protocol: 'tcp', key })), 10);
    assert.equal(answer(packetFacts({ protocol: 'tcp', key: { ...key, sequence: 78 } })), 'unknown');
    assert.equal(
      answer(packetFacts({ protocol: 'tcp', key: { ...key, sequence: 78 }, socketUid: undefined })),
      'kernel',
    );
  });

  test('of a datagram is the only one that was seen to send there, also once its socket is closed', () => {
    assert.equal(answer(), 'unknown');
    noteFromAny(10);
    assert.equal(answer(), 10);
    noteFromPort(11);
    assert.equal(answer(), 'unknown', 'one of the two');
  });

  test('is not one that was seen too long ago', () => {
    noteFromPort(10, 4n * SECOND_NS);
    assert.equal(answer(), 'unknown');
  });

  test('of a connected socket is the one that connected it, and nobody where another one sent from its port', () => {
    openSocket(7n, { isConnected: true });
    assert.equal(answer(), 'unknown');
    owners.set(7n, recordOf(10));
    noteFromAny(11);
    assert.equal(answer(), 10);
    noteFromPort(12);
    assert.equal(answer(), 'unknown');
  });

  test('where several send to one place is the one whose socket has the port', () => {
    noteFromAny('several');
    assert.equal(answer(), 'unknown', 'its socket is closed');
    openSocket(7n);
    noteFromSocket(7n, 10);
    assert.equal(answer(), 10);
    noteFromPort(10);
    assert.equal(answer(), 10);
    noteFromPort('several');
    assert.equal(answer(), 'unknown', 'the port was handed on');
  });

  test('is nobody where two processes sent by one socket, or two sockets have the port', () => {
    noteFromAny('several');
    openSocket(7n);
    noteFromSocket(7n, 'several');
    assert.equal(answer(), 'unknown');
    noteFromSocket(7n, 10);
    openSocket(8n);
    assert.equal(answer(), 'unknown');
  });

  test('is never one whose socket is of another user than the packet was sent by', () => {
    openSocket(7n, { isConnected: true, uid: 1001 });
    owners.set(7n, recordOf(10));
    assert.equal(answer(), 'unknown');
  });

  test('is the kernel where no program has a socket', () =>
    assert.equal(answer(packetFacts({ socketUid: undefined })), 'kernel'));

  test('of other protocols is left to the last rung', () =>
    assert.deepEqual(correlator.correlate(packetFacts({ protocol: 'icmp' })), {
      kind: 'unknown',
      reason: 'left to rung 4',
    }));
});
