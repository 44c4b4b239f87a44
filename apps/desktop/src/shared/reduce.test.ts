// The reducer against a plain model of the agent: whatever is told, in whatever batches, a window knows what the agent knows.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { agentOf, entryOf, promptOf, ruleOf } from '../test-support/samples.ts';
import type { Prompt, Rule } from './model.ts';
import { mergeRecent, RECENT_LIMIT } from './recent.ts';
import { DEFAULT_PREFERENCES } from './preference-defaults.ts';
import { INITIAL_STATE, mayAnswer, reduce, reduceAll, reduceUpdate } from './reduce.ts';
import { desktopStateSchema, desktopUpdateSchema } from './state.ts';
import type { Change } from './state.ts';

const CONNECTED = reduce(INITIAL_STATE, { kind: 'agent', agent: agentOf() });
const REASON = { kind: 'unavailable', text: 'gone', remedy: '' } as const;

const idOf = fc.integer({ min: 0, max: 9 }).map(String);
const promptChange = fc.tuple(idOf, fc.nat(100), fc.boolean());
const change: fc.Arbitrary<Change> = fc.oneof(
  promptChange.map(([id, revision, missed]): Change => {
    return { kind: 'prompt', prompt: promptOf({ id, revision, missed }) };
  }),
  idOf.map((promptId): Change => ({ kind: 'prompt-closed', promptId, reason: 'decided' })),
  fc
    .tuple(idOf, fc.boolean())
    .map(([id, enabled]): Change => ({ kind: 'rule', rule: ruleOf(id, { enabled }) })),
  idOf.map((ruleId): Change => ({ kind: 'rule-deleted', ruleId })),
  fc.array(fc.nat(50)).map((ids): Change => ({ kind: 'history', entries: ids.map(entryOf) })),
  fc.nat().map((untilMs): Change => {
    return { kind: 'mode', mode: { kind: 'paused', untilMs, unknownFlows: 'deny' } };
  }),
  fc.constantFrom<Change>({ kind: 'agent', agent: agentOf({ rules: [ruleOf('3')], prompts: [promptOf()] }) }),
);

/** The agent itself: two maps, changed one by one. */
function agentAfter(changes: readonly Change[]): { prompts: Map<string, Prompt>; rules: Map<string, Rule> } {
  let [prompts, rules] = [new Map<string, Prompt>(), new Map<string, Rule>()];
  for (const change of changes) {
    if (change.kind === 'prompt') prompts.set(change.prompt.id, change.prompt);
    else if (change.kind === 'prompt-closed') prompts.delete(change.promptId);
    else if (change.kind === 'rule') rules.set(change.rule.id, change.rule);
    else if (change.kind === 'rule-deleted') rules.delete(change.ruleId);
    else if (change.kind === 'agent') {
      prompts = new Map(change.agent.prompts.map((prompt) => [prompt.id, prompt]));
      rules = new Map(change.agent.rules.map((rule) => [rule.id, rule]));
    }
  }
  return { prompts, rules };
}

describe('changes after a snapshot', () => {
  test('lead to the prompts and rules that the agent has, in any order and any batches', () => {
    fc.assert(
      fc.property(fc.array(fc.array(change, { maxLength: 12 }), { maxLength: 8 }), (batches) => {
        const state = batches.reduce(reduceAll, CONNECTED);
        const agent = agentAfter(batches.flat());
        assert.deepEqual(new Map(state.prompts.map((prompt) => [prompt.id, prompt])), agent.prompts);
        assert.deepEqual(new Map(state.rules.map((rule) => [rule.id, rule])), agent.rules);
        assert.equal(state.prompts.length, agent.prompts.size);
        assert.equal(state.rules.length, agent.rules.size);
      }),
      { numRuns: 500 },
    );
  });

  test('give the same state in one batch as one by one, and that state fits its schema', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 30 }), (changes) => {
        const state = reduceAll(CONNECTED, changes);
        assert.deepEqual(state, changes.reduce(reduce, CONNECTED));
        assert.deepEqual(desktopStateSchema.parse(state), state);
        const update = { kind: 'changes', changes } as const;
        assert.deepEqual(desktopUpdateSchema.parse(structuredClone(update)), update);
        assert.deepEqual(reduceUpdate(CONNECTED, update), state);
      }),
    );
  });

  test('leave what they do not touch the same object', () => {
    const before = reduceAll(CONNECTED, [
      { kind: 'rule', rule: ruleOf('1') },
      { kind: 'history', entries: [entryOf(1)] },
    ]);
    const after = reduce(before, { kind: 'prompt', prompt: promptOf() });
    assert.equal(after.rules, before.rules);
    assert.equal(after.recent, before.recent);
    assert.notEqual(after.prompts, before.prompts);
  });
});

describe('the connection', () => {
  test('that is lost keeps what was known, and takes no answer and no late change', () => {
    const known = reduce(CONNECTED, { kind: 'prompt', prompt: promptOf() });
    assert.ok(mayAnswer(known));
    const lost = reduce(known, {
      kind: 'connection',
      connection: { kind: 'disconnected', reason: REASON, retryAtMs: 5 },
    });
    assert.equal(lost.prompts.length, 1);
    assert.ok(!mayAnswer(lost));
    assert.deepEqual(reduce(lost, { kind: 'prompt-closed', promptId: 'p-1', reason: 'decided' }), lost);
  });

  test('takes no preferences with it, and neither does an agent that comes', () => {
    const preferences = { chosen: { ...DEFAULT_PREFERENCES, theme: 'dark' } } as const;
    const connection = { kind: 'refused', reason: REASON } as const;
    const chosen = reduce(INITIAL_STATE, { kind: 'preferences', preferences });
    assert.equal(chosen.preferences, preferences, 'there is no agent yet');
    for (const change of [
      { kind: 'connection', connection },
      { kind: 'agent', agent: agentOf() },
    ] as const)
      assert.equal(reduce(chosen, change).preferences, preferences);
  });

  test('that is refused shows nothing of what was known', () => {
    const known = reduce(CONNECTED, { kind: 'rule', rule: ruleOf('1') });
    const connection = { kind: 'refused', reason: { ...REASON, kind: 'unsafe-socket' } } as const;
    assert.deepEqual(reduce(known, { kind: 'connection', connection }), { ...INITIAL_STATE, connection });
  });

  test('that is new replaces everything, history included', () => {
    const known = reduceAll(CONNECTED, [
      { kind: 'rule', rule: ruleOf('1') },
      { kind: 'history', entries: [entryOf(7)] },
    ]);
    const agent = agentOf({ rules: [ruleOf('2')] });
    const state = reduce(known, { kind: 'agent', agent });
    assert.deepEqual(state.rules, agent.rules);
    assert.deepEqual(state.recent, []);
  });
});

describe('the recent records', () => {
  test('are the newest ones, newest first, each once, however many come', () => {
    let state = CONNECTED;
    for (let second = 0; second < 3; second++)
      for (let batch = 0; batch < 62; batch++) {
        const first = second * 10_000 + batch * 161;
        const entries = Array.from({ length: 161 }, (_, index) => entryOf(first + index));
        state = reduceAll(
          state,
          entries.map((entry): Change => ({ kind: 'history', entries: [entry] })),
        );
        assert.ok(state.recent.length <= RECENT_LIMIT);
      }
    assert.equal(state.recent.length, RECENT_LIMIT);
    assert.equal(state.recent[0]?.id, String(20_000 + 61 * 161 + 160));
    assert.deepEqual(
      state.recent.map(({ atMs }) => atMs),
      state.recent.map(({ atMs }) => atMs).sort((left, right) => right - left),
    );
  });

  test('of a list that comes late fill the gap without doubles, also beyond 53 bits', () => {
    const big = { ...entryOf(11), id: '18446744073709551615' };
    const merged = mergeRecent([big, entryOf(9)], [entryOf(9), entryOf(10), entryOf(8)]);
    assert.deepEqual(
      merged.map(({ id }) => id),
      ['18446744073709551615', '10', '9', '8'],
    );
  });

  test('that are told as they happen have no id yet, and each of them stays', () => {
    const live = [1, 2, 3].map((number) => ({ ...entryOf(number), id: '0' }));
    const merged = mergeRecent([entryOf(2)], live);
    assert.deepEqual(
      merged.map(({ id, atMs }) => [id, atMs]),
      [live[2], entryOf(2), live[1], live[0]].map((entry) => [entry?.id, entry?.atMs]),
    );
  });
});
