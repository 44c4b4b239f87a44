// Entry of the history's thread: a HistoryStore that is driven by messages.
import { parentPort, workerData } from 'node:worker_threads';
import { HistoryStore } from './store.ts';
import type { FromThread, ThreadOptions, ToThread } from './thread-messages.ts';

const port = parentPort;
if (port === null)
  throw new Error('thread-entry.ts runs as a worker thread only: open a HistoryThread instead');

const tell = (message: FromThread): void => port.postMessage(message);
const store = HistoryStore.open({
  ...(workerData as ThreadOptions),
  onWorked: () => tell({ kind: 'health', health: store.health() }),
});
tell({ kind: 'health', health: store.health() });

port.on('message', (message: ToThread) => {
  switch (message.kind) {
    case 'records':
      for (const record of message.records) store.append(record);
      return tell({ kind: 'taken', health: store.health() });
    case 'query':
      return void store
        .query(message.filter)
        .then((result) => tell({ kind: 'result', id: message.id, result }));
    case 'close':
      store.close();
      tell({ kind: 'closed', health: store.health() });
      return port.close();
  }
});
