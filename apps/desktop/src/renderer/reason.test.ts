// Reasons in words.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FAILURE_TABLE } from '../../../agent/src/domain/failure-policy.ts';
import { ruleOf } from '../test-support/samples.ts';
import { reasonWords, ruleIdOf } from './reason.ts';

const RULES = new Map([['curl-443', ruleOf('curl-443', { sentence: 'curl may connect.' })]]);

test('a rule is told by its sentence, one that is gone by its id', () => {
  assert.deepEqual(reasonWords('rule curl-443', RULES), {
    id: 'reason.rule',
    values: { rule: 'curl may connect.' },
  });
  assert.deepEqual(reasonWords('rule old-1', RULES), { id: 'reason.rule-gone', values: { rule: 'old-1' } });
  assert.equal(reasonWords('rule curl-443 (program not known)', RULES).id, 'reason.rule-unknown-program');
  assert.equal(ruleIdOf('rule curl-443 (program not known)'), 'curl-443');
  assert.equal(reasonWords('rule curl-443 (cut)', RULES).id, 'reason.rule-cut');
  assert.equal(ruleIdOf('default'), undefined);
});

test('every line of the failure table has words', () => {
  for (const name of Object.keys(FAILURE_TABLE))
    assert.equal(reasonWords(`failure ${name}`, RULES).id, `reason.failure.${name}`);
});

test('what an agent of another version says is shown as it is', () => {
  for (const reason of ['', 'moon', 'failure moon', 'constructor'])
    assert.deepEqual(reasonWords(reason, RULES), { id: 'reason.other', values: { reason } });
});
