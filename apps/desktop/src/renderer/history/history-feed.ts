// HistoryFeed: the rows of History as they are read from the agent, page by page, newest first. What came since is kept apart until
// it is taken, so that nothing moves under the eyes of whoever reads.
import type { HistoryQuery, Outcome } from '../../shared/desktop-api.ts';
import type { HistoryEntry } from '../../shared/report.ts';
import type { DesktopError } from '../../shared/state.ts';
import type { HistoryFilter } from './history-search.ts';

export interface FeedState {
  /** Newest first. */
  readonly rows: readonly HistoryEntry[];
  /** What came since, newest first. */
  readonly newer: readonly HistoryEntry[];
  readonly phase: 'loading' | 'ready' | 'failed';
  readonly isAtEnd: boolean;
  readonly error: DesktopError | undefined;
}

export type ListHistory = (query: HistoryQuery) => Promise<Outcome<readonly HistoryEntry[]>>;

const NOTHING: FeedState = { rows: [], newer: [], phase: 'loading', isAtEnd: false, error: undefined };
export const PAGE_SIZE = 200;

export class HistoryFeed {
  readonly #list: ListHistory;
  readonly #listeners = new Set<() => void>();
  #state = NOTHING;
  #filter: HistoryFilter = {};
  /** Goes up with each new search: an answer to an earlier one is dropped. */
  #search = 0;
  #isLoadingMore = false;
  #look: Promise<void> | undefined;
  /** More came than one page holds: what is shown no longer joins on. */
  #hasGap = false;

  constructor(list: ListHistory) {
    this.#list = list;
  }

  readonly state = (): FeedState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** A new search. What is shown stays until the answer is there. */
  async show(filter: HistoryFilter): Promise<void> {
    this.#search += 1;
    this.#filter = filter;
    this.#isLoadingMore = false;
    this.#look = undefined;
    this.#set({ ...this.#state, phase: 'loading' });
    const rows = await this.#page({});
    if (rows === undefined) return;
    this.#hasGap = false;
    this.#set({ ...NOTHING, rows, phase: 'ready', isAtEnd: rows.length < PAGE_SIZE });
  }

  /** The next older page; nothing while one is on its way. */
  async more(): Promise<void> {
    const { phase, isAtEnd, rows } = this.#state;
    const last = rows.at(-1);
    if (phase !== 'ready' || isAtEnd || this.#isLoadingMore || last === undefined) return;
    this.#isLoadingMore = true;
    const older = await this.#page({ beforeId: last.id });
    if (older === undefined) return;
    this.#isLoadingMore = false;
    this.#set({ ...this.#state, rows: [...rows, ...older], isAtEnd: older.length < PAGE_SIZE });
  }

  /** Something happened: reads what came since. At most one at a time, and once more if something happened meanwhile. */
  look(): Promise<void> {
    this.#look ??= this.#readNewer().finally(() => (this.#look = undefined));
    return this.#look;
  }

  /** Puts what came since on top of what is shown. */
  take(): void {
    const { rows, newer } = this.#state;
    if (newer.length === 0) return;
    const shown = this.#hasGap ? newer : [...newer, ...rows];
    this.#set({ ...this.#state, rows: shown, newer: [], isAtEnd: this.#state.isAtEnd && !this.#hasGap });
    this.#hasGap = false;
  }

  async #readNewer(): Promise<void> {
    if (this.#state.phase !== 'ready') return;
    const newest = await this.#page({});
    if (newest === undefined) return;
    const { rows, newer } = this.#state;
    const known = newer[0] ?? rows[0];
    // Where nothing is shown, nothing can move.
    if (known === undefined)
      return this.#set({ ...this.#state, rows: newest, isAtEnd: newest.length < PAGE_SIZE });
    const came = newest.filter((entry) => isNewer(entry.id, known.id));
    if (came.length === 0) return;
    const isGap = came.length === PAGE_SIZE;
    this.#hasGap ||= isGap;
    this.#set({ ...this.#state, newer: isGap ? came : [...came, ...newer] });
  }

  /** Undefined where another search began meanwhile, or it failed: that is in the state then. */
  async #page(place: Pick<HistoryQuery, 'beforeId'>): Promise<readonly HistoryEntry[] | undefined> {
    const search = this.#search;
    const outcome = await this.#list({ ...this.#filter, ...place, limit: PAGE_SIZE });
    if (search !== this.#search) return undefined;
    if (outcome.ok) return outcome.value;
    this.#isLoadingMore = false;
    this.#set({ ...this.#state, phase: 'failed', error: outcome.error });
    return undefined;
  }

  #set(state: FeedState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

/** Ids are decimal text of any length. */
function isNewer(id: string, than: string): boolean {
  return id.length === than.length ? id > than : id.length > than.length;
}
