// What explain answers about a flow that a person describes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Explanation, ExplainQuery } from './api/ports.ts';
import { NO_ADDRESS } from './domain/address.ts';
import type { Address, NetworkName } from './domain/address.ts';
import type { AppId } from './domain/app.ts';
import { ruleOf } from './domain/rule.fixture.ts';
import type { Rule, RuleMatcher } from './domain/rule.ts';
import { explainFlow } from './explanation.ts';
import { compileRuleset } from './policy/ruleset.ts';

const CURL = '/usr/bin/curl' as AppId;
const QUERY: ExplainQuery = {
  app: CURL,
  uid: 1000,
  direction: 'out',
  protocol: 'tcp',
  address: '1.2.3.4' as Address,
  port: 443,
};

function rule(id: string, matcher: Partial<RuleMatcher>, rest: Partial<Rule> = {}): Rule {
  return ruleOf(id, matcher, { action: 'deny', ...rest });
}

function explained(rules: readonly Rule[], query: Partial<ExplainQuery> = {}): Explanation {
  return explainFlow(
    { ...QUERY, ...query },
    {
      ruleset: compileRuleset(rules, { generation: 1, networks: new Map<NetworkName, never>() }),
      nowMs: 0,
      show: (shown) => ({ rule: shown, file: undefined, sentence: '' }),
    },
  );
}

test('a flow that no rule knows would be asked about', () => {
  const { outcome, rule: deciding, beaten, text } = explained([]);
  assert.deepEqual([outcome, deciding, beaten], ['ask', undefined, []]);
  assert.equal(text, 'No rule knows /usr/bin/curl to 1.2.3.4:443 (tcp): it would be asked about.');
});

test('the deciding rule is named with what it looked at and those that it beat', () => {
  const {
    outcome,
    rule: deciding,
    beaten,
    consultedFields,
    text,
  } = explained([rule('curl', { app: CURL }, { action: 'allow' }), rule('nobody', {})]);
  assert.deepEqual([outcome, deciding?.rule.id, consultedFields], ['allow', 'curl', ['app']]);
  assert.deepEqual(
    beaten.map(({ rule: other, beatenBy }) => [other.rule.id, beatenBy]),
    [['nobody', 'specificity']],
  );
  assert.equal(
    text,
    '/usr/bin/curl to 1.2.3.4:443 (tcp) is allowed by rule curl. It comes before 1 other matching rule.',
  );
});

test('a deny that applies because the program is not known says so in words', () => {
  for (const app of ['unknown', 'inode:8:1:1234'] as AppId[]) {
    const { outcome, text } = explained([rule('no-curl', { app: CURL })], { app });
    assert.equal(outcome, 'deny');
    assert.equal(
      text,
      `${app} to 1.2.3.4:443 (tcp) is refused by rule no-curl. ` +
        'Its program is not known, so the deny rule for /usr/bin/curl applies to it. No other rule matches.',
    );
  }
});

test('a deny of every program needs no such words, and an allow never holds for an unknown program', () => {
  assert.doesNotMatch(explained([rule('nobody', {})], { app: 'unknown' as AppId }).text, /not known/);
  assert.equal(
    explained([rule('curl', { app: CURL }, { action: 'allow' })], { app: 'unknown' as AppId }).outcome,
    'ask',
  );
});

test('a rule for a whole container is beaten by one for an App in it, and says nothing of others', () => {
  const [web, curl] = ['container:docker/web', 'container:docker/web:/usr/bin/curl'] as AppId[];
  const rules = [
    rule('web', { app: web ?? CURL }),
    rule('curl-in-web', { app: curl ?? CURL }, { action: 'allow' }),
    rule('any', {}, { action: 'allow' }),
  ];
  const decider = (app = CURL): string | undefined => explained(rules, { app }).rule?.rule.id;
  assert.deepEqual([web, curl, CURL].map(decider), ['web', 'curl-in-web', 'any']);
  const { beaten, consultedFields } = explained(rules, { app: curl ?? CURL });
  assert.deepEqual(
    [beaten.map(({ rule: other }) => other.rule.id), consultedFields],
    [['web', 'any'], ['app']],
  );
  const other = 'container:docker/web:/usr/bin/wget' as AppId;
  assert.deepEqual(explained(rules, { app: other }).consultedFields, ['app', 'container']);
});

test('a rule for one process says nothing about a described flow', () => {
  const lifetime = { kind: 'process', process: { pid: 7, startNs: 70n }, withChildren: false } as const;
  assert.equal(explained([rule('curl-7', { app: CURL }, { action: 'allow', lifetime })]).outcome, 'ask');
});

test('a packet socket has no endpoint: rules that have one do not speak of it', () => {
  const rules = [
    rule('everything', { app: CURL }, { action: 'allow' }),
    rule('somewhere', { app: CURL, addresses: [{ kind: 'address', address: QUERY.address }] }),
  ];
  const query = { protocol: 'packet', address: NO_ADDRESS, port: 0 } as const;
  const asked = explained(rules, query);
  assert.deepEqual([asked.outcome, asked.rule], ['ask', undefined]);
  assert.equal(asked.text, 'No rule knows /usr/bin/curl sending raw packets: it would be asked about.');
  const named = explained([...rules, rule('named', { protocols: ['packet'] }, { action: 'allow' })], query);
  assert.deepEqual([named.outcome, named.rule?.rule.id], ['allow', 'named']);
});
