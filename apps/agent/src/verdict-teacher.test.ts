// What is taught holds: the kernel can check all that a rule looked at, and no entry outlives its rule.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AppIdentity } from './domain/app.ts';
import type { Owner } from './domain/owner.ts';
import type { RuleId } from './domain/rule.ts';
import { VerdictField } from './kernel/gen/structs.ts';
import type { RuleDecision } from './pipeline-ports.ts';
import type { FlowField } from './policy/flow-subject.ts';
import { flowOf } from './prompts/test-flows.ts';
import { entryOf } from './verdict-teacher.ts';

const NOW_MS = 1_000_000;
const BOOT_NS = 5_000_000_000n;
const CLOCK = { nowMs: () => NOW_MS, bootNs: () => BOOT_NS };
const OWNER: Owner = {
  ...{ pid: 7, startNs: 8n, uid: 9, gid: 10, cgroupId: 11n, socketCookie: 12n },
  ...{ networkNamespace: 1n, isElsewhere: false },
  executable: { deviceMajor: 8, deviceMinor: 1, inode: 13n, ctimeNs: 14n },
};

function taught(consulted: readonly FlowField[], identity: AppIdentity, validUntilMs?: number) {
  const flow = flowOf({ identity });
  const decision: RuleDecision = {
    verdict: { action: 'allow', reason: { kind: 'rule', ruleId: 'r' as RuleId } },
    consulted: new Set(consulted),
    validUntilMs,
  };
  return entryOf({ owner: OWNER, flow, decision, remoteAddressBytes: new Uint8Array(16) }, CLOCK);
}

const PATH: AppIdentity = { kind: 'path', path: '/usr/bin/curl' };

test('a proven path is known by its file, any other App by its process, and an unidentified one not at all', () => {
  assert.equal(taught(['app'], PATH)?.fields, VerdictField.VERDICT_FIELD_EXECUTABLE);
  for (const identity of [
    { kind: 'deleted', path: '/tmp/x' },
    { kind: 'memfd', name: 'x' },
    { kind: 'foreign', mountNamespace: 1n, path: '/usr/bin/curl' },
  ] as const)
    assert.equal(taught(['app'], identity)?.fields, VerdictField.VERDICT_FIELD_PROCESS, identity.kind);
  assert.equal(taught(['app'], { kind: 'inode', device: '8:1', inode: 13n }), undefined);
  assert.equal(taught(['app'], { kind: 'unknown', reason: 'none' }), undefined);
});

test('a container is known by the place of the file, and by its process while it has no name', () => {
  const container = { runtime: 'docker', uid: undefined, id: 'a1', name: 'web', image: undefined } as const;
  const appIn = (name: string | undefined): AppIdentity => ({
    ...{ kind: 'container', path: '/usr/bin/curl' },
    container: { ...container, name },
  });
  assert.equal(taught(['container'], PATH)?.fields, VerdictField.VERDICT_FIELD_EXECUTABLE);
  assert.equal(taught(['container'], appIn('web'))?.fields, VerdictField.VERDICT_FIELD_EXECUTABLE);
  assert.equal(taught(['container'], appIn(undefined))?.fields, VerdictField.VERDICT_FIELD_PROCESS);
});

test('every other field has a bit of its own; the direction needs none', () => {
  const fields = ['uid', 'protocol', 'address', 'port', 'processInstance'] as const;
  const bits = fields.map((field) => taught([field], PATH)?.fields ?? 0);
  assert.equal(new Set(bits).size, fields.length);
  assert.equal(taught(['direction'], PATH)?.fields, 0);
  assert.equal(
    taught(fields, PATH)?.fields,
    bits.reduce((mask, bit) => mask | bit, 0),
  );
});

test('an entry ends with its rule, and is looked at again before where that depends on the clock on the wall', () => {
  assert.equal(taught(['app'], PATH)?.expiresNs, undefined);
  assert.equal(taught(['app'], PATH, NOW_MS + 1500)?.expiresNs, BOOT_NS + 1_500_000_000n);
  assert.equal(taught(['app'], PATH, NOW_MS + 3_600_000)?.expiresNs, BOOT_NS + 10_000_000_000n);
  assert.equal(
    taught(['app'], PATH, NOW_MS - 1)?.expiresNs,
    BOOT_NS,
    'an ended rule teaches nothing that holds',
  );
});
