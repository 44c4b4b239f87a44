// One life of the history's thread: from its start until it has ended, by request or by a fault.
import { Worker } from 'node:worker_threads';
import type { FromThread, ThreadOptions, ToThread } from './thread-messages.ts';

export interface WorkerEvents {
  readonly onMessage: (message: FromThread) => void;
  /** Once. `fault` says why it ended without having been asked to. */
  readonly onEnded: (fault: string | undefined) => void;
}

export class HistoryWorker {
  readonly #worker: Worker;
  readonly #ended = Promise.withResolvers<undefined>();
  #isAsked = false;
  #fault: string | undefined;

  constructor(entry: URL, options: ThreadOptions, events: WorkerEvents) {
    this.#worker = new Worker(entry, { workerData: options });
    this.#worker.on('message', events.onMessage);
    this.#worker.on('error', (error) => (this.#fault = String(error)));
    this.#worker.once('exit', (code) => {
      const fault = this.#fault ?? (this.#isAsked ? undefined : `it ended with code ${code}`);
      this.#ended.resolve(undefined);
      events.onEnded(fault);
    });
    this.#worker.unref();
  }

  /** The process stays alive until `rest()`. */
  send(message: ToThread): void {
    this.#worker.ref();
    this.#worker.postMessage(message);
  }

  /** Nothing is expected of the thread: it does not keep the process alive. */
  rest(): void {
    this.#worker.unref();
  }

  /** Lets it write what it has and resolves when it has ended; after `timeoutMs` of a disk that does not answer it is ended. */
  async end(timeoutMs: number): Promise<void> {
    this.#isAsked = true;
    this.send({ kind: 'close' });
    const timeout = setTimeout(() => void this.#worker.terminate(), timeoutMs);
    await this.#ended.promise;
    clearTimeout(timeout);
  }
}
