// The clocks that the agent reads. Rules and deadlines shown to people use wall time, which goes on in suspend.

export interface Clock {
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
  /** Microseconds on a clock that only goes forward, for durations. */
  readonly monotonicUs: () => number;
}

export const SYSTEM_CLOCK: Clock = {
  nowMs: () => Date.now(),
  monotonicUs: () => performance.now() * 1000,
};
