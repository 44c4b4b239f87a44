// The page's copy of the state, and what the pages say of the connection.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fakeDesktop } from '../test-support/fake-desktop-api.ts';
import { agentOf, promptOf } from '../test-support/samples.ts';
import type { Connection } from '../shared/state.ts';
import { connectionWords } from './connection-words.ts';
import { stateStore } from './state-store.ts';

const REASON = { kind: 'unavailable', text: 'No agent answers.', remedy: 'Start it.' } as const;

describe('the store', () => {
  test('has the state of the host from the beginning, and tells each batch once', () => {
    const desktop = fakeDesktop({ kind: 'agent', agent: agentOf() });
    const store = stateStore(desktop.api);
    assert.deepEqual(store.state(), desktop.state());
    let told = 0;
    const leave = store.subscribe(() => told++);
    desktop.tell(
      { kind: 'prompt', prompt: promptOf() },
      { kind: 'prompt', prompt: promptOf({ id: 'p-2', missed: true }) },
    );
    assert.equal(told, 1);
    assert.deepEqual(store.state(), desktop.state());
    leave();
    store.close();
    assert.equal(desktop.listeners(), 0);
  });

  test('keeps the same object while nothing happens', () => {
    const store = stateStore(fakeDesktop().api);
    assert.equal(store.state(), store.state());
  });
});

describe('each state of the connection', () => {
  const cases: readonly (readonly [Connection, number])[] = [
    [{ kind: 'connecting' }, 0],
    [{ kind: 'connected' }, 0],
    [{ kind: 'disconnected', reason: REASON, retryAtMs: 1 }, 2],
    [{ kind: 'refused', reason: { ...REASON, remedy: '' } }, 1],
  ];
  for (const [connection, told] of cases)
    test(`${connection.kind} says what is going on and what the host told`, () => {
      const words = connectionWords(connection);
      assert.equal(words.title, `connection.${connection.kind}`);
      assert.equal(words.told.length, told);
    });
});
