// Which question is on the card, through everything that may happen to the others and to itself.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Prompt } from '../../shared/model.ts';
import { fakeDesktop } from '../../test-support/fake-desktop-api.ts';
import { agentOf, flowOf, promptOf } from '../../test-support/samples.ts';
import { stateStore } from '../state-store.ts';
import { deckStore } from './deck-store.ts';
import type { DeckStore } from './deck-store.ts';

function asked(id: string, changes: Partial<Prompt> = {}): Prompt {
  return promptOf({ id, openedAtMs: Number(id), ...changes });
}

function dealt(...prompts: readonly Prompt[]): {
  readonly desktop: ReturnType<typeof fakeDesktop>;
  readonly store: DeckStore;
} {
  const desktop = fakeDesktop({ kind: 'agent', agent: agentOf({ prompts }) });
  return { desktop, store: deckStore(stateStore(desktop.api)) };
}

/** `card | behind | aside`. */
function picture(store: DeckStore): string {
  const { card, behind, aside } = store.deck();
  const ids = (prompts: readonly Prompt[]): string => prompts.map((prompt) => prompt.id).join(' ');
  return `${card?.prompt.id ?? '-'} | ${ids(behind)} | ${ids(aside)}`;
}

describe('the deck', () => {
  test('shows the oldest open question first, missed ones last', () => {
    const { store } = dealt(asked('1', { missed: true }), asked('2'), asked('3'));
    assert.equal(picture(store), '2 | 3 1 | ');
  });

  test('keeps its card when others come, and when it is missed', () => {
    const { desktop, store } = dealt(asked('2'));
    desktop.tell({ kind: 'prompt', prompt: asked('1') }, { kind: 'prompt', prompt: asked('3') });
    desktop.tell({ kind: 'prompt', prompt: asked('2', { missed: true, revision: 2 }) });
    assert.equal(picture(store), '2 | 1 3 | ');
    assert.equal(store.deck().card?.prompt.revision, 2);
  });

  test('goes on to the next one when a question ends', () => {
    const { desktop, store } = dealt(asked('1'), asked('2'));
    const ended: string[] = [];
    store.onElsewhere((prompt, reason) => ended.push(`${prompt.id} ${reason}`));
    desktop.tell({ kind: 'prompt-closed', promptId: '1', reason: 'ruled' });
    assert.equal(picture(store), '2 |  | ');
    store.answering('2', ['f']);
    desktop.tell({ kind: 'prompt-closed', promptId: '2', reason: 'decided' });
    assert.equal(picture(store), '- |  | ');
    assert.deepEqual(ended, ['1 ruled'], 'what was answered here is not told as answered elsewhere');
  });

  test('keeps a card whose program gave up, until it is put away', () => {
    const { desktop, store } = dealt(asked('1'), asked('2'));
    desktop.tell({ kind: 'prompt-closed', promptId: '1', reason: 'withdrawn' });
    desktop.tell({ kind: 'prompt', prompt: asked('3') });
    assert.ok(store.deck().card?.isWithdrawn);
    assert.equal(picture(store), '1 | 2 3 | ');
    store.putAside();
    assert.equal(picture(store), '2 | 3 | ');
  });

  test('a question without flows is no question', () => {
    const { desktop, store } = dealt(asked('1'), asked('2'));
    desktop.tell({ kind: 'prompt', prompt: asked('1', { flows: [], revision: 2 }) });
    assert.equal(picture(store), '2 |  | ');
  });

  test('a question that nobody sees just leaves', () => {
    const { desktop, store } = dealt(asked('1'), asked('2'));
    desktop.tell({ kind: 'prompt-closed', promptId: '2', reason: 'withdrawn' });
    assert.equal(picture(store), '1 |  | ');
  });

  test('what was put aside stays there when it changes, and comes back when it is picked', () => {
    const { desktop, store } = dealt(asked('1'), asked('2'), asked('3'));
    store.putAside();
    store.putAside();
    assert.equal(picture(store), '3 |  | 1 2');
    desktop.tell({ kind: 'prompt', prompt: asked('1', { revision: 2 }) });
    assert.equal(picture(store), '3 |  | 1 2');
    store.pick('1');
    assert.equal(picture(store), '1 | 3 | 2');
    store.pick('nobody');
    assert.equal(picture(store), '1 | 3 | 2');
  });

  test('flows that leave the card are told as given up, unless they were answered here', () => {
    const flows = [flowOf('1.1.1.1', 1), flowOf('1.1.1.2', 1), flowOf('1.1.1.3', 1)];
    const { desktop, store } = dealt(asked('1', { flows }));
    store.answering('1', ['1.1.1.2-1']);
    desktop.tell({ kind: 'prompt', prompt: asked('1', { flows: flows.slice(0, 1), revision: 2 }) });
    assert.deepEqual(
      store.deck().card?.gaveUp.map((flow) => flow.id),
      ['1.1.1.3-1'],
    );
    desktop.tell({ kind: 'prompt', prompt: asked('1', { flows, revision: 3 }) });
    assert.deepEqual(store.deck().card?.gaveUp, [], 'what asks again has not given up');
  });

  test('an agent that started anew and uses an id again asks another question', () => {
    const { desktop, store } = dealt(asked('1'), asked('2'));
    store.putAside();
    store.pick('1');
    desktop.tell({ kind: 'agent', agent: agentOf({ prompts: [asked('1', { openedAtMs: 99 })] }) });
    assert.deepEqual(store.deck().card, {
      prompt: asked('1', { openedAtMs: 99 }),
      isWithdrawn: false,
      gaveUp: [],
    });
  });

  test('nothing of a refused agent is shown', () => {
    const { desktop, store } = dealt(asked('1'));
    const reason = { kind: 'unsafe-socket', text: 'Not ours.', remedy: '' } as const;
    desktop.tell({ kind: 'connection', connection: { kind: 'refused', reason } });
    assert.equal(picture(store), '- |  | ');
  });
});
