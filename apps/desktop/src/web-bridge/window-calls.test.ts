// What pages may ask of a browser's window, and what it says it cannot do.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Outcome } from '../shared/desktop-api.ts';
import { windowCalls } from './window-calls.ts';

const isDone = (outcome: Outcome<{ readonly done: boolean }>): boolean => outcome.ok && outcome.value.done;

test('the other windows open beside this one, the main window at the page that was asked for', async () => {
  const opened: string[] = [];
  const openNamed = (url: string, name: string): boolean => opened.push(`${url} in ${name}`) > 0;
  const calls = windowCalls({ close: () => undefined, isClosed: () => false, openNamed });
  assert.ok(isDone(await calls.openMainWindow({ page: 'rules' })));
  assert.ok(isDone(await calls.openMainWindow({})));
  assert.ok(isDone(await calls.openPromptWindow()));
  assert.deepEqual(opened, [
    'main.html#/rules in sallyport-main',
    'main.html in sallyport-main',
    'prompt.html in sallyport-prompt',
  ]);
});

test('what the browser refuses, or cannot do, is told as not done', async () => {
  const calls = windowCalls({ close: () => undefined, isClosed: () => false, openNamed: () => false });
  assert.deepEqual(await calls.getShell(), { ok: true, value: { kind: 'browser', windowCanHide: false } });
  const asked = [
    calls.openMainWindow({}),
    calls.openPromptWindow(),
    calls.closeWindow(),
    calls.putWindowAside(),
    calls.setAutostart({ enabled: true }),
  ];
  assert.deepEqual((await Promise.all(asked)).map(isDone), [false, false, false, false, false]);
});
