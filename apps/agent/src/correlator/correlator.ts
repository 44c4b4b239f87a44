// What every rung of the ladder of correlators answers: whose packet it is. Never guesses. The rungs are in the files
// rung-1-packet.ts to rung-4-proc.ts; the agent takes the first one that the kernel offers.
import type { Address } from '../domain/address.ts';
import type { FlowEnds, Protocol } from '../domain/flow-key.ts';
import type { Owner } from '../domain/owner.ts';
import type { FlowMapKey } from './flow-map.ts';

/** What is known of a queued packet before its process is. */
export interface PacketFacts {
  readonly key: FlowMapKey;
  readonly protocol: Protocol;
  readonly localAddress: Address;
  readonly remoteAddress: Address;
  /** Of another network namespace: this machine forwards it. */
  readonly isForwarded: boolean;
  /** What the queue said of the packet's socket; undefined where no process has it open. */
  readonly socketUid: number | undefined;
  /** The packet may be held a moment and asked about again; false: now or never. */
  readonly mayWait: boolean;
}

export function endsOf({ key, protocol, localAddress, remoteAddress }: PacketFacts): FlowEnds {
  const { localPort, remotePort } = key;
  return { protocol, localAddress, localPort, remoteAddress, remotePort };
}

export type Correlation =
  | { readonly kind: 'owner'; readonly owner: Owner }
  /** The kernel's own packet: its socket has no file, so no process has it open. */
  | { readonly kind: 'kernel' }
  | { readonly kind: 'unknown'; readonly reason: string };

/** Not known yet, and may be known in a moment. Only where the packet may wait. */
export interface NotYet {
  readonly kind: 'not-yet';
}

export const NOT_YET: NotYet = { kind: 'not-yet' };
export const KERNEL: Correlation = { kind: 'kernel' };

/**
 * Whether nobody but the kernel can have sent it: a program that sends has its socket open, and the queue named its user then. A
 * stream of multipath TCP is the application's, though its socket has no file of its own.
 */
export function isKernelPacket({ protocol, socketUid }: PacketFacts): boolean {
  return socketUid === undefined && protocol !== 'tcp';
}

export function unknownBecause(reason: string): Correlation {
  return { kind: 'unknown', reason };
}
