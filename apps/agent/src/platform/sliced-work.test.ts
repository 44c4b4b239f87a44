import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { inSlices, Slicer } from './sliced-work.ts';
import type { SlicedWork } from './sliced-work.ts';

interface Fixture {
  readonly slicer: Slicer;
  readonly log: string[];
  readonly isOver: () => boolean;
}

function slicerFor(context: TestContext, ms: number): Fixture {
  const log: string[] = [];
  let begun = 0;
  const slicer = new Slicer(function* (): SlicedWork<void> {
    const number = (begun += 1);
    log.push(`begin ${number}`);
    try {
      for (const untilMs = performance.now() + ms; performance.now() < untilMs;) yield;
      log.push(`end ${number}`);
    } finally {
      log.push(`left ${number}`);
    }
  });
  context.after(() => slicer.stop());
  return { slicer, log, isOver: () => log.includes(`left ${begun}`) };
}

async function turnsUntil(isOver: () => boolean): Promise<number> {
  let turns = 0;
  for (; !isOver(); turns += 1) await turn();
  return turns;
}

test('long work lets the event loop turn meanwhile', async (context) => {
  const { slicer, log, isOver } = slicerFor(context, 30);
  slicer.want();
  assert.deepEqual(log, []);
  assert.ok((await turnsUntil(isOver)) > 2);
  await turn();
  assert.deepEqual(log, ['begin 1', 'end 1', 'left 1']);
});

test('what is under way can be finished at once', async (context) => {
  const { slicer, log, isOver } = slicerFor(context, 30);
  slicer.finish();
  slicer.want();
  await turnsUntil(() => log.length > 0);
  assert.equal(isOver(), false);
  slicer.finish();
  assert.deepEqual(log, ['begin 1', 'end 1', 'left 1']);
  await turn();
  assert.equal(log.length, 3);
});

test('what is wanted while it is under way is done once more', async (context) => {
  const { slicer, log } = slicerFor(context, 20);
  slicer.want();
  await turnsUntil(() => log.length > 0);
  slicer.want();
  slicer.want();
  await turnsUntil(() => log.includes('left 2'));
  await turn();
  assert.deepEqual(
    log.filter((line) => line.startsWith('begin')),
    ['begin 1', 'begin 2'],
  );
});

test('what is stopped does not go on, and cleans up', async (context) => {
  const { slicer, log } = slicerFor(context, 20);
  slicer.want();
  await turnsUntil(() => log.length > 0);
  slicer.want();
  slicer.stop();
  await turn();
  await turn();
  assert.deepEqual(log, ['begin 1', 'left 1']);
});

test('in slices work has its result or its error, and begins at once', async () => {
  let steps = 0;
  let turns = 0;
  const result = inSlices(
    (function* (): SlicedWork<string> {
      for (const untilMs = performance.now() + 30; performance.now() < untilMs; steps += 1) yield;
      return 'done';
    })(),
  );
  assert.ok(steps > 0);
  void result.then(() => (steps = Infinity));
  for (; steps < Infinity; turns += 1) await turn();
  assert.equal(await result, 'done');
  assert.ok(turns > 2, `${turns} turns`);
  const failing = (function* (): SlicedWork<void> {
    yield;
    throw new Error('a fault');
  })();
  await assert.rejects(inSlices(failing), /a fault/);
});
