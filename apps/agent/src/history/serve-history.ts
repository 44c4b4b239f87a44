// What the history's thread does: a HistoryStore that is driven by messages.
import type { MessagePort } from 'node:worker_threads';
import { HistoryStore } from './store.ts';
import type { Answer, FromThread, Question, ThreadOptions, ToThread } from './thread-messages.ts';

/** Answers until it is told to close. */
export function serveHistory(port: MessagePort, options: ThreadOptions): void {
  const tell = (message: FromThread): void => port.postMessage(message);
  const store = HistoryStore.open({
    ...options,
    onWorked: () => tell({ kind: 'health', health: store.health() }),
  });
  tell({ kind: 'health', health: store.health() });
  port.on('message', (message: ToThread) => {
    switch (message.kind) {
      case 'rows':
        for (const row of message.rows) store.append(row);
        return tell({ kind: 'taken', health: store.health() });
      case 'query':
      case 'rule-uses':
        return void answer(store, message).then((result) => tell({ kind: 'result', id: message.id, result }));
      case 'close':
        store.close();
        tell({ kind: 'closed', health: store.health() });
        return port.close();
    }
  });
}

async function answer(store: HistoryStore, question: Question): Promise<Answer> {
  if (question.kind === 'query') return store.query(question.filter);
  const uses = await store.ruleUses(question.beforeMs);
  return uses === undefined ? { kind: 'unavailable', text: store.health().text } : { kind: 'uses', uses };
}
