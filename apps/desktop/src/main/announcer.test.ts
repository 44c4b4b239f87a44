// Questions as notifications: where they are needed, what they answer, and what they do not.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { Prompt } from '../shared/model.ts';
import { promptOf } from '../test-support/samples.ts';
import { windowsComeToFront } from './announcement.ts';
import { Announcer } from './announcer.ts';
import type { Notice } from './announcer.ts';
import { trayWords } from './tray/tray-words.ts';

const [FIRST, SECOND] = [promptOf({ id: 'p-1' }), promptOf({ id: 'p-2' })];

function stage({ isNeeded = true, isTaken = true } = {}) {
  const notices: Notice[] = [];
  const calls: unknown[] = [];
  const own = {
    notices,
    calls,
    takenAway: 0,
    opened: 0,
    nowMs: 0,
    press: undefined as unknown as (button: number | undefined) => void,
  };
  const announcer = new Announcer({
    port: {
      show: (notice, onButton) => {
        notices.push(notice);
        own.press = onButton;
        return () => (own.takenAway += 1);
      },
    },
    call: (...words) => {
      calls.push(words);
      return Promise.resolve(
        isTaken
          ? { ok: true, value: {} }
          : { ok: false, error: { kind: 'changed', text: 'The question changed.', remedy: 'Look again.' } },
      );
    },
    words: () => trayWords('en'),
    isNeeded: () => isNeeded,
    openQuestions: () => (own.opened += 1),
    nowMs: () => own.nowMs,
  });
  return { own, follow: (...prompts: readonly Prompt[]) => announcer.follow(prompts) };
}

describe('a notification', () => {
  test('is not shown where the window does', () => {
    const { own, follow } = stage({ isNeeded: false });
    follow(FIRST);
    assert.deepEqual(own.notices, []);
  });

  test('tells the question with its program, how many ask besides, and three answers', () => {
    const { own, follow } = stage();
    follow(FIRST, SECOND);
    follow(FIRST, SECOND);
    assert.deepEqual(own.notices, [
      {
        title: 'Allow curl to connect to 1.2.3.4:443?',
        body: '/usr/bin/curl. 1 more App asks.',
        isUrgent: true,
        buttons: ['Deny once', 'Allow once', 'Look closer'],
      },
    ]);
  });

  test('answers what was seen, this once', async () => {
    const { own, follow } = stage();
    follow(FIRST);
    own.nowMs = 1500;
    own.press(1);
    await turn();
    const [flow] = FIRST.flows;
    assert.deepEqual(own.calls, [
      [
        'decide',
        {
          promptId: 'p-1',
          action: 'allow',
          scope: 'endpoint',
          lifetime: { kind: 'once' },
          flowIds: [flow?.id],
          revision: 1,
        },
      ],
    ]);
  });

  test('that came up under a pointer opens the window instead; so do its third button and itself', async () => {
    for (const [button, afterMs] of [
      [1, 300],
      [0, 999],
      [2, 5000],
      [undefined, 5000],
    ] as const) {
      const { own, follow } = stage();
      follow(FIRST);
      own.nowMs = afterMs;
      own.press(button);
      await turn();
      assert.deepEqual([own.opened, own.calls], [1, []], String(button));
    }
  });

  test('whose answer was not taken says so', async () => {
    const { own, follow } = stage({ isTaken: false });
    follow(FIRST);
    own.nowMs = 2000;
    own.press(0);
    await turn();
    await turn();
    assert.equal(own.notices[1]?.body, 'The question changed. Look again.');
  });

  test('goes when its question is over, and the next one comes', () => {
    const { own, follow } = stage();
    follow(FIRST, SECOND);
    follow(SECOND);
    assert.deepEqual([own.takenAway, own.notices.length], [1, 2]);
    follow({ ...SECOND, missed: true });
    assert.deepEqual([own.takenAway, own.notices.length], [2, 2]);
  });

  test('shows hostile text written out and of one length', () => {
    const { own, follow } = stage();
    follow(promptOf({ question: `Allow \u202e<b>x</b>${'y'.repeat(5000)}?` }));
    assert.ok((own.notices[0]?.title.length ?? 0) < 140);
    assert.match(own.notices[0]?.title ?? '', /^Allow \\u\{202e\}<b>/);
  });
});

test('windows come to the front everywhere but in GNOME on Wayland', () => {
  const cases: readonly (readonly [string | undefined, string | undefined, boolean])[] = [
    ['wayland', 'GNOME', false],
    ['wayland', 'ubuntu:GNOME', false],
    ['wayland', 'KDE', true],
    ['x11', 'GNOME', true],
    [undefined, undefined, true],
  ];
  for (const [sessionType, currentDesktop, expected] of cases)
    assert.equal(windowsComeToFront({ sessionType, currentDesktop }), expected);
});
