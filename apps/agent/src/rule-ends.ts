// Notices that a rule ended by the clock: nobody changes a rule then, and all the same another one decides from there on.

export interface RuleEndsOptions {
  /** When the next rule ends, milliseconds since 1970; undefined where none does. */
  readonly nextEndMs: () => number | undefined;
  readonly onEnd: () => void;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
}

/** Somebody may set the clock, and timers stand still in suspend. */
const LONGEST_WAIT_MS = 10_000;

export class RuleEnds {
  readonly #options: RuleEndsOptions;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: RuleEndsOptions) {
    this.#options = options;
  }

  /** Call when the rules are others. */
  reschedule(): void {
    this.stop();
    const endMs = this.#options.nextEndMs();
    if (endMs === undefined) return;
    const waitMs = Math.min(Math.max(0, endMs - this.#options.nowMs()), LONGEST_WAIT_MS);
    this.#timer = setTimeout(() => this.#look(endMs), waitMs + 1).unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #look(endMs: number): void {
    if (this.#options.nowMs() >= endMs) this.#options.onEnd();
    this.reschedule();
  }
}
