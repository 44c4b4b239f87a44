// Entry of the history's thread.
import { parentPort, workerData } from 'node:worker_threads';
import { serveHistory } from './serve-history.ts';
import type { ThreadOptions } from './thread-messages.ts';

if (parentPort === null)
  throw new Error('thread-entry.ts runs as a worker thread only: open a HistoryThread instead');
serveHistory(parentPort, workerData as ThreadOptions);
