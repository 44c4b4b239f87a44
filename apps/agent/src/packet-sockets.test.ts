// What is recorded of packet sockets is what came of them, and who is asked about.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OwnerRecord } from './correlator/flow-map.ts';
import { unknownProcess } from './correlator/process-resolver.ts';
import type { Process } from './domain/owner.ts';
import type { RuleId } from './domain/rule.ts';
import { reasonText } from './domain/verdict.ts';
import type { Verdict } from './domain/verdict.ts';
import { PacketSocketRecords } from './packet-socket-records.ts';
import { PacketSockets } from './packet-sockets.ts';
import { flowOf } from './prompts/test-flows.ts';

const RULE = { kind: 'rule', ruleId: 'a' as RuleId } as const;
const ALLOW: Verdict = { action: 'allow', reason: RULE };
const DENY: Verdict = { action: 'deny', reason: RULE };

function ownerOf(pid: number, socketCookie = 1n): OwnerRecord {
  const who = { pid, startNs: 99n, uid: 0, gid: 0, cgroupId: 1n };
  return { ...who, inode: 1n, ctimeNs: 1n, device: 1, networkNamespace: 1n, socketCookie, isElsewhere: 0 };
}

interface Given {
  readonly strict?: boolean;
  readonly said?: Verdict;
  readonly owners?: ReadonlyMap<bigint, OwnerRecord>;
}

function bench({ strict = false, said, owners = new Map() }: Given = {}) {
  const seen = { open: [] as bigint[] | undefined, walks: 0, asked: 0, records: [] as string[] };
  const records = new PacketSocketRecords(({ flow, verdict, alike }) =>
    seen.records.push(`${flow.process.pid} ${verdict.action} ${reasonText(verdict.reason)} ${alike}`),
  );
  const processOf = (pid: number): Process => flowOf({ pid }).process;
  const sockets = new PacketSockets({
    ...{ strict, networkNamespace: 1n, nowMs: () => 0, records },
    openSockets: () => seen.open,
    findOwners: () => (seen.walks += 1),
    foundOwner: (cookie) => owners.get(cookie),
    processOf: (correlation) =>
      correlation.kind === 'owner' ? processOf(correlation.owner.pid) : unknownProcess('shared', undefined),
    verdictWithoutAsking: () => said,
    ask: () => (seen.asked += 1),
  });
  return { sockets, seen, records };
}

/** Of a socket that the hook told of: what is recorded, and whether somebody is asked. */
function opened(given: Given, isRefused: boolean): readonly [string | undefined, number] {
  const { sockets, seen } = bench(given);
  sockets.opened({ owner: ownerOf(7), isRefused });
  return [seen.records[0], seen.asked];
}

test('what went on is an allow, what was refused a deny, whatever should have been', () => {
  assert.deepEqual(opened({ said: ALLOW }, false), ['7 allow rule a 0', 0]);
  assert.deepEqual(opened({ said: DENY }, true), ['7 deny rule a 0', 0]);
  assert.deepEqual(opened({ said: DENY }, false), ['7 allow failure packetSocketOpen 0', 0]);
  assert.deepEqual(opened({ said: ALLOW }, true), ['7 deny failure packetSocketUnknown 0', 0]);
});

test('what nobody has decided is asked about in both modes', () => {
  assert.deepEqual(opened({}, false), ['7 allow failure packetSocketUnknown 0', 1]);
  assert.deepEqual(opened({ strict: true }, true), ['7 deny failure packetSocketUnknown 0', 1]);
  assert.deepEqual(opened({ strict: true }, false), ['7 allow failure packetSocketOpen 0', 1]);
});

test('a socket is looked into once, and only a new one costs a walk', () => {
  const { sockets, seen } = bench({ owners: new Map([[1n, ownerOf(7)]]) });
  seen.open = [1n];
  sockets.look();
  sockets.look();
  assert.deepEqual([seen.walks, seen.records.length, seen.asked], [1, 1, 1]);
  seen.open = [];
  sockets.look();
  assert.equal(seen.walks, 1);
});

test('one that several processes have is nobody’s, and nobody is asked about', () => {
  const { sockets, seen } = bench();
  seen.open = [1n];
  sockets.look();
  assert.deepEqual([seen.records, seen.asked], [['0 allow failure packetSocketUnknown 0'], 0]);
});

test('a kernel that cannot list them is told apart from one that has none', () => {
  const { sockets, seen } = bench();
  sockets.look();
  assert.equal(sockets.isBlind, false);
  seen.open = undefined;
  sockets.look();
  assert.equal(sockets.isBlind, true);
});

test('history has the first socket of a process at once and counts those that follow', () => {
  const { sockets, seen, records } = bench({ said: ALLOW });
  for (let cookie = 1n; cookie <= 5n; cookie += 1n)
    sockets.opened({ owner: ownerOf(7, cookie), isRefused: false });
  sockets.opened({ owner: ownerOf(8, 6n), isRefused: false });
  assert.deepEqual(seen.records, ['7 allow rule a 0', '8 allow rule a 0']);
  records.flush();
  assert.deepEqual(seen.records.slice(2), ['7 allow rule a 3']);
  records.flush();
  assert.equal(seen.records.length, 3);
});
