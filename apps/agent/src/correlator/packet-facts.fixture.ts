// A packet as tests of the rungs play it, and whom a record of the kernel names.
import type { Address } from '../domain/address.ts';
import type { PacketFacts } from './correlator.ts';
import type { FlowMapKey, OwnerRecord } from './flow-map.ts';

export const SECOND_NS = 1_000_000_000n;

export const KEY: FlowMapKey = {
  localAddress: new Uint8Array(16).fill(1),
  remoteAddress: new Uint8Array(16).fill(2),
  sequence: 0,
  localPort: 5151,
  remotePort: 53,
  protocol: 17,
};

/** A datagram whose answer cannot wait. */
export function packetFacts(changes: Partial<PacketFacts> = {}): PacketFacts {
  return {
    key: KEY,
    protocol: 'udp',
    localAddress: '10.0.0.1' as Address,
    remoteAddress: '10.0.0.2' as Address,
    isForwarded: false,
    socketUid: 1000,
    mayWait: false,
    ...changes,
  };
}

/** Of a process that made the socket with its own number as cookie. */
export function recordOf(pid: number): OwnerRecord {
  const numbers = { startNs: BigInt(pid), inode: 1n, ctimeNs: 1n, cgroupId: 1n, networkNamespace: 1n };
  return { ...numbers, socketCookie: BigInt(pid), pid, uid: 1000, gid: 1000, device: 1, isElsewhere: 0 };
}
