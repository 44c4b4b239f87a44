// Finds whose packet it is: reads the entry that the packet itself wrote on its way to the queue. Never guesses.
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
}

/** What the correlator needs of the kernel. */
export interface FlowMap {
  readonly flowOwner: (key: FlowMapKey) => FlowMapEntry | undefined;
}

export type Correlation =
  | { readonly kind: 'owner'; readonly owner: Owner }
  /** The kernel's own packet: its socket has no file, so no process has it open. */
  | { readonly kind: 'kernel' }
  | { readonly kind: 'unknown'; readonly reason: string };

/** `socketUid` is what the queue said of the packet's socket; undefined where no process has it open. */
export function correlate(flowMap: FlowMap, key: FlowMapKey, socketUid: number | undefined): Correlation {
  const entry = flowMap.flowOwner(key);
  if (entry === undefined) {
    if (socketUid === undefined) return { kind: 'kernel' };
    return {
      kind: 'unknown',
      reason:
        'its socket is older than the agent and shared by several processes, or its record was pushed out',
    };
  }
  if (entry.sharedUntilNs > entry.writtenNs) {
    return {
      kind: 'unknown',
      reason: 'two processes sent with the same addresses and ports at the same time',
    };
  }
  return { kind: 'owner', owner: ownerOf(entry.owner) };
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
