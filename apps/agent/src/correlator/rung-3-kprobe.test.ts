// The kernel is played: entries that come late, entries of others.
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import type { Address } from '../domain/address.ts';
import type { PacketFacts } from './correlator.ts';
import type { FlowMapEntry, FlowMapKey, OwnerRecord } from './flow-map.ts';
import { KprobeCorrelator } from './rung-3-kprobe.ts';

const SECOND = 1_000_000_000n;
const KEY: FlowMapKey = {
  localAddress: new Uint8Array(16).fill(1),
  remoteAddress: new Uint8Array(16).fill(2),
  sequence: 77,
  localPort: 5151,
  remotePort: 53,
  protocol: 6,
};

function recordOf(pid: number): OwnerRecord {
  const numbers = { startNs: BigInt(pid), inode: 1n, ctimeNs: 1n, cgroupId: 1n, networkNamespace: 1n };
  return { ...numbers, socketCookie: 0n, pid, uid: 1000, gid: 1000, device: 1, isElsewhere: 0 };
}

function packet(changes: Partial<PacketFacts> = {}): PacketFacts {
  const addresses = { localAddress: '10.0.0.1' as Address, remoteAddress: '10.0.0.2' as Address };
  return {
    key: KEY,
    protocol: 'tcp',
    ...addresses,
    isForwarded: false,
    socketUid: 1000,
    mayWait: true,
    ...changes,
  };
}

describe('the process of a packet, by kprobes', () => {
  let entries: Map<string, FlowMapEntry>;
  let correlator: KprobeCorrelator;
  const textOf = ({ localAddress, sequence, localPort }: FlowMapKey): string =>
    `${localAddress.join('.')} ${sequence} ${localPort}`;
  const write = (key: FlowMapKey, pid: number, sharedUntilNs = 0n): void =>
    void entries.set(textOf(key), { owner: recordOf(pid), writtenNs: 9n * SECOND, sharedUntilNs });
  function answer(changes?: Partial<PacketFacts>): number | string {
    const correlation = correlator.correlate(packet(changes));
    return correlation.kind === 'owner' ? correlation.owner.pid : correlation.kind;
  }

  beforeEach(() => {
    entries = new Map();
    correlator = new KprobeCorrelator({
      flowMap: { flowOwner: (key) => entries.get(textOf(key)) },
      nowNs: () => 10n * SECOND,
    });
  });

  test('of a stream is waited for, for as long as the packet may wait', () => {
    assert.equal(answer(), 'not-yet');
    assert.equal(answer({ mayWait: false }), 'unknown');
    assert.equal(answer({ mayWait: false, socketUid: undefined }), 'kernel');
    write(KEY, 10);
    assert.equal(answer(), 10);
  });

  test('of a stream is never that of an earlier one from the same port', () => {
    write({ ...KEY, sequence: 76 }, 10);
    assert.equal(answer(), 'not-yet');
  });

  test('of a datagram was noted before it was made: nothing is waited for', () => {
    assert.equal(answer({ protocol: 'udp' }), 'unknown');
    const noted = { ...KEY, localAddress: new Uint8Array(16), sequence: 0 };
    write({ ...noted, localPort: 0 }, 10);
    assert.equal(answer({ protocol: 'udp' }), 10);
    write(noted, 10);
    assert.equal(answer({ protocol: 'udp' }), 10);
    write(noted, 11);
    assert.equal(answer({ protocol: 'udp' }), 'unknown');
    write(noted, 10, 20n * SECOND);
    assert.equal(answer({ protocol: 'udp' }), 'unknown');
  });

  test('is the kernel where no program has a socket', () =>
    assert.equal(answer({ protocol: 'icmpv6', socketUid: undefined }), 'kernel'));
});
