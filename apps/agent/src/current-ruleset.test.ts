import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CurrentRuleset } from './current-ruleset.ts';
import type { Rule, RuleId } from './domain/rule.ts';
import { flowSubject } from './flow-subject.ts';
import { flowOf } from './prompts/test-flows.ts';

const DNS: Rule = {
  id: 'dns' as RuleId,
  enabled: true,
  action: 'allow',
  priority: 0,
  matcher: {
    app: undefined,
    uid: undefined,
    direction: undefined,
    protocols: undefined,
    addresses: [{ kind: 'network', network: 'resolvers' }],
    ports: undefined,
  },
  lifetime: { kind: 'until', untilMs: 1000 },
  origin: 'user',
  createdAtMs: 0,
  note: undefined,
};

test('the name servers of the machine are single addresses, and take effect when it is compiled anew', () => {
  let resolvers = ['192.0.2.1', '2001:db8::53'];
  const current = new CurrentRuleset({ rules: () => [DNS], resolvers: () => resolvers, nowMs: () => 0 });
  const actionFor = (address: string) => current.verdictOf(flowSubject(flowOf({ address })))?.action;
  assert.deepEqual(['192.0.2.1', '2001:db8::53'].map(actionFor), ['allow', 'allow']);
  assert.deepEqual(['192.0.2.0', '192.0.2.2', '2001:db8::52'].map(actionFor), [
    undefined,
    undefined,
    undefined,
  ]);
  resolvers = ['192.0.2.2'];
  assert.equal(actionFor('192.0.2.2'), undefined);
  current.recompile();
  assert.deepEqual(['192.0.2.1', '192.0.2.2'].map(actionFor), [undefined, 'allow']);
  assert.equal(current.ruleset.generation, 2);
});

test('a rule ends by the clock, without a change of rules', () => {
  let nowMs = 999;
  const current = new CurrentRuleset({
    rules: () => [DNS],
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
  let rules = [DNS, soon];
  const current = new CurrentRuleset({ rules: () => rules, resolvers: () => [], nowMs: () => nowMs });
  assert.deepEqual([current.nextEndMs(), current.denies], [400, false]);
  nowMs = 400;
  assert.equal(current.nextEndMs(), 1000);
  nowMs = 1000;
  assert.equal(current.nextEndMs(), undefined);
  rules = [until(2000, { action: 'deny' }), until(2000, { id: 'off' as RuleId, enabled: false })];
  current.recompile();
  assert.deepEqual([current.nextEndMs(), current.denies], [undefined, true], 'a deny that ends cuts nothing');
});
