// Many windows, fast and slow: each ends with the host's state, and none of them makes a queue grow.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { agentOf, entryOf, promptOf, ruleOf } from '../test-support/samples.ts';
import { INITIAL_STATE, reduceUpdate } from '../shared/reduce.ts';
import type { Change, DesktopState, DesktopUpdate } from '../shared/state.ts';
import { StateMirror } from './state-mirror.ts';

/** A window that takes an update only when the test says so. */
class SlowWindow {
  readonly updates: DesktopUpdate[] = [];
  state: DesktopState = INITIAL_STATE;
  #release: () => void = () => undefined;

  readonly deliver = (update: DesktopUpdate): Promise<void> => {
    this.updates.push(update);
    this.state = reduceUpdate(this.state, update);
    return new Promise((resolve) => (this.#release = resolve));
  };

  async takeNext(): Promise<void> {
    this.#release();
    await nextTurn();
  }
}

describe('a window', () => {
  test('gets a snapshot at once, then the changes, until it leaves', () => {
    const mirror = new StateMirror();
    mirror.apply([{ kind: 'agent', agent: agentOf() }]);
    const updates: DesktopUpdate[] = [];
    const leave = mirror.subscribe((update) => void updates.push(update));
    assert.deepEqual(updates, [{ kind: 'snapshot', state: mirror.state }]);
    const changes: readonly Change[] = [{ kind: 'prompt', prompt: promptOf() }];
    mirror.apply(changes);
    leave();
    mirror.apply([{ kind: 'prompt-closed', promptId: 'p-1', reason: 'decided' }]);
    assert.deepEqual(updates.slice(1), [{ kind: 'changes', changes }]);
    assert.equal(mirror.listeners, 0);
  });

  test('that is slow gets what waited in one update, in order', async () => {
    const mirror = new StateMirror();
    const window = new SlowWindow();
    mirror.subscribe(window.deliver);
    mirror.apply([{ kind: 'agent', agent: agentOf() }]);
    mirror.apply([{ kind: 'rule', rule: ruleOf('1') }]);
    assert.equal(window.updates.length, 1);
    await window.takeNext();
    assert.equal(window.updates.length, 2);
    assert.deepEqual(window.state, mirror.state);
  });

  test('that is far too slow gets one fresh snapshot instead of a queue', async () => {
    const mirror = new StateMirror();
    mirror.apply([{ kind: 'agent', agent: agentOf() }]);
    const window = new SlowWindow();
    mirror.subscribe(window.deliver);
    for (let id = 0; id < 100_000; id += 100)
      mirror.apply(
        Array.from({ length: 100 }, (_, index): Change => ({
          kind: 'history',
          entries: [entryOf(id + index)],
        })),
      );
    await window.takeNext();
    assert.deepEqual(
      window.updates.map(({ kind }) => kind),
      ['snapshot', 'snapshot'],
    );
    assert.deepEqual(window.state, mirror.state);
    await window.takeNext();
    assert.equal(window.updates.length, 2);
  });

  test('that left gets nothing more, however much waited', async () => {
    const mirror = new StateMirror();
    const window = new SlowWindow();
    const leave = mirror.subscribe(window.deliver);
    mirror.apply([{ kind: 'agent', agent: agentOf() }]);
    leave();
    await window.takeNext();
    assert.equal(window.updates.length, 1);
  });

  test('that cannot be reached is gone, and the others get their updates', async () => {
    const mirror = new StateMirror();
    const updates: DesktopUpdate[] = [];
    let reachable = true;
    mirror.subscribe(() => {
      if (!reachable) throw new Error('Object has been destroyed');
    });
    mirror.subscribe(() => (reachable ? undefined : Promise.reject(new Error('closed'))));
    mirror.subscribe((update) => void updates.push(update));
    reachable = false;
    mirror.apply([{ kind: 'agent', agent: agentOf() }]);
    await nextTurn();
    assert.equal(updates.length, 2);
    assert.equal(mirror.listeners, 1);
  });

  test('of any speed ends with the state of the host', async () => {
    const step = fc.oneof(
      fc.nat(5).map((id): Change => ({ kind: 'rule', rule: ruleOf(String(id)) })),
      fc.nat(5).map((id): Change => ({ kind: 'rule-deleted', ruleId: String(id) })),
      fc.constant('take' as const),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const mirror = new StateMirror();
        mirror.apply([{ kind: 'agent', agent: agentOf() }]);
        const window = new SlowWindow();
        mirror.subscribe(window.deliver);
        for (const change of steps) {
          if (change === 'take') await window.takeNext();
          else mirror.apply([change]);
        }
        for (let turn = 0; turn < 3; turn++) await window.takeNext();
        assert.deepEqual(window.state, mirror.state);
      }),
    );
  });
});
