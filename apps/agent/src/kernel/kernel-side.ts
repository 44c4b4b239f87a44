// What the agent asks of the kernel's side besides whose packet it is, whichever rung of the ladder it stands on.
import type { OwnerStruct } from './gen/structs.ts';
import type { Traffic } from '../domain/traffic.ts';
import type { KernelCounters } from './kernel-programs.ts';
import type { ProgramCost } from './program-costs.ts';
import type { TrafficCounters } from './traffic-counters.ts';
import type { VerdictCache, VerdictCacheOptions } from './verdict-cache.ts';

/** The public face of the class. */
export type VerdictCacheFace<Meaning> = Pick<VerdictCache<Meaning>, keyof VerdictCache<Meaning>>;

export interface KernelSide {
  /** Why the kernel does not count what flows carry; undefined: it does. */
  readonly whyUncounted: string | undefined;
  ownerOf(socketCookie: bigint): OwnerStruct | undefined;
  /** Whether a packet of the socket was decided, by the agent or by the verdict cache. */
  isJudged(socketCookie: bigint): boolean;
  watchSocket(socketCookie: bigint): boolean;
  unwatchSocket(socketCookie: bigint): void;
  passOwnSocket(socketCookie: bigint): void;
  openVerdictCache<Meaning>(options: VerdictCacheOptions<Meaning>): VerdictCacheFace<Meaning>;
  openTrafficCounters(onEnded: (socketCookie: bigint) => void): Pick<TrafficCounters, keyof TrafficCounters>;
  readAlikeTraffic(number: number): Traffic | undefined;
  onlyCounted(): number;
  counters(): KernelCounters;
  measure(durationMs: number): Promise<readonly ProgramCost[]>;
  close(): void;
}
