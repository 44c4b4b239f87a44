// HistoryThread: the HistoryStore on a thread of its own, with the same face. SQLite waits for the disk inside a commit
// whenever it moves its log into the file (60 ms and more were measured); the data path must not wait with it.
import { Worker } from 'node:worker_threads';
import type { HistoryRecord } from '../domain/history.ts';
import type { HistoryFilter } from './entry.ts';
import { DEFAULT_HISTORY_OPTIONS, LOST_REMEDY, type HistoryHealth, type HistoryResult } from './store.ts';
import type { FromThread, ThreadOptions, ToThread } from './thread-messages.ts';

const ENTRY = new URL('./thread-entry.ts', import.meta.url);
/** Records that cross to the thread at once: about a millisecond of copying. */
const RECORDS_PER_MESSAGE = 100;
const SEND_DELAY_MS = 50;
const RESTART_DELAY_MS = 1000;
const CLOSE_TIMEOUT_MS = 2000;

const OPENING: HistoryHealth = {
  state: 'ok',
  text: 'The history is being opened.',
  remedy: undefined,
  waiting: 0,
  lost: 0,
};

export class HistoryThread {
  readonly #options: ThreadOptions;
  readonly #entry: URL;
  readonly #waitingLimit: number;
  #waiting: HistoryRecord[] = [];
  /** Sent and not yet taken over, in order. */
  #sent: (readonly HistoryRecord[])[] = [];
  readonly #queries = new Map<number, (result: HistoryResult) => void>();
  #queryCount = 0;
  #worker: Worker | undefined;
  #health = OPENING;
  #lost = 0;
  #timer: NodeJS.Timeout | undefined;
  #closing: Promise<void> | undefined;
  #closed: (() => void) | undefined;

  private constructor(options: ThreadOptions, entry: URL) {
    this.#options = options;
    this.#entry = entry;
    this.#waitingLimit = options.waitingLimit ?? DEFAULT_HISTORY_OPTIONS.waitingLimit;
  }

  /** Never throws for the state of the file or of the thread: `health()` says what is wrong, and it is tried again. */
  static open(options: ThreadOptions, entry: URL = ENTRY): HistoryThread {
    const thread = new HistoryThread(options, entry);
    thread.#start();
    return thread;
  }

  /** Takes a record; never blocks and never throws. */
  append(record: HistoryRecord): void {
    if (this.#closing !== undefined || this.#waiting.length >= this.#waitingLimit) {
      this.#lost += 1;
      return;
    }
    this.#waiting.push(withoutAncestors(record));
    this.#timer ??= setTimeout(() => this.#sendSome(), SEND_DELAY_MS);
  }

  /** Newest first, with all that was appended before. */
  async query(filter: HistoryFilter): Promise<HistoryResult> {
    if (this.#worker === undefined || this.#closing !== undefined)
      return { kind: 'unavailable', text: 'The history is closed or its thread starts again.' };
    while (this.#waiting.length > 0) this.#sendBatch();
    const id = (this.#queryCount += 1);
    const { promise, resolve } = Promise.withResolvers<HistoryResult>();
    this.#queries.set(id, resolve);
    this.#send({ kind: 'query', id, filter });
    return promise;
  }

  /** As of the thread's last word, with what it has not taken over yet. */
  health(): HistoryHealth {
    const underway = this.#waiting.length + this.#sent.reduce((sum, records) => sum + records.length, 0);
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

  async #close(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#worker !== undefined) await this.#endThread(this.#worker);
    this.#lost += this.#waiting.splice(0).length;
  }

  async #endThread(worker: Worker): Promise<void> {
    while (this.#waiting.length > 0) this.#sendBatch();
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#closed = () => resolve(undefined);
    this.#send({ kind: 'close' });
    const timeout = setTimeout(this.#closed, CLOSE_TIMEOUT_MS);
    await promise;
    clearTimeout(timeout);
    await worker.terminate();
  }

  #start(): void {
    const worker = new Worker(this.#entry, { workerData: this.#options });
    worker.on('message', (message: FromThread) => this.#hear(message));
    worker.on('error', (error) => this.#ended(String(error)));
    worker.on('exit', (code) => this.#ended(`it ended with code ${code}`));
    worker.unref();
    this.#worker = worker;
  }

  #hear(message: FromThread): void {
    switch (message.kind) {
      case 'taken':
        this.#sent.shift();
        this.#health = message.health;
        return this.#sendSome();
      case 'health':
        this.#health = message.health;
        return;
      case 'result':
        this.#queries.get(message.id)?.(message.result);
        this.#queries.delete(message.id);
        return this.#letIdle();
      case 'closed':
        this.#health = message.health;
        return this.#closed?.();
    }
  }

  /** One message at a time: a thread that waits for its disk must not pile up messages. */
  #sendSome(): void {
    this.#timer = undefined;
    if (this.#worker === undefined || this.#sent.length > 0) return;
    if (this.#waiting.length > 0) this.#sendBatch();
    else this.#letIdle();
  }

  #sendBatch(): void {
    const records = this.#waiting.splice(0, RECORDS_PER_MESSAGE);
    this.#sent.push(records);
    this.#send({ kind: 'records', records });
  }

  #send(message: ToThread): void {
    this.#worker?.ref();
    this.#worker?.postMessage(message);
  }

  /** A thread with nothing to answer does not keep the process alive. */
  #letIdle(): void {
    if (this.#sent.length === 0 && this.#queries.size === 0 && this.#closing === undefined)
      this.#worker?.unref();
  }

  /** The thread is gone: what it did not take over waits for the next one. */
  #ended(why: string): void {
    if (this.#worker === undefined) return;
    this.#worker = undefined;
    this.#closed?.();
    for (const resolve of this.#queries.values())
      resolve({ kind: 'unavailable', text: `The history thread failed: ${why}.` });
    this.#queries.clear();
    const text = `The history thread failed: ${why}. It is started again.`;
    const lost = this.#health.lost + this.#health.waiting;
    this.#health = {
      state: 'broken',
      text,
      remedy: 'Report this with the log of the agent.',
      waiting: 0,
      lost: 0,
    };
    this.#lost += lost;
    this.#waiting = [...this.#sent.flat(), ...this.#waiting];
    this.#sent = [];
    if (this.#closing === undefined) setTimeout(() => this.#restart(), RESTART_DELAY_MS).unref();
  }

  #restart(): void {
    if (this.#closing !== undefined) return;
    this.#start();
    this.#sendSome();
  }
}

/** Ancestors are not part of history; a browser's are long to copy. */
function withoutAncestors(record: HistoryRecord): HistoryRecord {
  const { flow } = record;
  return flow === undefined
    ? record
    : { ...record, flow: { ...flow, process: { ...flow.process, ancestors: [] } } };
}
