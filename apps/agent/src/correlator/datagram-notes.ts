// Who was noted as a sender of datagrams to a destination, on the rungs where no packet tells: by local port where the socket had
// one at that time, and without.
import { isShared } from './flow-map.ts';
import type { FlowMap, FlowMapEntry, FlowMapKey, OwnerRecord } from './flow-map.ts';

/** As long as the kernel programs take two senders for one that is not known: longer than a packet waits to be read. */
const NOTED_NS = 5_000_000_000n;
const NO_ADDRESS = new Uint8Array(16);

export type Note = OwnerRecord | 'several' | undefined;

export interface Notes {
  /** Sent from the packet's own port. */
  readonly fromPort: Note;
  /** Sent from a socket that had no port yet, or was connected to there and closed. */
  readonly fromAny: Note;
}

/** `nowNs` is CLOCK_MONOTONIC. */
export function readNotes(flowMap: FlowMap, key: FlowMapKey, nowNs: bigint): Notes {
  const noteOf = (localPort: number): Note =>
    recentNote(flowMap.flowOwner({ ...key, localAddress: NO_ADDRESS, sequence: 0, localPort }), nowNs);
  const fromAny = noteOf(0);
  return { fromAny, fromPort: key.localPort === 0 ? undefined : noteOf(key.localPort) };
}

/** Who sent there by this very socket. */
export function noteOfSocket(flowMap: FlowMap, key: FlowMapKey, at: { cookie: bigint; nowNs: bigint }): Note {
  const localAddress = new Uint8Array(16);
  new DataView(localAddress.buffer).setBigUint64(0, at.cookie, true);
  return recentNote(flowMap.flowOwner({ ...key, localAddress, sequence: 0, localPort: 0 }), at.nowNs);
}

function recentNote(entry: FlowMapEntry | undefined, nowNs: bigint): Note {
  if (entry === undefined || nowNs - entry.writtenNs > NOTED_NS) return undefined;
  return isShared(entry) ? 'several' : entry.owner;
}

export function isSameSender(one: OwnerRecord, other: OwnerRecord): boolean {
  return (
    one.pid === other.pid &&
    one.startNs === other.startNs &&
    one.inode === other.inode &&
    one.device === other.device &&
    one.ctimeNs === other.ctimeNs
  );
}

/** The only process that can have sent it, if there is one. */
export function onlySender({ fromPort, fromAny }: Notes): Note {
  if (fromPort === undefined || fromAny === undefined) return fromPort ?? fromAny;
  if (fromPort === 'several' || fromAny === 'several') return 'several';
  return isSameSender(fromPort, fromAny) ? fromPort : 'several';
}
