// Uses of rules: what is counted now and what history knows make one count.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RuleId, RuleUse } from './domain/rule.ts';
import { RuleUseCounter } from './rule-uses.ts';

const [CURL, SSH] = ['curl', 'ssh'] as RuleId[] as [RuleId, RuleId];

test('the past and the present are one count, with the latest time', async () => {
  const past = [{ ruleId: CURL, flows: 3, lastAtMs: 10 }];
  const counter = new RuleUseCounter({ ruleUses: () => Promise.resolve(past) }, 50);
  counter.note(CURL, { atMs: 60, flows: 1 });
  counter.note(SSH, { atMs: 61, flows: 1 });
  counter.note(CURL, { atMs: 62, flows: 1 });
  assert.deepEqual(await counter.list(), {
    uses: [
      { ruleId: CURL, flows: 5, lastAtMs: 62 },
      { ruleId: SSH, flows: 1, lastAtMs: 61 },
    ],
    sinceMs: undefined,
  });
});

test('history is read once, and again where it could not be read', async () => {
  const answers: (readonly RuleUse[] | undefined)[] = [
    undefined,
    [{ ruleId: SSH, flows: 1, lastAtMs: 1 }],
    undefined,
  ];
  const counter = new RuleUseCounter({ ruleUses: () => Promise.resolve(answers.shift()) }, 50);
  assert.deepEqual(await counter.list(), { uses: [], sinceMs: 50 });
  assert.equal((await counter.list()).uses.length, 1);
  assert.equal((await counter.list()).sinceMs, undefined);
});
