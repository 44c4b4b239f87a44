// The clocks that the agent reads. Rules and deadlines shown to people use wall time, which goes on in suspend.
import { uptime } from 'node:os';

export interface Clock {
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
  /** Microseconds on a clock that only goes forward, for durations. */
  readonly monotonicUs: () => number;
  /** CLOCK_BOOTTIME in nanoseconds, to 10 ms: goes on in suspend, as the kernel's programs read it. */
  readonly bootNs: () => bigint;
}

export const SYSTEM_CLOCK: Clock = {
  nowMs: () => Date.now(),
  monotonicUs: () => performance.now() * 1000,
  bootNs: () => BigInt(Math.round(uptime() * 1000)) * 1_000_000n,
};
