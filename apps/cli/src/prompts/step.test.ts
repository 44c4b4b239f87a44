import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Prompt } from '@sallyport/proto';
import { NOW_MS, sampleFlow, samplePrompt } from '../samples.ts';
import { ARMING_MS, SAFE_PRESELECTION } from './card.ts';
import { currentCard, initialState } from './state.ts';
import type { PromptsEffect, PromptsEvent, PromptsState } from './state.ts';
import { step } from './step.ts';

/** A session with a clock, driven by events. */
class Driver {
  state: PromptsState = initialState(SAFE_PRESELECTION);
  nowMs = NOW_MS;
  effects: PromptsEffect[] = [];

  constructor(...prompts: readonly Prompt[]) {
    this.event({ kind: 'snapshot', prompts, mayDecide: true });
  }
  event(event: PromptsEvent): this {
    const next = step(this.state, event, this.nowMs);
    this.state = next.state;
    this.effects = [...next.effects];
    return this;
  }
  press(text: string): this {
    for (const character of text) this.event({ kind: 'key', key: { kind: 'character', text: character } });
    return this;
  }
  wait(ms: number): this {
    this.nowMs += ms;
    return this;
  }
  /** What the screen does: the current card is drawn. */
  draw(): this {
    const prompt = currentCard(this.state)?.prompt;
    return prompt === undefined
      ? this
      : this.event({ kind: 'shown', id: prompt.id, revision: prompt.revision });
  }
  armed(): this {
    return this.draw().wait(ARMING_MS);
  }
  get request() {
    const effect = this.effects[0];
    return effect?.kind === 'decide' ? effect.request : undefined;
  }
}

function inContainer(identity: 'path' | 'memfd'): Prompt {
  const app = { id: 'x', name: 'x', path: '', identity, mayCarryLastingRule: identity === 'path' };
  return samplePrompt({ app, container: 'container:docker/web' });
}

const sisters = [
  sampleFlow(),
  sampleFlow({ id: 'b', address: '5.6.7.8' }),
  sampleFlow({ id: 'c', port: 80 }),
  sampleFlow({ id: 'd' }),
];

describe('a key that must not answer', () => {
  test('before the card was drawn', () => {
    const driver = new Driver(samplePrompt()).wait(5000).press('a');
    assert.deepEqual(driver.effects, []);
    assert.match(driver.state.notice ?? '', /Too early/);
  });
  test('one millisecond before the card is armed, and every such key starts the wait again', () => {
    const driver = new Driver(samplePrompt())
      .draw()
      .wait(ARMING_MS - 1)
      .press('A');
    assert.deepEqual(driver.effects, []);
    assert.deepEqual(driver.wait(ARMING_MS - 1).press('a').effects, []);
    assert.equal(driver.wait(ARMING_MS).press('a').request?.action, 'ACTION_ALLOW');
  });
  test('after the card changed, until it was seen anew', () => {
    const driver = new Driver(samplePrompt())
      .armed()
      .event({ kind: 'prompt', prompt: samplePrompt({ revision: 2 }) });
    assert.match(driver.state.notice ?? '', /changed/);
    assert.deepEqual(driver.press('a').effects, []);
    assert.equal(driver.armed().press('a').request?.revision, 2);
  });
  test('on the card that follows an answered one', () => {
    const driver = new Driver(samplePrompt(), samplePrompt({ id: 'p2', openedAtMs: NOW_MS + 1 }))
      .armed()
      .press('a');
    const effect = driver.effects[0];
    assert.ok(effect?.kind === 'decide');
    driver
      .event({ kind: 'answered', answer: effect.answer, undo: undefined, notice: undefined })
      .draw()
      .press('a');
    assert.deepEqual(driver.effects, []);
    assert.equal(currentCard(driver.state)?.prompt.id, 'p2');
  });
  test('while an answer is on its way', () => {
    assert.deepEqual(new Driver(samplePrompt()).armed().press('aa').effects, []);
  });
  test('Return, a paste and a cursor key', () => {
    for (const kind of ['return', 'paste', 'other'] as const)
      assert.deepEqual(new Driver(samplePrompt()).armed().event({ kind: 'key', key: { kind } }).effects, []);
  });
  test('while the firewall is away, and when this user may only look', () => {
    const lost = new Driver(samplePrompt()).event({ kind: 'lost', reason: 'gone' }).armed().press('a');
    assert.deepEqual(lost.effects, []);
    assert.match(lost.state.notice ?? '', /Not connected/);
    const looking = new Driver().event({ kind: 'snapshot', prompts: [samplePrompt()], mayDecide: false });
    assert.deepEqual(looking.armed().press('a').effects, []);
    assert.match(looking.state.notice ?? '', /not answer/);
  });
  test('A for a program without a proven path', () => {
    const app = {
      id: 'memfd:x',
      name: 'x (in memory only)',
      path: '',
      identity: 'memfd',
      mayCarryLastingRule: false,
    };
    const driver = new Driver(samplePrompt({ app })).armed().press('A');
    assert.deepEqual(driver.effects, []);
    assert.match(driver.state.notice ?? '', /No lasting answer/);
    assert.deepEqual(driver.press('a').request?.lifetime, {
      lifetime: 'untilProcessEnds',
      untilProcessEnds: {},
    });
  });
});

describe('an answer', () => {
  test('reaches the endpoint for an hour unless chosen otherwise, and covers the flows to it alone', () => {
    assert.deepEqual(new Driver(samplePrompt({ flows: sisters })).armed().press('a').request, {
      promptId: 'p1',
      action: 'ACTION_ALLOW',
      scope: 'DECISION_SCOPE_ENDPOINT',
      lifetime: { lifetime: 'durationMs', durationMs: 3_600_000 },
      ...{ ownUserOnly: false, forContainer: false },
      flowIds: ['1.2.3.4|443', 'd'],
      revision: 1,
    });
  });
  test('reaches the network that the agent proposed, for one user alone, after ss and o', () => {
    const networks = ['1.2.3.0/24', '5.6.7.0/24', '1.2.3.0/24', '1.2.3.0/24'];
    const { request } = new Driver(samplePrompt({ flows: sisters, networks })).armed().press('ssoa');
    assert.equal(request?.scope, 'DECISION_SCOPE_NETWORK');
    assert.equal(request.ownUserOnly, true);
    assert.deepEqual(
      request.flowIds,
      sisters.filter((_, index) => networks[index] === networks[0]).map(({ id }) => id),
    );
  });
  test('is for every program in the container after c, with a lifetime that a container can have', () => {
    const { request } = new Driver(inContainer('path')).armed().press('tca');
    assert.equal(request?.forContainer, true);
    assert.deepEqual(request.lifetime, { lifetime: 'untilRestart', untilRestart: {} });
    const process = { lifetime: 'untilProcessEnds', untilProcessEnds: {} };
    const memfd = new Driver(inContainer('memfd')).armed();
    assert.deepEqual(memfd.press('a').request?.lifetime, process);
    const chosen = new Driver(inContainer('memfd')).armed().press('c');
    assert.deepEqual(chosen.press('a').request?.lifetime, { lifetime: 'durationMs', durationMs: 3_600_000 });
    const back = new Driver(inContainer('memfd')).armed().press('cca').request;
    assert.deepEqual([back?.forContainer, back?.lifetime], [false, process]);
    const always = new Driver(inContainer('memfd')).armed().press('cD').request;
    assert.deepEqual([always?.forContainer, always?.lifetime], [true, { lifetime: 'always', always: {} }]);
  });
  test('stays for the container when the card changes, unless its flows come from others now', () => {
    const choosing = () => new Driver(inContainer('path')).armed().press('c');
    const changed = { ...inContainer('path'), revision: 2 };
    const kept = choosing().event({ kind: 'prompt', prompt: changed }).armed().press('a');
    assert.equal(kept.request?.forContainer, true);
    const left = choosing().event({ kind: 'prompt', prompt: { ...changed, container: '' } });
    assert.equal(left.armed().press('a').request?.forContainer, false);
  });
  test('is never for a container that is not known', () => {
    const driver = new Driver(samplePrompt()).armed().press('c');
    assert.match(driver.state.notice ?? '', /no container/);
    assert.equal(driver.press('a').request?.forContainer, false);
  });
  test('covers all waiting flows after w', () => {
    const { request } = new Driver(samplePrompt({ flows: sisters })).armed().press('wd');
    assert.equal(request?.action, 'ACTION_DENY');
    assert.equal(request.flowIds.length, 4);
  });
  test('takes the scope that s and the lifetime that t chose', () => {
    const { request } = new Driver(samplePrompt({ flows: sisters })).armed().press('ssstd');
    assert.equal(request?.scope, 'DECISION_SCOPE_PORT');
    assert.deepEqual(request.flowIds, ['1.2.3.4|443', 'b', 'd']);
    assert.deepEqual(request.lifetime, { lifetime: 'untilRestart', untilRestart: {} });
  });
  test('by A or D is for always, whatever lifetime is chosen', () => {
    for (const key of ['A', 'D'])
      assert.deepEqual(new Driver(samplePrompt()).armed().press(key).request?.lifetime, {
        lifetime: 'always',
        always: {},
      });
  });
  test('is logged in words, and u takes it back while there is time', () => {
    const driver = new Driver(samplePrompt()).armed().press('a');
    const [effect] = driver.effects;
    assert.ok(effect?.kind === 'decide');
    const undo = { token: 'u1', untilMs: NOW_MS + 10_000, text: effect.answer.text };
    driver.event({ kind: 'answered', answer: effect.answer, undo, notice: undefined });
    assert.deepEqual(driver.state.log, ['curl may reach 1.2.3.4:443 for 1 hour.']);
    assert.deepEqual(driver.press('u').effects, [{ kind: 'undo', undo }]);
    assert.deepEqual(driver.press('u').effects, []);
  });
  test('whose undo failed at the agent can be taken back again, unless there is a newer answer', () => {
    const undo = { token: 'u1', untilMs: NOW_MS + 10_000, text: '' };
    const driver = new Driver().event({ kind: 'failed', text: 'The disk is full.', undo });
    assert.deepEqual(driver.press('u').effects, [{ kind: 'undo', undo }]);
    const newer = { ...undo, token: 'u2' };
    driver.state = { ...driver.state, undo: newer };
    driver.event({ kind: 'failed', text: 'The disk is full.', undo });
    assert.deepEqual(driver.press('u').effects, [{ kind: 'undo', undo: newer }]);
  });
  test('whose rule was not stored says so', () => {
    const driver = new Driver(samplePrompt()).armed().press('a');
    const [effect] = driver.effects;
    assert.ok(effect?.kind === 'decide');
    driver.event({ kind: 'answered', answer: effect.answer, undo: undefined, notice: 'It was not stored.' });
    assert.equal(driver.state.notice, 'It was not stored.');
    assert.deepEqual(driver.state.cards, []);
  });
  test('that came too late to undo is not undone', () => {
    const driver = new Driver();
    driver.state = { ...driver.state, undo: { token: 'u1', untilMs: NOW_MS, text: '' } };
    assert.deepEqual(driver.press('u').effects, []);
    assert.match(driver.state.notice ?? '', /Too late/);
  });
  test('that the agent refuses leaves the card', () => {
    const driver = new Driver(samplePrompt())
      .armed()
      .press('a')
      .event({ kind: 'failed', text: 'It changed.', undo: undefined });
    assert.equal(driver.state.notice, 'It changed.');
    assert.equal(driver.press('a').request?.promptId, 'p1');
  });
  test('leaves what the agent left on the card, to be seen anew', () => {
    const driver = new Driver(samplePrompt({ flows: sisters })).armed().press('a');
    const [effect] = driver.effects;
    assert.ok(effect?.kind === 'decide');
    driver.event({ kind: 'prompt', prompt: samplePrompt({ flows: sisters.slice(1, 3), revision: 2 }) });
    driver.event({ kind: 'answered', answer: effect.answer, undo: undefined, notice: undefined });
    assert.equal(currentCard(driver.state)?.prompt.revision, 2);
    assert.deepEqual(driver.press('a').effects, []);
  });
});

describe('the queue', () => {
  const second = samplePrompt({ id: 'p2', openedAtMs: NOW_MS + 1 });
  test('a new card never takes the place of the one in front', () => {
    const early = samplePrompt({ id: 'p0', openedAtMs: NOW_MS - 1 });
    const driver = new Driver(samplePrompt()).armed().event({ kind: 'prompt', prompt: early });
    assert.equal(currentCard(driver.state)?.prompt.id, 'p1');
    assert.equal(driver.press('a').request?.promptId, 'p1');
  });
  test('l puts a card aside, n brings the next one and in the end that one again', () => {
    const driver = new Driver(samplePrompt(), second).press('l');
    assert.equal(currentCard(driver.state)?.prompt.id, 'p2');
    assert.equal(currentCard(driver.press('l').state), undefined);
    assert.equal(currentCard(driver.press('n').state)?.prompt.id, 'p1');
  });
  test('a card put aside comes back when it changes', () => {
    const driver = new Driver(samplePrompt())
      .press('l')
      .event({ kind: 'prompt', prompt: samplePrompt({ revision: 2 }) });
    assert.equal(currentCard(driver.state)?.prompt.id, 'p1');
  });
  test('missed cards come last and cannot be answered once', () => {
    const driver = new Driver(samplePrompt({ missed: true, openedAtMs: NOW_MS - 1 }), second);
    assert.deepEqual(
      driver.state.cards.map((card) => card.prompt.id),
      ['p2', 'p1'],
    );
    driver.event({ kind: 'closed', id: 'p2', reason: 'withdrawn' }).armed();
    assert.match(driver.state.notice ?? '', /gave up/);
    const chosen = Array.from({ length: 6 }, () => driver.press('t').state.cards[0]?.lifetime.kind);
    assert.ok(!chosen.includes('once'));
  });
  test('after the firewall was away the cards are those of the new list, to be seen anew', () => {
    const driver = new Driver(samplePrompt(), second).armed().event({ kind: 'lost', reason: 'gone' });
    driver.event({ kind: 'snapshot', prompts: [samplePrompt()], mayDecide: true });
    assert.equal(driver.state.cards.length, 1);
    assert.match(driver.state.notice ?? '', /again/);
    assert.deepEqual(driver.press('a').effects, []);
  });
});

const arbitraryPrompt = fc
  .record({
    id: fc.constantFrom('p1', 'p2', 'p3'),
    revision: fc.nat(3),
    missed: fc.boolean(),
    lasting: fc.boolean(),
  })
  .map(({ id, revision, missed, lasting }) =>
    samplePrompt({
      id,
      revision,
      missed,
      flows: sisters,
      app: { id: '/x', name: 'x', path: '/x', identity: 'path', mayCarryLastingRule: lasting },
    }),
  );
const arbitraryEvent: fc.Arbitrary<PromptsEvent | 'draw'> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .constantFrom('a', 'A', 'd', 'D', 's', 't', 'w', 'c', 'n', 'l', 'u', '?', 'q')
      .map((text) => ({ kind: 'key', key: { kind: 'character', text } }) as const),
  },
  fc
    .string({ unit: 'binary', minLength: 1, maxLength: 1 })
    .map((text) => ({ kind: 'key', key: { kind: 'character', text } }) as const),
  fc
    .constantFrom('return', 'escape', 'paste', 'other', 'suspend')
    .map((kind) => ({ kind: 'key', key: { kind } }) as const),
  { weight: 4, arbitrary: fc.constant('draw' as const) },
  { weight: 2, arbitrary: arbitraryPrompt.map((prompt) => ({ kind: 'prompt', prompt }) as const) },
  fc.constantFrom('p1', 'p2').map((id) => ({ kind: 'closed', id, reason: 'decided' }) as const),
  fc.record({ kind: fc.constant('failed' as const), text: fc.string(), undo: fc.constant(undefined) }),
  fc.constant({ kind: 'lost', reason: 'gone' } as const),
  fc.constant({ kind: 'hidden' } as const),
  fc.record({
    kind: fc.constant('snapshot' as const),
    prompts: fc.uniqueArray(arbitraryPrompt, { selector: ({ id }) => id }),
    mayDecide: fc.boolean(),
  }),
);

test('nothing is answered but by its key on a card that was whole on the screen, unchanged, for the arming time', () => {
  let answers = 0;
  fc.assert(
    fc.property(fc.array(fc.tuple(arbitraryEvent, fc.nat(900)), { maxLength: 60 }), (events) => {
      const driver = new Driver(samplePrompt());
      // What an onlooker remembers of the screen, without the reducer's own bookkeeping.
      let seen: { readonly id: string; readonly revision: number; readonly atMs: number } | undefined;
      for (const [event, waitMs] of events) {
        driver.wait(waitMs);
        const before = driver.state;
        const front = currentCard(before)?.prompt;
        if (event === 'draw') driver.draw();
        else driver.event(event);
        for (const effect of event === 'draw' ? [] : driver.effects) {
          if (effect.kind !== 'decide') continue;
          answers += 1;
          assert.ok(event !== 'draw' && event.kind === 'key' && event.key.kind === 'character');
          assert.ok('aAdD'.includes(event.key.text));
          assert.equal(effect.request.action, 'aA'.includes(event.key.text) ? 'ACTION_ALLOW' : 'ACTION_DENY');
          assert.deepEqual([seen?.id, seen?.revision], [front?.id, front?.revision]);
          assert.deepEqual([effect.request.promptId, effect.request.revision], [front?.id, front?.revision]);
          assert.ok(driver.nowMs - (seen?.atMs ?? driver.nowMs) >= ARMING_MS);
          assert.ok(
            before.link.kind === 'connected' && before.link.mayDecide && before.pending === undefined,
          );
        }
        const now = currentCard(driver.state)?.prompt;
        const isSame = seen !== undefined && now?.id === seen.id && now.revision === seen.revision;
        const hides = event !== 'draw' && ['hidden', 'lost', 'snapshot'].includes(event.kind);
        if (!isSame || hides) seen = undefined;
        if (event === 'draw' && now !== undefined)
          seen ??= { id: now.id, revision: now.revision, atMs: driver.nowMs };
      }
    }),
    { numRuns: 1500 },
  );
  assert.ok(answers > 50, `only ${answers} answers were given: the property says little`);
});
