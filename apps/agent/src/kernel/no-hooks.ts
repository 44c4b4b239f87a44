// The kernel's side of the rungs that have no cgroup hooks: nothing is decided, counted or told there.
import type { OwnerStruct } from './gen/structs.ts';
import type { KernelCounters } from './kernel-programs.ts';
import type { KernelSide, VerdictCacheFace } from './kernel-side.ts';

const NO_COUNTERS: KernelCounters = {
  kernelPackets: 0,
  ownerMissing: 0,
  flowNotStored: 0,
  eventsLost: 0,
  ownPackets: 0,
  knownAllowed: 0,
  knownDenied: 0,
  notKnown: 0,
  onlyCounted: 0,
  forwardedForOthers: 0,
  ownersFoundAgain: 0,
};

export class NoHooks implements KernelSide {
  readonly whyUncounted = 'it takes the packet program';
  readonly #close: () => void;

  /** `close` is called when the agent ends. */
  constructor(close: () => void = () => undefined) {
    this.#close = close;
  }

  ownerOf(): OwnerStruct | undefined {
    return undefined;
  }

  isJudged(): boolean {
    return false;
  }

  /** Nobody tells when it closes: its question waits until its time is over. */
  watchSocket(): boolean {
    return true;
  }

  unwatchSocket(): void {
    // Nothing is watched.
  }

  passOwnSocket(): void {
    // The netfilter rules let its messages pass by themselves.
  }

  openVerdictCache<Meaning>(): VerdictCacheFace<Meaning> {
    return {
      learn: () => undefined,
      voidAll: () => undefined,
      readDecided: () => undefined,
      readCounted: () => undefined,
      stats: () => ({ learned: 0, masks: [], generation: 0n }),
      contents: () => Promise.resolve({ masks: [], held: 0, pushedOut: 0 }),
      close: () => undefined,
    };
  }

  openTrafficCounters(): ReturnType<KernelSide['openTrafficCounters']> {
    return {
      read: () => undefined,
      isOpen: () => false,
      readAlike: () => undefined,
      forget: () => undefined,
      readEnded: () => undefined,
      close: () => undefined,
    };
  }

  readAlikeTraffic(): undefined {
    return undefined;
  }

  onlyCounted(): number {
    return 0;
  }

  counters(): KernelCounters {
    return NO_COUNTERS;
  }

  measure(): Promise<readonly never[]> {
    return Promise.resolve([]);
  }

  close(): void {
    this.#close();
  }
}
