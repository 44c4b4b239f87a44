import assert from 'node:assert/strict';
import { setTimeout as after } from 'node:timers/promises';
import { afterEach, test } from 'node:test';
import { HoldTimer } from './hold-timer.ts';

/** Real time: holds begin at 0 and end at given times; it is written down which had ended when the timer fired. */
class Holds {
  readonly startedMs = performance.now();
  endsAtMs: number[] = [];
  readonly ended: number[] = [];
  firedTooEarly = 0;
  readonly timer = new HoldTimer({
    nextExpiryInMs: () =>
      this.endsAtMs.length === 0 ? undefined : Math.max(0, Math.min(...this.endsAtMs) - this.nowMs),
    expire: () => this.#expire(),
    nowMs: () => this.nowMs,
  });

  get nowMs(): number {
    return performance.now() - this.startedMs;
  }

  hold(endMs: number): void {
    this.endsAtMs.push(endMs);
    this.timer.heldFor(endMs - this.nowMs);
  }

  #expire(): void {
    const over = this.endsAtMs.filter((endMs) => endMs <= this.nowMs);
    if (over.length === 0) this.firedTooEarly += 1;
    this.ended.push(...over);
    this.endsAtMs = this.endsAtMs.filter((endMs) => !over.includes(endMs));
  }
}

let holds: Holds;
afterEach(() => holds.timer.stop());

test('every hold ends, in the order of ends and not before its time, whatever the order in which they began', async () => {
  holds = new Holds();
  for (const endMs of [120, 60, 180]) holds.hold(endMs);
  while (holds.endsAtMs.length > 0 && holds.nowMs < 5000) await after(5);
  assert.deepEqual(holds.ended, [60, 120, 180]);
  // A timer counts from the time that the event loop last read: on a busy machine it may fire before, and is set again.
  assert.ok(holds.firedTooEarly <= holds.ended.length, `fired ${holds.firedTooEarly} times too early`);
});

test('nothing fires while nothing waits, and nothing after a stop', async () => {
  holds = new Holds();
  holds.timer.reschedule();
  holds.hold(holds.nowMs + 20);
  holds.timer.stop();
  await after(80);
  assert.deepEqual([holds.ended, holds.firedTooEarly], [[], 0]);
});

test('a hold whose end came nearer ends then', async () => {
  holds = new Holds();
  holds.hold(60_000);
  holds.endsAtMs = [30];
  holds.timer.reschedule();
  while (holds.endsAtMs.length > 0 && holds.nowMs < 5000) await after(5);
  assert.deepEqual(holds.ended, [30]);
});
