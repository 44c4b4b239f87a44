// The one prompt window: when it comes, when it stays, when it goes, and that it never takes the keyboard by itself.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { until } from '../../../agent/src/api/testing/serving.ts';
import type { Prompt } from '../shared/model.ts';
import { fakeShells } from '../test-support/fake-shells.ts';
import type { FakeShells, FakeWindow } from '../test-support/fake-shells.ts';
import { promptOf } from '../test-support/samples.ts';
import { PromptWindow } from './prompt-window.ts';

const LINGER_MS = 30;
const [FIRST, SECOND, MISSED] = [
  promptOf({ id: 'p-1' }),
  promptOf({ id: 'p-2' }),
  promptOf({ id: 'p-1', missed: true }),
];

interface Stage extends FakeShells, Disposable {
  readonly prompt: PromptWindow;
  readonly window: () => FakeWindow;
}

function stage(): Stage {
  const shells = fakeShells();
  const options = {
    onWindow: () => undefined,
    onWindowGone: () => undefined,
    lingerMs: LINGER_MS,
    remakeMs: 5,
  };
  const prompt = new PromptWindow({ ...options, shells: shells.shells });
  const window = (): FakeWindow => {
    const [only] = shells.windows;
    assert.ok(only !== undefined);
    return only;
  };
  return { ...shells, prompt, window, [Symbol.dispose]: () => prompt.end() };
}

describe('the prompt window', () => {
  test('is there before it is needed, out of sight', () => {
    using own = stage();
    assert.equal(own.window().options.url, 'app://sallyport/prompt.html');
    assert.deepEqual(own.window().asked, []);
  });

  test('comes quietly with a question, once for all of them', () => {
    using own = stage();
    own.prompt.follow([FIRST]);
    own.prompt.follow([FIRST, SECOND]);
    assert.deepEqual(own.window().asked, ['showQuietly']);
    assert.equal(own.windows.length, 1);
  });

  test('goes a while after the last question, so that an answer can be taken back', async () => {
    using own = stage();
    own.prompt.follow([FIRST]);
    own.prompt.follow([]);
    assert.deepEqual(own.window().asked, ['showQuietly']);
    await until(() => own.window().asked.includes('hide'));
  });

  test('does not go when the next question comes meanwhile', async () => {
    using own = stage();
    own.prompt.follow([FIRST]);
    own.prompt.follow([]);
    own.prompt.follow([SECOND]);
    await delay(LINGER_MS * 2);
    assert.deepEqual(own.window().asked, ['showQuietly']);
  });

  test('does not go from under the hands of a person, but when they leave it', async () => {
    using own = stage();
    own.prompt.follow([FIRST]);
    own.window().isFocused = true;
    own.prompt.follow([]);
    await delay(LINGER_MS * 2);
    assert.ok(!own.window().asked.includes('hide'));
    own.window().isFocused = false;
    own.window().events.onBlur();
    assert.ok(own.window().asked.includes('hide'));
  });

  test('stays when time ran out on a question that is in it; a missed one alone does not bring it up', () => {
    using own = stage();
    own.prompt.follow([FIRST]);
    own.prompt.follow([MISSED]);
    assert.deepEqual(own.window().asked, ['showQuietly']);
    using other = stage();
    other.prompt.follow([MISSED]);
    assert.deepEqual(other.window().asked, []);
  });

  test('put aside, by the page or by its close button, comes back with a new question only', () => {
    using own = stage();
    own.prompt.follow([FIRST]);
    assert.ok(own.prompt.putAside(own.window().port.id));
    assert.ok(!own.prompt.putAside(99));
    own.prompt.follow([{ ...FIRST, revision: 2 }]);
    assert.deepEqual(own.window().asked, ['showQuietly', 'hide']);
    own.prompt.follow([FIRST, SECOND]);
    assert.equal(own.window().events.onClose(), false);
    own.prompt.follow([FIRST, SECOND]);
    assert.deepEqual(own.window().asked, ['showQuietly', 'hide', 'showQuietly', 'hide']);
  });

  test('takes the keyboard where a person opened it', () => {
    using own = stage();
    own.prompt.open();
    assert.deepEqual(own.window().asked, ['show']);
  });

  test('goes by itself also after a person opened it while it was about to go', async () => {
    using own = stage();
    own.prompt.follow([FIRST]);
    own.prompt.follow([]);
    own.prompt.open();
    own.prompt.follow([SECOND]);
    own.prompt.follow([]);
    await until(() => own.window().asked.includes('hide'));
  });

  test('that crashed is made anew, and shown again where somebody is being asked', async () => {
    using own = stage();
    own.prompt.follow([FIRST]);
    own.window().events.onGone();
    assert.equal(own.windows.length, 0);
    await until(() => own.windows.length === 1);
    assert.deepEqual(own.window().asked, ['showQuietly']);
  });

  test('at the end is closed for good', async () => {
    const own = stage();
    own.prompt.end();
    await delay(20);
    assert.equal(own.windows.length, 0);
  });

  test('is on the screen after any course of events exactly where a new open question came last', () => {
    const ids = fc.constantFrom('p-1', 'p-2', 'p-3');
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constant('aside' as const), fc.uniqueArray(ids))), (course) => {
        using own = stage();
        let seen: readonly Prompt[] = [];
        let aside: readonly Prompt[] = [];
        for (const step of course) {
          if (step === 'aside') {
            own.prompt.putAside(own.window().port.id);
            aside = seen;
          } else {
            seen = step.map((id) => promptOf({ id }));
            aside = aside.filter((prompt) => seen.some(({ id }) => id === prompt.id));
            own.prompt.follow(seen);
            const isAsked = seen.some(({ id }) => aside.every((prompt) => prompt.id !== id));
            if (isAsked) assert.ok(own.prompt.isVisible, JSON.stringify(course));
          }
          if (step === 'aside') assert.ok(!own.prompt.isVisible);
        }
      }),
    );
  });
});
