// Mode: whether and how the firewall asks. Set by a person, shown everywhere.

export interface Mode {
  readonly filtering: 'on' | 'paused';
  /** When a pause ends by itself, milliseconds since 1970; undefined while filtering. */
  readonly pausedUntilMs: number | undefined;
  /** What happens to flows that no rule knows. */
  readonly unknownFlows: 'ask' | 'allow' | 'deny';
}

export const INITIAL_MODE: Mode = { filtering: 'on', pausedUntilMs: undefined, unknownFlows: 'ask' };
