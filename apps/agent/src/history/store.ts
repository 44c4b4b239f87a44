// HistoryStore: every verdict with its reason, on disk. Takes records off the data path in batches and goes on without
// a database when there is none that works: records wait in memory up to a limit, then they are counted as lost.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { HistoryDatabase } from './database.ts';
import type { ReasonPage, ReasonRequest } from './database.ts';
import type { RuleId, RuleUse } from '../domain/rule.ts';
import { ruleOfReason } from '../domain/verdict.ts';
import { MAX_QUERY_LIMIT, type HistoryEntry, type HistoryFilter, type ReasonUse } from './entry.ts';
import { faultOf, type HistoryFault } from './fault.ts';
import type { HistoryWrite } from './row.ts';
import { setAside } from './set-aside.ts';

export interface HistoryOptions {
  readonly file: string;
  readonly maxRecords: number;
  readonly maxAgeMs: number;
  /** Records that may wait in memory. */
  readonly waitingLimit: number;
  /** A record is on disk at the latest so long after it was appended, while all is well. */
  readonly flushDelayMs: number;
  /** The first retry after a fault; each further one waits twice as long, up to `retryMaxMs`. */
  readonly retryMs: number;
  readonly retryMaxMs: number;
  /** Milliseconds since 1970. */
  readonly wallMs: () => number;
  /** Called after each piece of work off the caller's path: health may have changed. */
  readonly onWorked: () => void;
}

export const DEFAULT_HISTORY_OPTIONS = {
  maxRecords: 1_000_000,
  maxAgeMs: 90 * 24 * 3_600_000,
  waitingLimit: 10_000,
  flushDelayMs: 200,
  retryMs: 1000,
  retryMaxMs: 30_000,
  wallMs: Date.now,
  onWorked: () => undefined,
} as const satisfies Omit<HistoryOptions, 'file'>;

export interface HistoryHealth {
  /** degraded: records are written, but something was lost or set aside, or wait for a lock; broken: none can be written. */
  readonly state: 'ok' | 'degraded' | 'broken';
  readonly text: string;
  /** What to do; undefined when all is well. */
  readonly remedy: string | undefined;
  readonly waiting: number;
  readonly lost: number;
}

export type HistoryResult =
  | { readonly kind: 'entries'; readonly entries: readonly HistoryEntry[] }
  | { readonly kind: 'unavailable'; readonly text: string };

export const LOST_REMEDY = 'Nothing is left to do; the count begins anew when the agent starts.';
/** Records in one transaction: a few milliseconds of the event loop. */
const BATCH_SIZE = 100;
/** Records written between two looks at the retention. */
const RECORDS_PER_PRUNE = 1000;

export class HistoryStore {
  readonly #options: HistoryOptions;
  readonly #waiting: HistoryWrite[] = [];
  #database: HistoryDatabase | undefined;
  #fault: HistoryFault | undefined;
  /** Something that was repaired but that a person should know. */
  #incident: Pick<HistoryFault, 'text' | 'remedy'> | undefined;
  #lost = 0;
  #faultsInARow = 0;
  #writtenSincePrune = RECORDS_PER_PRUNE;
  #timer: NodeJS.Timeout | undefined;
  #turn: NodeJS.Immediate | undefined;
  #closed = false;

  private constructor(options: HistoryOptions) {
    this.#options = options;
  }

  /** Never throws for the state of the file: `health()` says what is wrong, and it is tried again. */
  static open(options: Partial<HistoryOptions> & Pick<HistoryOptions, 'file'>): HistoryStore {
    const store = new HistoryStore({ ...DEFAULT_HISTORY_OPTIONS, ...options });
    store.#attempt((database) => database.newestId());
    return store;
  }

  /** Takes a record, or what the flow of one carried; never blocks and never throws. */
  append(write: HistoryWrite): void {
    if (this.#closed || this.#waiting.length >= this.#options.waitingLimit) {
      this.#lost += 1;
      return;
    }
    this.#waiting.push(write);
    if (this.#fault === undefined && this.#waiting.length >= BATCH_SIZE) this.#writeSoon();
    else this.#writeLater();
  }

  /** Writes all that waits; false when it cannot be written now. Blocks: for the end of the process and for tests. */
  flush(): boolean {
    while (this.#waiting.length > 0) if (!this.#writeBatch()) return false;
    return true;
  }

  /** Newest first, with all that was appended before. Works in steps of a few milliseconds. */
  async query(filter: HistoryFilter): Promise<HistoryResult> {
    await this.#writeAllInTurns();
    const entries: HistoryEntry[] = [];
    const limit = Math.min(Math.max(1, filter.limit), MAX_QUERY_LIMIT);
    let belowId = filter.beforeId ?? this.#attempt((database) => database.newestId() + 1);
    while (belowId !== undefined && entries.length < limit) {
      const request = { filter, belowId, limit: limit - entries.length };
      const page = this.#attempt((database) => database.page(request));
      if (page === undefined) return this.#unavailable();
      entries.push(...page.entries);
      belowId = page.nextBelowId;
      if (belowId !== undefined && entries.length < limit) await nextTurn();
    }
    return this.#database === undefined ? this.#unavailable() : { kind: 'entries', entries };
  }

  /** How often each rule decided before that time. Works in steps of a few milliseconds. */
  async ruleUses(beforeMs: number): Promise<readonly RuleUse[] | undefined> {
    await this.#writeAllInTurns();
    const sums = new Map<RuleId, RuleUse>();
    let belowId = this.#attempt((database) => database.newestId() + 1);
    if (belowId === undefined) return undefined;
    while (belowId !== undefined) {
      const request: ReasonRequest = { belowId, beforeMs };
      const page: ReasonPage | undefined = this.#attempt((database) => database.ruleReasons(request));
      if (page === undefined) return undefined;
      for (const use of page.uses) addUse(sums, use);
      belowId = page.nextBelowId;
      if (belowId !== undefined) await nextTurn();
    }
    return [...sums.values()];
  }

  health(): HistoryHealth {
    const counts = { waiting: this.#waiting.length, lost: this.#lost };
    const lost = this.#lost > 0 ? ` ${this.#lost} records were lost.` : '';
    if (this.#fault !== undefined) {
      const state = this.#fault.kind === 'locked' ? 'degraded' : 'broken';
      return { state, text: `${this.#fault.text}${lost}`, remedy: this.#fault.remedy, ...counts };
    }
    if (this.#incident !== undefined)
      return {
        state: 'degraded',
        text: `${this.#incident.text}${lost}`,
        remedy: this.#incident.remedy,
        ...counts,
      };
    if (this.#lost > 0)
      return {
        state: 'degraded',
        text: `The history is written again.${lost}`,
        remedy: LOST_REMEDY,
        ...counts,
      };
    return {
      state: 'ok',
      text: `The history is written to ${this.#options.file}.`,
      remedy: undefined,
      ...counts,
    };
  }

  /** Writes what waits and closes the file; what cannot be written is counted as lost. */
  close(): void {
    if (this.#closed) return;
    this.flush();
    this.#closed = true;
    this.#lost += this.#waiting.splice(0).length;
    clearTimeout(this.#timer);
    clearImmediate(this.#turn);
    this.#drop();
  }

  #writeLater(): void {
    if (this.#timer !== undefined || this.#turn !== undefined) return;
    this.#timer = setTimeout(() => this.#work(), this.#delayMs());
    if (this.#fault !== undefined) this.#timer.unref();
  }

  #delayMs(): number {
    const { flushDelayMs, retryMs, retryMaxMs } = this.#options;
    return this.#fault === undefined
      ? flushDelayMs
      : Math.min(retryMaxMs, retryMs * 2 ** (this.#faultsInARow - 1));
  }

  #writeSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#turn ??= setImmediate(() => this.#work());
  }

  /** One bounded piece of work, then room for the event loop; nothing stays scheduled once all is done. */
  #work(): void {
    this.#timer = undefined;
    this.#turn = undefined;
    if (this.#closed) return;
    if (this.#waiting.length > 0) this.#writeBatch();
    else this.#pruneSome();
    if (this.#fault !== undefined) {
      if (this.#waiting.length > 0) this.#writeLater();
    } else if (this.#waiting.length > 0 || this.#writtenSincePrune >= RECORDS_PER_PRUNE) this.#writeSoon();
    this.#options.onWorked();
  }

  async #writeAllInTurns(): Promise<void> {
    while (this.#waiting.length > 0 && !this.#closed) {
      if (!this.#writeBatch()) return;
      if (this.#waiting.length > 0) await nextTurn();
    }
  }

  #writeBatch(): boolean {
    const batch = this.#waiting.slice(0, BATCH_SIZE);
    const written = this.#attempt((database) => {
      database.write(batch);
      return true;
    });
    if (written === undefined) return false;
    this.#waiting.splice(0, batch.length);
    this.#writtenSincePrune += batch.length;
    return true;
  }

  #pruneSome(): void {
    const { maxRecords, maxAgeMs, wallMs } = this.#options;
    const retention = { maxRecords, oldestMs: wallMs() - maxAgeMs };
    if (this.#attempt((database) => database.pruneSome(retention)) !== true) this.#writtenSincePrune = 0;
  }

  /** Runs something on a working database, a new one if need be; undefined, with `#fault` set, when there is none. */
  #attempt<Result>(run: (database: HistoryDatabase) => Result): Result | undefined {
    if (this.#closed) return undefined;
    try {
      return this.#succeed(run(this.#ready()));
    } catch (error) {
      this.#fail(error);
    }
    if (this.#fault?.kind !== 'corrupt') return undefined;
    try {
      this.#beginAnew(this.#fault);
      return this.#succeed(run(this.#ready()));
    } catch (error) {
      this.#fail(error);
      return undefined;
    }
  }

  #ready(): HistoryDatabase {
    if (this.#database?.isInPlace() === false) {
      this.#drop();
      const text = `${this.#options.file} was removed or replaced while it was in use; a new history was begun.`;
      this.#incident = { text, remedy: 'Find out what removes files there.' };
    }
    this.#database ??= new HistoryDatabase(this.#options.file);
    return this.#database;
  }

  #succeed<Result>(result: Result): Result {
    this.#fault = undefined;
    this.#faultsInARow = 0;
    return result;
  }

  #fail(error: unknown): void {
    this.#fault = faultOf(error, this.#options.file);
    this.#faultsInARow += 1;
    if (this.#fault.kind !== 'locked') this.#drop();
  }

  #beginAnew(fault: HistoryFault): void {
    const aside = setAside(this.#options.file, this.#options.wallMs());
    this.#incident = {
      text: `${fault.text} It was moved to ${aside} and a new history was begun.`,
      remedy: `Try \`sqlite3 ${aside} .recover\` if its records matter, else delete it.`,
    };
  }

  #drop(): void {
    const database = this.#database;
    this.#database = undefined;
    try {
      database?.close();
    } catch {
      // The file is given up because it does not work: that closing it fails as well says nothing new.
    }
  }

  #unavailable(): HistoryResult {
    return { kind: 'unavailable', text: this.#fault?.text ?? 'The history is closed.' };
  }
}

/** A rule has more than one reason: with its program known and without. */
function addUse(sums: Map<RuleId, RuleUse>, { reason, flows, lastAtMs }: ReasonUse): void {
  const ruleId = ruleOfReason(reason);
  if (ruleId === undefined) return;
  const before = sums.get(ruleId) ?? { flows: 0, lastAtMs: 0 };
  sums.set(ruleId, {
    ruleId,
    flows: before.flows + flows,
    lastAtMs: Math.max(before.lastAtMs, lastAtMs),
  });
}
