// What the hook is told follows from the rules for every program, user and process: no narrower answer says what the rules do not.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { OwnerRecord } from './correlator/flow-map.ts';
import { CurrentRuleset } from './current-ruleset.ts';
import type { AppId } from './domain/app.ts';
import { PACKET } from './domain/flow-key.ts';
import { ruleOf } from './domain/rule.fixture.ts';
import type { Rule, RuleId } from './domain/rule.ts';
import { flowSubject } from './flow-subject.ts';
import { VerdictField } from './kernel/gen/structs.ts';
import type { PacketSocketAnswerTable } from './kernel/packet-socket-answers.ts';
import { PacketSocketTeacher } from './packet-socket-teacher.ts';
import type { ExecutableFile } from './platform/executable-files.ts';

import { flowOf } from './prompts/test-flows.ts';

const APPS = ['/a', '/b', '/c'];
const FILES = new Map<string, ExecutableFile>(
  APPS.map((app, index) => [app, { device: 1, inode: BigInt(index + 1), ctimeNs: 7n }]),
);

const { VERDICT_FIELD_EXECUTABLE, VERDICT_FIELD_PROCESS, VERDICT_FIELD_UID } = VerdictField;
/** As in bpf/packet_sockets.bpf.c. */
const MASKS = [
  VERDICT_FIELD_PROCESS | VERDICT_FIELD_EXECUTABLE | VERDICT_FIELD_UID,
  VERDICT_FIELD_EXECUTABLE | VERDICT_FIELD_UID,
  VERDICT_FIELD_EXECUTABLE,
  VERDICT_FIELD_UID,
  0,
];

function ownerOf(app: string, uid: number, pid: number): OwnerRecord {
  const file = FILES.get(app) ?? { device: 9, inode: 9n, ctimeNs: 9n };
  return {
    ...file,
    pid,
    startNs: 99n,
    uid,
    gid: 0,
    cgroupId: 1n,
    socketCookie: 1n,
    networkNamespace: 1n,
    isElsewhere: 0,
  };
}

function placeOf({ isElsewhere, cgroupId }: OwnerRecord): bigint {
  return isElsewhere === 0 ? 0n : cgroupId;
}

/** What the kernel's program answers, services of the system apart. */
function answerOf({ entries }: PacketSocketAnswerTable, owner: OwnerRecord): string {
  for (const mask of MASKS) {
    const has = (field: number): boolean => (mask & field) !== 0;
    const found = entries.find(
      ({ opener }) =>
        opener.fields === mask &&
        opener.inode === (has(VERDICT_FIELD_EXECUTABLE) ? owner.inode : 0n) &&
        opener.ctimeNs === (has(VERDICT_FIELD_EXECUTABLE) ? owner.ctimeNs : 0n) &&
        opener.device === (has(VERDICT_FIELD_EXECUTABLE) ? owner.device : 0) &&
        opener.startNs === (has(VERDICT_FIELD_PROCESS) ? owner.startNs : 0n) &&
        opener.pid === (has(VERDICT_FIELD_PROCESS) ? owner.pid : 0) &&
        opener.place === (has(VERDICT_FIELD_EXECUTABLE) ? placeOf(owner) : 0n) &&
        opener.uid === (has(VERDICT_FIELD_UID) ? owner.uid : 0),
    );
    if (found !== undefined) return found.answer;
  }
  return 'not-known';
}

interface Bench {
  readonly teacher: PacketSocketTeacher;
  readonly tables: PacketSocketAnswerTable[];
  readonly ruleset: CurrentRuleset;
  readonly files: Map<string, ExecutableFile>;
}

function bench(
  rules: readonly Rule[],
  given: { readonly isPaused?: boolean; readonly isUnknownDenied?: boolean } = {},
): Bench {
  const tables: PacketSocketAnswerTable[] = [];
  const files = new Map(FILES);
  const ruleset = new CurrentRuleset({ rules, resolvers: () => [], nowMs: () => 0 });
  const teacher = new PacketSocketTeacher({
    replace: (table) => tables.push(table),
    networkNamespace: 1n,
    rules: () => ruleset.packetSocketRules(),
    decisionOf: (subject) => ruleset.decisionOf(subject),
    isPaused: () => given.isPaused === true,
    isUnknownDenied: () => given.isUnknownDenied === true,
    executableAt: (path) => files.get(path),
    isAlive: () => true,
    clock: { nowMs: () => 0, bootNs: () => 5n },
  });
  return { teacher, tables, ruleset, files };
}

function taught({ teacher, tables }: Bench): PacketSocketAnswerTable {
  teacher.refresh();
  const table = tables.at(-1);
  assert.ok(table);
  return table;
}

const anyRule: fc.Arbitrary<Rule> = fc.record({
  id: fc.nat(999).map((number) => `rule-${number}` as RuleId),
  enabled: fc.constant(true),
  action: fc.constantFrom('allow' as const, 'deny' as const),
  priority: fc.constantFrom(0, 0, 1),
  matcher: fc.record({
    app: fc.constantFrom(...APPS.map((app) => app as AppId), undefined),
    uid: fc.constantFrom(0, 1000, undefined),
    direction: fc.constantFrom('out' as const, 'in' as const, undefined),
    protocols: fc.constantFrom([PACKET], [PACKET, 'tcp' as const], ['tcp' as const], undefined),
    addresses: fc.constant(undefined),
    ports: fc.constant(undefined),
  }),
  lifetime: fc.constantFrom<Rule['lifetime']>(
    { kind: 'always' },
    { kind: 'process', process: { pid: 7, startNs: 99n }, withChildren: false },
    { kind: 'process', process: { pid: 7, startNs: 99n }, withChildren: true },
  ),
  origin: fc.constant('user' as const),
  createdAtMs: fc.constant(0),
  note: fc.constant(undefined),
});
const anyRules = fc.uniqueArray(anyRule, { maxLength: 12, selector: ({ id }) => id });

describe('what the hook answers', () => {
  test('is what the rules say, to each program, user and process that has opened one before', () => {
    const opener = fc.record({
      app: fc.constantFrom(...APPS, '/other'),
      uid: fc.constantFrom(0, 1000, 5),
      pid: fc.constantFrom(7, 8),
    });
    fc.assert(
      fc.property(anyRules, opener, (rules, { app, uid, pid }) => {
        const own = bench(rules);
        const flow = flowOf({ path: app, uid, pid, protocol: PACKET, address: '', port: 0 });
        const expected = own.ruleset.verdictOf(flowSubject(flow))?.action ?? 'not-known';
        const owner = ownerOf(app, uid, pid);
        // Which process it is, and what started it, is known once it has opened one.
        if (!rules.some(({ lifetime }) => lifetime.kind === 'process'))
          assert.equal(answerOf(taught(own), owner), expected);
        own.teacher.noteAsker(owner, flow);
        assert.equal(answerOf(taught(own), owner), expected);
      }),
      { numRuns: 300 },
    );
  });

  test('is no allow that may be for those outside a container alone', () => {
    const wide: Rule = { ...ruleFor('/a'), matcher: { ...ruleFor('/a').matcher, app: undefined } };
    for (const app of ['container:docker/web', 'container:docker/web:/a']) {
      const deny: Rule = { ...ruleFor(app), id: 'deny' as RuleId, action: 'deny' };
      const table = taught(bench([{ ...wide, id: 'wide' as RuleId }, ruleFor('/a'), deny]));
      const inContainer = (path: string) => answerOf(table, { ...ownerOf(path, 0, 1), isElsewhere: 1 });
      assert.equal(answerOf(table, ownerOf('/a', 0, 1)), 'allow', 'its file is in no container');
      assert.equal(answerOf(table, ownerOf('/other', 0, 1)), 'not-known');
      assert.deepEqual(['/a', '/other'].map(inContainer), ['not-known', 'not-known']);
    }
  });

  test('changes with the file at the path of a program, and is not written again where nothing did', () => {
    const own = bench([ruleFor('/a')]);
    assert.equal(answerOf(taught(own), ownerOf('/a', 0, 1)), 'allow');
    own.teacher.refresh();
    assert.equal(own.tables.length, 1);
    own.files.set('/a', { device: 1, inode: 50n, ctimeNs: 7n });
    assert.equal(answerOf(taught(own), ownerOf('/a', 0, 1)), 'not-known');
    own.files.delete('/a');
    assert.equal(taught(own).entries.length, 1, 'for everybody else');
  });

  test('is not for a container that runs the very file, which is another App', () => {
    const own = bench([ruleFor('/a')]);
    const inContainer = { ...ownerOf('/a', 0, 7), isElsewhere: 1 };
    assert.equal(answerOf(taught(own), ownerOf('/a', 0, 7)), 'allow');
    assert.equal(answerOf(taught(own), inContainer), 'not-known');
    own.teacher.noteAsker(inContainer, flowOf({ path: '/b', protocol: PACKET, address: '', port: 0 }));
    assert.equal(answerOf(taught(own), inContainer), 'not-known');
    own.teacher.noteAsker(inContainer, flowOf({ path: '/a', protocol: PACKET, address: '', port: 0 }));
    assert.equal(answerOf(taught(own), inContainer), 'allow', 'this process, of which it is known');
    assert.equal(answerOf(taught(own), { ...inContainer, cgroupId: 2n }), 'not-known');
  });

  test('is an allow for everybody while the firewall is paused', () => {
    const table = taught(
      bench([{ ...ruleFor('/a'), action: 'deny' }], { isPaused: true, isUnknownDenied: true }),
    );
    assert.equal(answerOf(table, ownerOf('/a', 0, 1)), 'allow');
    assert.equal(table.isUnknownDenied, false);
  });

  test('ends with the rule that it follows from', () => {
    const rule: Rule = { ...ruleFor('/a'), lifetime: { kind: 'until', untilMs: 1000 } };
    const ends = taught(bench([rule])).entries.map(({ expiresNs }) => expiresNs);
    assert.deepEqual(ends, [undefined, 1_000_000_005n]);
  });

  test('fits into the kernel’s table, however many programs rules name', () => {
    const rules = Array.from({ length: 9000 }, (_, index) => ruleFor(`/p${index}`));
    const own = bench(rules);
    for (const { matcher } of rules)
      own.files.set(String(matcher.app), { device: 1, inode: 60n, ctimeNs: 7n });
    assert.equal(taught(own).entries.length, 8192);
  });
});

function ruleFor(app: string): Rule {
  return ruleOf(`for${app.replace('/', '-')}`, { app: app as AppId, protocols: [PACKET] });
}
