// HistoryThread: the HistoryStore on a thread of its own. SQLite waits for the disk inside a commit, and the data path must
// not wait with it. The thread costs 13 MiB, so it lives only while there is something to do, and what there is to do is
// gathered for a second: history is never urgent.
import type { HistoryRecord, TrafficOfRecord } from '../domain/history.ts';
import type { RuleUse } from '../domain/rule.ts';
import type { HistoryFilter } from './entry.ts';
import { HistoryWorker } from './history-worker.ts';
import { rowOf } from './row.ts';
import type { HistoryWrite } from './row.ts';
import { DEFAULT_HISTORY_OPTIONS, LOST_REMEDY, type HistoryHealth, type HistoryResult } from './store.ts';
import type { Answer, FromThread, Question, ThreadOptions } from './thread-messages.ts';

const ENTRY = new URL('./thread-entry.ts', import.meta.url);
const RESTART_DELAY_MS = 1000;
const END_TIMEOUT_MS = 2000;
/** Rows that cross at once: a fraction of a millisecond of copying. */
const ROWS_PER_MESSAGE = 500;
/** While so many wait for the disk on the thread, the others wait here, where they cost no second copy. */
const ROWS_ON_THREAD = 1000;

export interface ThreadSettings {
  readonly entry: URL;
  /** A record waits at most so long before it is sent to the thread. */
  readonly gatherMs: number;
  /** So many waiting records are sent at once. */
  readonly gatherRecords: number;
  /** The thread ends when it had nothing to do for so long. */
  readonly idleMs: number;
  /** There was nothing to do for so long, and the thread has ended, unless it has bad news to keep. */
  readonly onIdle: () => void;
}

const SETTINGS: ThreadSettings = {
  entry: ENTRY,
  gatherMs: 1000,
  gatherRecords: 2000,
  idleMs: 10_000,
  onIdle: () => undefined,
};

type Life =
  | { readonly kind: 'asleep' }
  | { readonly kind: 'awake'; readonly worker: HistoryWorker }
  /** Told to end because it had nothing to do. */
  | { readonly kind: 'falling-asleep'; readonly ended: Promise<void> }
  /** Ended by a fault; started again after a while. */
  | { readonly kind: 'failed' };

interface Query {
  readonly question: Question;
  readonly resolve: (result: Answer) => void;
  isSent: boolean;
}

const OPENING: HistoryHealth = {
  state: 'ok',
  text: 'The history is being opened.',
  remedy: undefined,
  waiting: 0,
  lost: 0,
};

export class HistoryThread {
  readonly #options: ThreadOptions;
  readonly #settings: ThreadSettings;
  readonly #waitingLimit: number;
  #life: Life = { kind: 'asleep' };
  #waiting: HistoryWrite[] = [];
  /** Sent and not yet taken over, in order. */
  #sent: (readonly HistoryWrite[])[] = [];
  readonly #queries = new Map<number, Query>();
  #queryCount = 0;
  #health = OPENING;
  #lost = 0;
  #gathering: NodeJS.Timeout | undefined;
  #idle: NodeJS.Timeout | undefined;
  #closing: Promise<void> | undefined;

  private constructor(options: ThreadOptions, settings: ThreadSettings) {
    this.#options = options;
    this.#settings = settings;
    this.#waitingLimit = options.waitingLimit ?? DEFAULT_HISTORY_OPTIONS.waitingLimit;
  }

  /** Never throws for the state of the file or of the thread: `health()` says what is wrong, and it is tried again. */
  static open(options: ThreadOptions, settings: Partial<ThreadSettings> = {}): HistoryThread {
    const thread = new HistoryThread(options, { ...SETTINGS, ...settings });
    thread.#wake();
    thread.#work();
    return thread;
  }

  /** So many more records would be kept. */
  get room(): number {
    return Math.max(0, this.#waitingLimit - this.#waiting.length);
  }

  /** Takes a record; never blocks and never throws. */
  append(record: HistoryRecord): void {
    this.#append(() => rowOf(record));
  }

  /** Call after the record was appended. Never blocks and never throws. */
  appendTraffic(update: TrafficOfRecord): void {
    this.#append(() => update);
  }

  #append(write: () => HistoryWrite): void {
    if (this.#closing !== undefined || this.room === 0) {
      this.#lost += 1;
      return;
    }
    this.#waiting.push(write());
    if (this.#waiting.length === this.#settings.gatherRecords) this.#work();
    else this.#gathering ??= setTimeout(() => this.#work(), this.#settings.gatherMs);
  }

  /** Newest first, with all that was appended before. */
  async query(filter: HistoryFilter): Promise<HistoryResult> {
    const answer = await this.#ask({ kind: 'query', filter });
    return answer.kind === 'uses' ? { kind: 'unavailable', text: 'Another question was answered.' } : answer;
  }

  /** How often each rule decided before that time; undefined where the history cannot be read. */
  async ruleUses(beforeMs: number): Promise<readonly RuleUse[] | undefined> {
    const answer = await this.#ask({ kind: 'rule-uses', beforeMs });
    return answer.kind === 'uses' ? answer.uses : undefined;
  }

  /** As of the thread's last word, with what it has not taken over yet. */
  health(): HistoryHealth {
    const underway = this.#waiting.length + this.#sent.reduce((sum, rows) => sum + rows.length, 0);
    const counts = { waiting: this.#health.waiting + underway, lost: this.#health.lost + this.#lost };
    if (this.#lost === 0) return { ...this.#health, ...counts };
    const state = this.#health.state === 'broken' ? 'broken' : 'degraded';
    const text = `${this.#health.text} ${this.#lost} records were lost before they reached it.`;
    return { state, text, remedy: this.#health.remedy ?? LOST_REMEDY, ...counts };
  }

  /** Writes what waits and ends the thread; gives up after two seconds of a disk that does not answer. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  #ask(question: Question): Promise<Answer> {
    if (this.#life.kind === 'failed' || this.#closing !== undefined)
      return Promise.resolve({
        kind: 'unavailable',
        text: 'The history is closed or its thread starts again.',
      });
    const { promise, resolve } = Promise.withResolvers<Answer>();
    this.#queries.set((this.#queryCount += 1), { question, resolve, isSent: false });
    this.#work();
    return promise;
  }

  async #close(): Promise<void> {
    this.#stopTimers();
    if (this.#life.kind === 'falling-asleep') await this.#life.ended;
    if (this.#waiting.length > 0) this.#wake();
    if (this.#life.kind === 'awake') {
      this.#sendRows(this.#life.worker, Infinity);
      await this.#life.worker.end(END_TIMEOUT_MS);
    }
    this.#lost += [...this.#sent.splice(0).flat(), ...this.#waiting.splice(0)].length;
  }

  #stopTimers(): void {
    clearTimeout(this.#gathering);
    clearTimeout(this.#idle);
    this.#gathering = undefined;
    this.#idle = undefined;
  }

  get #isIdle(): boolean {
    return this.#waiting.length + this.#sent.length + this.#queries.size === 0 && this.#health.waiting === 0;
  }

  #wake(): void {
    if (this.#life.kind !== 'asleep') return;
    // Before a question all that waits here is sent, to what waits there.
    const options = { ...this.#options, waitingLimit: 2 * this.#waitingLimit };
    const worker = new HistoryWorker(this.#settings.entry, options, {
      onMessage: (message) => this.#hear(message),
      onEnded: (fault) => this.#ended(fault),
    });
    this.#life = { kind: 'awake', worker };
  }

  /** Does what can be done now: wakes the thread, gives it what waits, lets it rest and at last sleep. */
  #work(): void {
    this.#stopTimers();
    if (this.#closing !== undefined) return;
    if (!this.#isIdle) this.#wake();
    if (this.#life.kind !== 'awake') return;
    const { worker } = this.#life;
    if (this.#isIdle) {
      worker.rest();
      this.#idle = setTimeout(() => this.#fallAsleep(worker), this.#settings.idleMs).unref();
    } else this.#give(worker);
  }

  /** One message of rows at a time, so that none pile up before a slow disk; a question comes after all that waits. */
  #give(worker: HistoryWorker): void {
    const unsent = [...this.#queries].filter(([, query]) => !query.isSent);
    if (unsent.length > 0) this.#sendRows(worker, Infinity);
    else if (this.#sent.length === 0 && this.#health.waiting < ROWS_ON_THREAD) this.#sendRows(worker, 1);
    for (const [id, query] of unsent) {
      query.isSent = true;
      worker.send({ ...query.question, id });
    }
  }

  #sendRows(worker: HistoryWorker, messages: number): void {
    for (let count = 0; count < messages && this.#waiting.length > 0; count += 1) {
      const rows = this.#waiting.splice(0, ROWS_PER_MESSAGE);
      this.#sent.push(rows);
      worker.send({ kind: 'rows', rows });
    }
  }

  /** A thread that has something to tell stays: its successor would not know. */
  #fallAsleep(worker: HistoryWorker): void {
    if (!this.#isIdle) return;
    if (this.#health.state === 'ok')
      this.#life = { kind: 'falling-asleep', ended: worker.end(END_TIMEOUT_MS) };
    else this.#settings.onIdle();
  }

  #hear(message: FromThread): void {
    if (message.kind === 'result') {
      this.#queries.get(message.id)?.resolve(message.result);
      this.#queries.delete(message.id);
    } else {
      this.#health = message.health;
      if (message.kind === 'taken') this.#sent.shift();
    }
    this.#work();
  }

  #ended(fault: string | undefined): void {
    this.#life = { kind: 'asleep' };
    if (fault !== undefined) this.#fail(fault);
    else if (!this.#isIdle) this.#work();
    else this.#settings.onIdle();
  }

  /** What the thread did not take over waits for the next one. */
  #fail(why: string): void {
    this.#life = { kind: 'failed' };
    for (const { resolve } of this.#queries.values())
      resolve({ kind: 'unavailable', text: `The history thread failed: ${why}.` });
    this.#queries.clear();
    this.#lost += this.#health.lost + this.#health.waiting;
    const text = `The history thread failed: ${why}. It is started again.`;
    const remedy = 'Report this with the log of the agent.';
    this.#health = { state: 'broken', text, remedy, waiting: 0, lost: 0 };
    this.#waiting = [...this.#sent.splice(0).flat(), ...this.#waiting];
    setTimeout(() => this.#restart(), RESTART_DELAY_MS).unref();
  }

  #restart(): void {
    if (this.#closing !== undefined) return;
    this.#life = { kind: 'asleep' };
    this.#wake();
    this.#work();
  }
}
