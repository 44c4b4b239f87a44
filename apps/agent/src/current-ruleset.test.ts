import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CurrentRuleset } from './current-ruleset.ts';
import { ruleOf } from './domain/rule.fixture.ts';
import type { Rule, RuleId } from './domain/rule.ts';
import { flowSubject } from './flow-subject.ts';
import { finish } from './platform/sliced-work.ts';
import { rulesOf } from './policy/ruleset.ts';
import { flowOf } from './prompts/test-flows.ts';

const DNS = ruleOf(
  'dns',
  { addresses: [{ kind: 'network', network: 'resolvers' }] },
  { lifetime: { kind: 'until', untilMs: 1000 } },
);

test('the name servers of the machine are single addresses, and take effect when they are said to be others', () => {
  let resolvers = ['192.0.2.1', '2001:db8::53'];
  const current = new CurrentRuleset({ rules: [DNS], resolvers: () => resolvers, nowMs: () => 0 });
  const actionFor = (address: string) => current.verdictOf(flowSubject(flowOf({ address })))?.action;
  assert.deepEqual(['192.0.2.1', '2001:db8::53'].map(actionFor), ['allow', 'allow']);
  assert.deepEqual(['192.0.2.0', '192.0.2.2', '2001:db8::52'].map(actionFor), [
    undefined,
    undefined,
    undefined,
  ]);
  resolvers = ['192.0.2.2'];
  assert.equal(actionFor('192.0.2.2'), undefined);
  current.resolversChanged();
  assert.deepEqual(['192.0.2.1', '192.0.2.2'].map(actionFor), [undefined, 'allow']);
  assert.equal(current.ruleset.generation, 2);
});

test('a rule ends by the clock, without a change of rules', () => {
  let nowMs = 999;
  const current = new CurrentRuleset({
    rules: [DNS],
    resolvers: () => ['1.2.3.4'],
    nowMs: () => nowMs,
  });
  const subject = flowSubject(flowOf());
  assert.equal(current.verdictOf(subject)?.action, 'allow');
  nowMs = 1000;
  assert.equal(current.verdictOf(subject), undefined);
});

test('it says when the next allow ends, and whether anything is denied', () => {
  let nowMs = 0;
  const until = (untilMs: number, parts: Partial<Rule>): Rule => ({
    ...DNS,
    lifetime: { kind: 'until', untilMs },
    ...parts,
  });
  const soon = until(400, { id: 'soon' as RuleId });
  const rules = [DNS, soon];
  const current = new CurrentRuleset({ rules, resolvers: () => [], nowMs: () => nowMs });
  assert.deepEqual([current.nextEndMs(), current.denies], [400, false]);
  nowMs = 400;
  assert.equal(current.nextEndMs(), 1000);
  nowMs = 1000;
  assert.equal(current.nextEndMs(), undefined);
  const added = [until(2000, { action: 'deny' }), until(2000, { id: 'off' as RuleId, enabled: false })];
  current.change({ removed: rules, added });
  assert.deepEqual([current.nextEndMs(), current.denies], [undefined, true], 'a deny that ends cuts nothing');
});

const ELSEWHERE: Rule = { ...DNS, id: 'elsewhere' as RuleId, action: 'deny', lifetime: { kind: 'always' } };

test('a change that is prepared holds when it is made, and not before', () => {
  const resolvers = ['1.2.3.4'];
  const current = new CurrentRuleset({ rules: [DNS], resolvers: () => resolvers, nowMs: () => 0 });
  const subject = flowSubject(flowOf());
  const change = { removed: [DNS], added: [ELSEWHERE] };
  const before = current.ruleset;
  finish(current.prepare(change));
  assert.equal(current.ruleset, before);
  assert.equal(current.verdictOf(subject)?.action, 'allow');
  current.change(change);
  assert.equal(current.verdictOf(subject)?.action, 'deny');
  assert.equal(current.ruleset.generation, 2);
});

test('what was prepared for other rules or name servers is not used', () => {
  let resolvers = ['1.2.3.4'];
  const current = new CurrentRuleset({ rules: [DNS], resolvers: () => resolvers, nowMs: () => 0 });
  const subject = flowSubject(flowOf());
  const change = { removed: [], added: [ELSEWHERE] };
  finish(current.prepare(change));
  resolvers = [];
  current.resolversChanged();
  current.change(change);
  assert.equal(current.verdictOf(subject), undefined);
  finish(current.prepare({ removed: [DNS, ELSEWHERE], added: [] }));
  current.change({ removed: [ELSEWHERE], added: [] });
  assert.deepEqual([rulesOf(current.ruleset), current.ruleset.generation], [[DNS], 4]);
});
