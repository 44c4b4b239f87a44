import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { DecisionScope } from '../domain/prompt.ts';
import type { RuleId } from '../domain/rule.ts';
import { draftRules } from './rule-draft.ts';
import { rulesOf } from './rule-name.ts';
import { flowOf, WALL_START_MS, type FlowParts } from './test-flows.ts';

function idsOf(scope: DecisionScope, flows: readonly FlowParts[], taken: readonly string[] = []): string[] {
  const decision = {
    action: 'allow',
    scope,
    lifetime: { kind: 'always' },
    ...{ ownUserOnly: false, forContainer: false },
  } as const;
  const drafts = draftRules(decision, flows.map(flowOf), WALL_START_MS);
  return rulesOf(drafts, { isTaken: (id) => taken.includes(id), wallMs: WALL_START_MS }).map(
    (rule) => rule.id,
  );
}

describe('ids of rules', () => {
  test('say App, address and port', () => {
    assert.deepEqual(idsOf('endpoint', [{}]), ['curl-1.2.3.4-443']);
    assert.deepEqual(idsOf('endpoint', [{ protocol: 'udp', port: 53 }]), ['curl-udp-1.2.3.4-53']);
    assert.deepEqual(idsOf('endpoint', [{ protocol: 'icmp' }]), ['curl-icmp-1.2.3.4']);
    assert.deepEqual(idsOf('address', [{ address: '2001:db8::1' }]), ['curl-2001-db8-1']);
    assert.deepEqual(idsOf('port', [{}]), ['curl-443']);
    assert.deepEqual(idsOf('app', [{ path: '/opt/My App/Größe' }]), ['gr-e']);
    assert.deepEqual(idsOf('endpoint', [{}, { address: '1.1.1.1' }]), ['curl-1.1.1.1-and-1-more-443']);
  });

  test('get a suffix when they are taken, also within one decision', () => {
    assert.deepEqual(idsOf('app', [{}], ['curl', 'curl-2']), ['curl-3']);
    assert.deepEqual(idsOf('app', [{}, { direction: 'in' }]), ['curl', 'curl-2']);
  });

  test('are safe file names whatever the executable is called', () => {
    const taken = new Set<RuleId>();
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (name) => {
        const [id] = idsOf('endpoint', [{ path: `/x/${name}`, address: '2001:db8::1' }], [...taken]);
        assert.match(id ?? '', /^[a-z0-9][a-z0-9._-]{0,127}$/);
        assert.doesNotMatch(id ?? '', /\.\./);
      }),
    );
  });
});

test('a rule from a prompt is enabled, of normal priority and of origin prompt', () => {
  const decision = {
    action: 'deny',
    scope: 'app',
    lifetime: { kind: 'restart' },
    ...{ ownUserOnly: false, forContainer: false },
  } as const;
  const [rule] = rulesOf(draftRules(decision, [flowOf()], 5), { isTaken: () => false, wallMs: 5 });
  assert.deepEqual(
    [rule?.enabled, rule?.priority, rule?.origin, rule?.createdAtMs, rule?.action, rule?.lifetime.kind],
    [true, 0, 'prompt', 5, 'deny', 'restart'],
  );
});
