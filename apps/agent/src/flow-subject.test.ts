// What rules can see of a flow, and that the rule of an answer decides the next flow of the same process and program.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NetworkName } from './domain/address.ts';
import type { AppIdentity } from './domain/app.ts';
import type { Flow } from './domain/flow.ts';
import type { DecisionLifetime } from './domain/prompt.ts';
import { flowSubject } from './flow-subject.ts';
import { evaluate } from './policy/evaluate.ts';
import { compileRuleset } from './policy/ruleset.ts';
import { draftRules } from './prompts/rule-draft.ts';
import { rulesOf } from './prompts/rule-name.ts';
import { flowOf } from './prompts/test-flows.ts';

const ENDED: AppIdentity = { kind: 'inode', device: '8:1', inode: 1234n };
const OTHER_FILE: AppIdentity = { kind: 'inode', device: '8:1', inode: 99n };
const UNKNOWN: AppIdentity = { kind: 'unknown', reason: 'a test' };

/** What an allow about the first flow makes of the next one. */
function outcomeAfter(answered: Flow, lifetime: DecisionLifetime, next: Flow): string {
  const drafts = draftRules(
    { action: 'allow', scope: 'endpoint', lifetime, ...{ ownUserOnly: false, forContainer: false } },
    [answered],
    0,
  );
  const rules = rulesOf(drafts, { isTaken: () => false, wallMs: 0 });
  const ruleset = compileRuleset(rules, { generation: 1, networks: new Map<NetworkName, never>() });
  return evaluate(ruleset, flowSubject(next), 0).outcome.kind;
}

test('an allow until the process ends holds for the next flow of a program that is known by its inode only', () => {
  const answered = flowOf({ identity: ENDED });
  const after = (next: Flow): string =>
    outcomeAfter(answered, { kind: 'process', withChildren: false }, next);
  assert.equal(after(flowOf({ identity: ENDED })), 'verdict');
  assert.equal(after(flowOf({ identity: ENDED, pid: 4712 })), 'ask');
  assert.equal(after(flowOf({ identity: OTHER_FILE })), 'ask');
  assert.equal(after(flowOf({ path: '/usr/bin/curl' })), 'ask');
  assert.equal(after(flowOf({ identity: UNKNOWN, pid: 0 })), 'ask');
});

test('an allow until the process ends holds for programs without a path too, and for no other process', () => {
  const identity: AppIdentity = { kind: 'memfd', name: 'x' };
  const after = (next: Flow): string =>
    outcomeAfter(flowOf({ identity }), { kind: 'process', withChildren: false }, next);
  assert.equal(after(flowOf({ identity })), 'verdict');
  assert.equal(after(flowOf({ identity, pid: 4712 })), 'ask');
});

test('an app, a user and a process that are not known are left open, never invented', () => {
  const subject = flowSubject(flowOf({ identity: UNKNOWN, pid: 0 }));
  assert.deepEqual(
    [subject.app(), subject.uid(), subject.processInstance()],
    [undefined, undefined, undefined],
  );
  assert.equal(flowSubject(flowOf({ identity: ENDED })).app(), undefined);
});

test('what the packet said is what rules see', () => {
  const flow = flowOf({ protocol: 'udp', address: '2001:db8::1', port: 53, uid: 7 });
  const subject = flowSubject(flow);
  assert.deepEqual(
    [
      subject.app(),
      subject.uid(),
      subject.protocol(),
      subject.address(),
      subject.port(),
      subject.direction(),
    ],
    ['/usr/bin/curl', 7, 'udp', '2001:db8::1', 53, 'out'],
  );
  assert.deepEqual(subject.processInstance(), { pid: 4711, startNs: 99n, unprovenApp: undefined });
});
