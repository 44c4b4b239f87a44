// The flow map as the kernel programs of the upper rungs write it: which Owner's packet carries these headers.
import type { Owner } from '../domain/owner.ts';

/** The parts of a packet that name its entry in the flow map. Addresses are 16 bytes, IPv4 as ::ffff:a.b.c.d. */
export interface FlowMapKey {
  readonly localAddress: Uint8Array;
  readonly remoteAddress: Uint8Array;
  readonly sequence: number;
  readonly localPort: number;
  readonly remotePort: number;
  readonly protocol: number;
}

/** A value of the flow map. */
export interface FlowMapEntry {
  readonly owner: OwnerRecord;
  /** CLOCK_MONOTONIC. */
  readonly writtenNs: bigint;
  readonly sharedUntilNs: bigint;
}

/** An Owner as the kernel programs write it. */
export interface OwnerRecord {
  readonly startNs: bigint;
  readonly inode: bigint;
  readonly ctimeNs: bigint;
  readonly cgroupId: bigint;
  readonly socketCookie: bigint;
  readonly networkNamespace: bigint;
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
  /** major << 20 | minor */
  readonly device: number;
  /** 0 or 1 */
  readonly isElsewhere: number;
  /** How it was seen, as the kernel programs number it; undefined where it was not. */
  readonly evidence?: number;
}

/** What a correlator needs of the kernel. */
export interface FlowMap {
  readonly flowOwner: (key: FlowMapKey) => FlowMapEntry | undefined;
}

export function ownerOf(record: OwnerRecord): Owner {
  return {
    pid: record.pid,
    startNs: record.startNs,
    uid: record.uid,
    gid: record.gid,
    executable: {
      deviceMajor: record.device >>> 20,
      deviceMinor: record.device & 0xfffff,
      inode: record.inode,
      ctimeNs: record.ctimeNs,
    },
    cgroupId: record.cgroupId,
    socketCookie: record.socketCookie,
    networkNamespace: record.networkNamespace,
    isElsewhere: record.isElsewhere !== 0,
  };
}

/** Two processes sent with the key at the time of the entry: which of them sent a packet is not known. */
export function isShared({ sharedUntilNs, writtenNs }: FlowMapEntry): boolean {
  return sharedUntilNs > writtenNs;
}
