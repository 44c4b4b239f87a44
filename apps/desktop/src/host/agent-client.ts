// AgentClient: follows the agent for as long as it runs, through restarts of either side, and tells what changes in batches.
import type { FirewallClient, WatchUpdate } from '@sallyport/proto';
import { setTimeout as delay } from 'node:timers/promises';
import { RECENT_LIMIT } from '../shared/recent.ts';
import type { Change } from '../shared/state.ts';
import { Batcher } from './batcher.ts';
import { desktopError } from './desktop-error.ts';
import { COMMAND_CHARACTERS_KEPT, readEvent } from './read-event.ts';
import { readHistory } from './read-wire.ts';

export interface AgentClientOptions {
  readonly client: FirewallClient;
  readonly onChanges: (changes: readonly Change[]) => void;
  /** How long to wait after a refusal: a group is joined, or an agent updated, without word to us. */
  readonly refusedRetryMs?: number;
}

/** About one frame of a screen. */
const BATCH_MS = 16;
const MOST_IN_BATCH = 2000;
const REFUSED_RETRY_MS = 5000;

export class AgentClient {
  readonly #options: AgentClientOptions;
  readonly #batcher: Batcher<Change>;
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(options: AgentClientOptions) {
    this.#options = options;
    this.#batcher = new Batcher({ deliver: options.onChanges, waitMs: BATCH_MS, most: MOST_IN_BATCH });
  }

  start(): void {
    this.#running = this.#follow();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    this.#batcher.flush();
  }

  async #follow(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        for await (const update of this.#options.client.watch({ history: true, signal })) this.#take(update);
        return;
      } catch (failure) {
        this.#tell({ kind: 'connection', connection: { kind: 'refused', reason: desktopError(failure) } });
        await this.#pause(this.#options.refusedRetryMs ?? REFUSED_RETRY_MS);
      }
    }
  }

  #take(update: WatchUpdate): void {
    if (update.kind === 'disconnected') {
      const retryAtMs = Date.now() + update.retryInMs;
      const reason = desktopError(update.error);
      this.#tell({ kind: 'connection', connection: { kind: 'disconnected', reason, retryAtMs } });
      return;
    }
    const change = readEvent(update.event);
    if (change === undefined) return;
    this.#batcher.add(change);
    if (change.kind === 'agent') void this.#fillRecent();
  }

  /** Where the connection goes is told at once: a window must not take answers for an agent that is gone. */
  #tell(change: Change): void {
    this.#batcher.add(change);
    this.#batcher.flush();
  }

  /** What happened before this connection. A history that cannot be read is told by the agent's health. */
  async #fillRecent(): Promise<void> {
    const { client } = this.#options;
    const listed = await client
      .listHistory({ limit: RECENT_LIMIT }, { signal: this.#stopping.signal })
      .catch(() => undefined);
    if (listed === undefined || this.#stopping.signal.aborted) return;
    const entries = listed.records.map((record) => readHistory(record, COMMAND_CHARACTERS_KEPT));
    this.#batcher.add({ kind: 'history', entries });
  }

  async #pause(durationMs: number): Promise<void> {
    await delay(durationMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
  }
}
