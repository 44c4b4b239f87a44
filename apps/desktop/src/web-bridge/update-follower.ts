// UpdateFollower: reads updates for as long as it is wanted. When the shell goes away it says so and tries again by itself.
import type { Connection, DesktopError, DesktopUpdate } from '../shared/state.ts';
import { HEARTBEAT_MS } from '../shared/web-protocol.ts';
import { failureOf, SHELL_AWAY } from './failures.ts';
import { linesOf } from './lines.ts';
import type { ShellClient } from './shell-client.ts';

export interface UpdateFollowerOptions {
  readonly client: Pick<ShellClient, 'updates'>;
  readonly deliver: (update: DesktopUpdate) => void;
  readonly firstRetryMs?: number;
  readonly refusedRetryMs?: number;
}

const FIRST_RETRY_MS = 200;
const LONGEST_RETRY_MS = 5000;
/** A session can come back when the person opens a new address in the same browser. */
const REFUSED_RETRY_MS = 5000;
const SILENCE_MS = 3 * HEARTBEAT_MS;

export class UpdateFollower {
  readonly #options: UpdateFollowerOptions;
  readonly #stopping = new AbortController();
  #retryMs: number;

  constructor(options: UpdateFollowerOptions) {
    this.#options = options;
    this.#retryMs = this.#firstRetryMs;
  }

  start(): void {
    void this.#follow();
  }

  stop(): void {
    this.#stopping.abort();
  }

  get #firstRetryMs(): number {
    return this.#options.firstRetryMs ?? FIRST_RETRY_MS;
  }

  async #follow(): Promise<void> {
    const { signal } = this.#stopping;
    for (;;) {
      const reason = await this.#readUntilItEnds().catch(() => SHELL_AWAY);
      if (signal.aborted) return;
      const retryMs = this.#nextRetryMs(reason);
      this.#tell(lost(reason, Date.now() + retryMs));
      await pause(retryMs, signal);
    }
  }

  /** Resolves with why it is over; rejects where that was no answer. */
  async #readUntilItEnds(): Promise<DesktopError> {
    const silence = new SilenceTimer(SILENCE_MS);
    try {
      const response = await this.#options.client.updates(
        AbortSignal.any([silence.signal, this.#stopping.signal]),
      );
      if (!response.ok || response.body === null) return failureOf(response.status);
      for await (const line of linesOf(response.body)) {
        silence.restart();
        if (line !== '') this.#take(JSON.parse(line) as DesktopUpdate);
      }
      return SHELL_AWAY;
    } finally {
      silence.end();
    }
  }

  #take(update: DesktopUpdate): void {
    this.#retryMs = this.#firstRetryMs;
    if (!this.#stopping.signal.aborted) this.#options.deliver(update);
  }

  #tell(connection: Extract<Connection, { readonly kind: 'disconnected' | 'refused' }>): void {
    this.#options.deliver({ kind: 'changes', changes: [{ kind: 'connection', connection }] });
  }

  #nextRetryMs(reason: DesktopError): number {
    if (reason.kind !== 'unavailable') return this.#options.refusedRetryMs ?? REFUSED_RETRY_MS;
    const retryMs = this.#retryMs;
    this.#retryMs = Math.min(2 * retryMs, LONGEST_RETRY_MS);
    return retryMs;
  }
}

function lost(
  reason: DesktopError,
  retryAtMs: number,
): Extract<Connection, { readonly kind: 'disconnected' | 'refused' }> {
  return reason.kind === 'unavailable'
    ? { kind: 'disconnected', reason, retryAtMs }
    : { kind: 'refused', reason };
}

/** Aborts where nothing came for so long: a machine that slept may have lost the other end without a word. */
class SilenceTimer {
  readonly #abort = new AbortController();
  readonly #afterMs: number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(afterMs: number) {
    this.#afterMs = afterMs;
    this.restart();
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  restart(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#abort.abort(), this.#afterMs);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}

function pause(durationMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, durationMs);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}
