// NowFeed: keeps the model of Now filled from history, from what is told as it happens, and from the counts, for as long as a page looks.
import type { DesktopApi } from '../../shared/desktop-api.ts';
import type { HistoryEntry } from '../../shared/report.ts';
import type { DesktopError, DesktopUpdate } from '../../shared/state.ts';
import type { Traffic, TrafficPlace } from '../../shared/traffic.ts';
import type { StateStore } from '../state-store.ts';
import { WINDOW_MS } from './activity.ts';
import { NowModel } from './now-model.ts';

export interface NowState {
  readonly model: NowModel;
  /** Of this moment: what is shown is as of then. */
  readonly nowMs: number;
  readonly phase: 'loading' | 'ready';
  /** History before this page could not be read. */
  readonly error: DesktopError | undefined;
}

export interface NowFeedOptions {
  readonly api: Pick<DesktopApi, 'listHistory' | 'readTraffic'>;
  readonly store: Pick<StateStore, 'state' | 'subscribe'>;
  readonly nowMs: () => number;
  /** Nobody can see the page: then it does not ask. */
  readonly isHidden: () => boolean;
}

const ROWS_AT_ONCE = 1000;
const MOST_PAGES = 10;
const READ_EVERY_MS = 1000;
const READ_SOON_MS = 100;
const SOON_READS = 5;
const TICK_MS = 1000;
/** Ten thousand verdicts a second are two looks. */
const LOOK_MS = 500;
/** The host tells of the end of a flow for longer than this. */
const LONGEST_GAP_MS = 10_000;
const RELOAD_MS = 2000;
const START: TrafficPlace = { epoch: 0, revision: 0 };

export class NowFeed {
  readonly #options: NowFeedOptions;
  readonly #listeners = new Set<() => void>();
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  #leave: () => void = () => undefined;
  #state: NowState;
  /** Being filled, to take the place of the one that is shown. */
  #next: NowModel | undefined;
  #place = START;
  #readAtMs = 0;
  #isLookDue = false;
  #soonReads = SOON_READS;
  /** Goes up when it starts and stops: what was asked before that is dropped. */
  #run = 0;

  constructor(options: NowFeedOptions) {
    this.#options = options;
    this.#state = { model: new NowModel(), nowMs: options.nowMs(), phase: 'loading', error: undefined };
  }

  readonly state = (): NowState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  start(): void {
    this.#run += 1;
    this.#leave = this.#options.store.subscribe((update) => this.#take(update));
    void this.#load();
    void this.#read(this.#run);
    this.#tick();
  }

  stop(): void {
    this.#run += 1;
    this.#next = undefined;
    this.#leave();
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  #take(update: DesktopUpdate): void {
    if (update.kind === 'snapshot') return this.#loadLater();
    if (update.changes.some(({ kind }) => kind === 'agent')) void this.#load();
    for (const change of update.changes) if (change.kind === 'history') this.#takeEntries(change.entries);
  }

  #takeEntries(entries: readonly HistoryEntry[]): void {
    this.#state.model.takeEntries(entries);
    this.#next?.takeEntries(entries);
    this.#lookSoon();
  }

  /** Updates were left out, because there were too many for this page: it begins anew when it is calmer. */
  #loadLater(): void {
    this.#after(RELOAD_MS, () => void this.#load());
  }

  /** What is shown stays until the new model is whole. */
  async #load(): Promise<void> {
    const model = new NowModel();
    this.#next = model;
    const nowMs = this.#options.nowMs();
    const recent = this.#options.store.state().recent.filter(({ atMs }) => atMs >= nowMs - WINDOW_MS);
    model.takeEntries(recent);
    const error = await this.#readHistory(model, nowMs, recent.at(-1)?.atMs ?? nowMs);
    if (this.#next !== model) return;
    this.#next = undefined;
    this.#place = START;
    this.#show({ model, phase: 'ready', error });
  }

  async #readHistory(model: NowModel, nowMs: number, untilMs: number): Promise<DesktopError | undefined> {
    let beforeId: string | undefined;
    for (let page = 0; page < MOST_PAGES && this.#next === model; page++) {
      const span = { sinceMs: Math.max(0, nowMs - WINDOW_MS), untilMs, limit: ROWS_AT_ONCE };
      const outcome = await this.#options.api.listHistory(
        beforeId === undefined ? span : { ...span, beforeId },
      );
      if (!outcome.ok) return outcome.error;
      model.takeEntries(outcome.value);
      beforeId = outcome.value.at(-1)?.id;
      if (outcome.value.length < ROWS_AT_ONCE) break;
    }
    return undefined;
  }

  /** One answer after the other while there is more, else one a second. */
  async #read(run: number): Promise<void> {
    const { api, isHidden, nowMs, store } = this.#options;
    const isLoading = this.#next !== undefined;
    let waitMs = isLoading ? READ_SOON_MS : READ_EVERY_MS;
    if (!isLoading && store.state().connection.kind === 'connected' && !isHidden()) {
      if (nowMs() - this.#readAtMs > LONGEST_GAP_MS) this.#beginCounts();
      const { model } = this.#state;
      const outcome = await api.readTraffic(this.#place);
      if (run !== this.#run) return;
      if (outcome.ok && model === this.#state.model) {
        const { epoch, revision } = outcome.value;
        model.takeTraffic(outcome.value);
        this.#place = { epoch, revision };
        this.#readAtMs = nowMs();
        waitMs = this.#waitMs(outcome.value);
        this.#lookSoon();
      }
    }
    this.#after(waitMs, () => void this.#read(run));
  }

  /** The first answers come before the agent has told the host anything. */
  #waitMs({ isComplete, isCounted }: Traffic): number {
    if (!isComplete) return 0;
    if (isCounted || this.#soonReads === 0) return READ_EVERY_MS;
    this.#soonReads -= 1;
    return READ_SOON_MS;
  }

  #beginCounts(): void {
    this.#place = START;
    this.#state.model.beginCounts(START.epoch);
  }

  #tick(): void {
    const { model } = this.#state;
    const nowMs = this.#options.nowMs();
    model.sweep(nowMs);
    this.#lookSoon();
    this.#after(TICK_MS, () => this.#tick());
  }

  #lookSoon(): void {
    if (this.#isLookDue) return;
    this.#isLookDue = true;
    this.#after(LOOK_MS, () => this.#show({}));
  }

  #show(changes: Partial<NowState>): void {
    this.#isLookDue = false;
    this.#state = { ...this.#state, nowMs: this.#options.nowMs(), ...changes };
    for (const listener of this.#listeners) listener();
  }

  #after(delayMs: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, delayMs);
    this.#timers.add(timer);
  }
}
