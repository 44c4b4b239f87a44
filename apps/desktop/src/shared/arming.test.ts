// The arming: no key and no click that was meant for something else answers a prompt.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { armedAtMs, ARMING_MS, armingProgress, armingStep, HIDDEN, isArmed } from './arming.ts';
import type { Arming, ArmingEvent, ArmingIntent, ArmingStep, KeyPress } from './arming.ts';

function shownAt(atMs: number, contentKey = 'p-1 1'): Arming {
  return armingStep(HIDDEN, { kind: 'shown', contentKey, atMs }).arming;
}

function press(arming: Arming, key: KeyPress | string, atMs: number): ArmingStep {
  return armingStep(arming, { kind: 'key', key: typeof key === 'string' ? { key } : key, atMs });
}

describe('a card that was on the screen for a second', () => {
  const arming = shownAt(0);
  const intents: readonly (readonly [string, ArmingIntent])[] = [
    ['a', 'allow'],
    ['A', 'allow'],
    ['d', 'deny'],
    ['s', 'next-scope'],
    ['l', 'next-lifetime'],
    ['Escape', 'later'],
  ];
  for (const [key, intent] of intents)
    test(`takes ${key} as ${intent}`, () => {
      assert.equal(press(arming, key, ARMING_MS).intent, intent);
    });

  test('takes a click, and took none before', () => {
    assert.equal(armingStep(arming, { kind: 'press', button: 'allow', atMs: ARMING_MS }).intent, 'allow');
    assert.equal(
      armingStep(arming, { kind: 'press', button: 'allow', atMs: ARMING_MS - 1 }).intent,
      undefined,
    );
  });

  test('never takes Return, and keeps it from the button that has the focus', () => {
    assert.deepEqual(press(arming, 'Enter', 5000), { arming, intent: undefined, consumed: true });
  });

  test('takes no held key and none with Control, Alt or Meta', () => {
    for (const more of [{ repeat: true }, { ctrlKey: true }, { altKey: true }, { metaKey: true }])
      assert.equal(press(arming, { key: 'a', ...more }, 5000).intent, undefined);
  });

  test('leaves Tab and arrows to the page without arming anew', () => {
    const early = press(arming, 'Tab', 500);
    assert.deepEqual(early, { arming, intent: undefined, consumed: false });
  });
});

describe('the second', () => {
  test('begins anew with other content and with a key that came too early, not with drawing the same again', () => {
    const same = armingStep(shownAt(0), { kind: 'shown', contentKey: 'p-1 1', atMs: 900 }).arming;
    assert.equal(armedAtMs(same), ARMING_MS);
    const other = armingStep(same, { kind: 'shown', contentKey: 'p-1 2', atMs: 900 }).arming;
    assert.equal(armedAtMs(other), 900 + ARMING_MS);
    assert.equal(armedAtMs(press(shownAt(0), 'x', 999).arming), 999 + ARMING_MS);
  });

  test('does not run while the card is hidden', () => {
    const hidden = armingStep(shownAt(0), { kind: 'hidden' }).arming;
    assert.ok(!isArmed(hidden, 1e9));
    assert.equal(press(hidden, 'a', 1e9).intent, undefined);
    assert.equal(armedAtMs(hidden), undefined);
  });

  test('is told as progress', () => {
    assert.deepEqual(
      [0, 500, 2000].map((nowMs) => armingProgress(shownAt(0), nowMs)),
      [0, 0.5, 1],
    );
    assert.equal(armingProgress(HIDDEN, 5), 0);
  });
});

const key = fc
  .constantFrom('a', 'A', 'd', 's', 'l', 'Enter', ' ', 'Tab', 'x', 'Escape', 'Shift')
  .map((name) => ({ key: name }));
const action = fc.oneof(
  key.map((pressed) => ({ kind: 'key', key: pressed }) as const),
  fc.constantFrom('allow', 'deny').map((button) => ({ kind: 'press', button }) as const),
  fc.nat(3).map((revision) => ({ kind: 'shown', contentKey: `p-1 ${revision}` }) as const),
  fc.constant({ kind: 'hidden' } as const),
);
const script = fc.array(fc.tuple(fc.nat(400), action), { maxLength: 60 });

test('no sequence of keys and clicks answers within a second after the content came or changed, and Return never does', () => {
  fc.assert(
    fc.property(script, (steps) => {
      let [arming, atMs, changedAtMs, content] = [HIDDEN, 0, 0, undefined as string | undefined];
      for (const [pauseMs, step] of steps) {
        atMs += pauseMs;
        const event: ArmingEvent = step.kind === 'hidden' ? step : { ...step, atMs };
        const result = armingStep(arming, event);
        arming = result.arming;
        if (event.kind === 'hidden') content = undefined;
        if (event.kind === 'shown' && event.contentKey !== content)
          [content, changedAtMs] = [event.contentKey, atMs];
        if (result.intent === undefined || result.intent === 'later') continue;
        assert.ok(
          content !== undefined && atMs - changedAtMs >= ARMING_MS,
          `${result.intent} after ${atMs - changedAtMs} ms`,
        );
        assert.ok(event.kind !== 'key' || event.key.key !== 'Enter');
      }
    }),
    { numRuns: 3000 },
  );
});

test('somebody who types on without a pause of a second answers nothing, however long', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(ARMING_MS - 1), key), { maxLength: 60 }), (keys) => {
      let [arming, atMs] = [shownAt(0), 0];
      for (const [pauseMs, pressed] of keys) {
        if (pressed.key === 'Tab' || pressed.key === 'Shift' || pressed.key === 'Escape') continue;
        atMs += pauseMs;
        const result = press(arming, pressed, atMs);
        assert.equal(result.intent, undefined);
        arming = result.arming;
      }
    }),
  );
});
