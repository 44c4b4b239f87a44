import assert from 'node:assert/strict';
import { setTimeout as after } from 'node:timers/promises';
import { test } from 'node:test';
import type { Mode } from './domain/mode.ts';
import { ModeSwitch } from './mode-switch.ts';

const LONG_MS = 60_000;

function switched(unknownFlows: Mode['unknownFlows'] = 'ask') {
  const changes: Mode[] = [];
  const mode = new ModeSwitch({ nowMs: () => 1000, unknownFlows, onChange: (to) => changes.push(to) });
  return { mode, changes };
}

test('a pause lets everything through, says until when, and ends by itself', async () => {
  const { mode, changes } = switched();
  assert.equal(mode.verdict(), undefined);
  assert.equal(mode.change({ kind: 'pause', pauseMs: 30 }).pausedUntilMs, 1030);
  assert.deepEqual(mode.verdict(), { action: 'allow', reason: { kind: 'paused' } });
  for (let waits = 0; changes.length < 2 && waits < 200; waits += 1) await after(10);
  assert.deepEqual([mode.verdict(), mode.mode.pausedUntilMs, changes.length], [undefined, undefined, 2]);
});

test('a second pause takes the place of the first, also where it is longer', async () => {
  const { mode } = switched();
  mode.change({ kind: 'pause', pauseMs: 20 });
  mode.change({ kind: 'pause', pauseMs: LONG_MS });
  await after(80);
  assert.equal(mode.mode.filtering, 'paused');
  mode.stop();
});

test('filtering again ends the pause for good', async () => {
  const { mode, changes } = switched();
  mode.change({ kind: 'pause', pauseMs: 20 });
  mode.change({ kind: 'filter' });
  assert.equal(mode.mode.filtering, 'on');
  await after(80);
  assert.equal(changes.length, 2);
});

test('what unknown flows get is a choice of its own, which a pause does not touch', () => {
  const { mode } = switched('deny');
  assert.deepEqual(mode.defaultVerdict(), { action: 'deny', reason: { kind: 'default' } });
  mode.change({ kind: 'pause', pauseMs: LONG_MS });
  mode.change({ kind: 'unknown-flows', unknownFlows: 'allow' });
  assert.equal(mode.mode.filtering, 'paused');
  assert.equal(mode.defaultVerdict()?.action, 'allow');
  mode.change({ kind: 'unknown-flows', unknownFlows: 'ask' });
  assert.equal(mode.defaultVerdict(), undefined);
  mode.stop();
});

test('after a stop nothing changes by itself', async () => {
  const { mode, changes } = switched();
  mode.change({ kind: 'pause', pauseMs: 20 });
  mode.stop();
  await after(80);
  assert.equal(changes.length, 1);
});
