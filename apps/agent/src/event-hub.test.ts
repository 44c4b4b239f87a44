import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { test } from 'node:test';
import { promptNamed } from './api/testing/fake-firewall.ts';
import type { Prompt, PromptId } from './domain/prompt.ts';
import { EventHub } from './event-hub.ts';

const P = 'p' as PromptId;

function hubOf(prompt: () => Prompt | undefined) {
  const heard: string[] = [];
  const hub = new EventHub(prompt);
  const leave = hub.subscribe((event) =>
    heard.push(event.kind === 'prompt' ? `prompt ${event.prompt.revision}` : event.kind),
  );
  return { hub, heard, leave };
}

test('a prompt that changes many times in one turn is sent once, as it is at the end', async () => {
  let revision = 0;
  const { hub, heard } = hubOf(() => promptNamed('p', revision));
  for (revision = 1; revision < 50; revision += 1) hub.promptChanged(P);
  await nextTurn();
  assert.deepEqual(heard, ['prompt 50']);
  hub.promptChanged(P);
  await nextTurn();
  assert.deepEqual(heard, ['prompt 50', 'prompt 50']);
});

test('a prompt that closes in the same turn is never sent as open', async () => {
  const { hub, heard } = hubOf(() => promptNamed('p'));
  hub.promptChanged(P);
  hub.promptClosed(P, 'decided');
  await nextTurn();
  assert.deepEqual(heard, ['prompt-closed']);
});

test('a prompt that is gone when its turn comes is not sent', async () => {
  const { hub, heard } = hubOf(() => undefined);
  hub.promptChanged(P);
  await nextTurn();
  assert.deepEqual(heard, []);
});

test('whoever left hears nothing more', () => {
  const { hub, heard, leave } = hubOf(() => undefined);
  assert.equal(hub.hasListeners, true);
  leave();
  hub.emit({ kind: 'problems', problems: [] });
  assert.deepEqual([heard, hub.hasListeners], [[], false]);
});
