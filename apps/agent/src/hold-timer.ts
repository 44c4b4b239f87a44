// Ends holds in time with one timer for all of them: no timer while nothing waits, none for each flow.

export interface HoldTimerOptions {
  /** Milliseconds until the next hold ends; undefined while nothing waits. */
  readonly nextExpiryInMs: () => number | undefined;
  readonly expire: () => void;
  readonly nowMs: () => number;
}

export class HoldTimer {
  readonly #options: HoldTimerOptions;
  #timer: NodeJS.Timeout | undefined;
  #firesAtMs = Infinity;

  constructor(options: HoldTimerOptions) {
    this.#options = options;
  }

  /** A flow began to wait and will do so for at most this long. */
  heldFor(timeoutMs: number): void {
    const endsAtMs = this.#options.nowMs() + timeoutMs;
    if (endsAtMs < this.#firesAtMs) this.#set(timeoutMs);
  }

  /** Something changed the ends of holds (a client came or went). */
  reschedule(): void {
    const nextMs = this.#options.nextExpiryInMs();
    if (nextMs === undefined) this.stop();
    else this.#set(nextMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#firesAtMs = Infinity;
  }

  #set(delayMs: number): void {
    clearTimeout(this.#timer);
    this.#firesAtMs = this.#options.nowMs() + delayMs;
    this.#timer = setTimeout(() => this.#fire(), delayMs + 1);
  }

  #fire(): void {
    this.stop();
    this.#options.expire();
    this.reschedule();
  }
}
