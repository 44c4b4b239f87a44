// For any sequence of rules, flows, expiries and evictions: what the kernel would find in the verdict cache is what the rules
// say at that moment. The kernel's part is kernel/reference-lookup.ts; test/kernel/known.test.ts has the real one.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import type { Address } from './domain/address.ts';
import { appOf, isUnidentified } from './domain/app.ts';
import type { AppIdentity } from './domain/app.ts';
import type { Container } from './domain/container.ts';
import type { Flow } from './domain/flow.ts';
import { protocolNumber } from './domain/flow-key.ts';
import type { Protocol } from './domain/flow-key.ts';
import type { Owner, Process } from './domain/owner.ts';
import { crowdedRules, crowdedValues } from './domain/rule.arbitrary.ts';
import type { Rule } from './domain/rule.ts';
import { CurrentRuleset } from './current-ruleset.ts';
import { buildFlow } from './flow-builder.ts';
import { flowSubject } from './flow-subject.ts';
import { VerdictGenerationIndex, VerdictLimit } from './kernel/gen/structs.ts';
import { referenceGeneration, referenceLookup } from './kernel/reference-lookup.ts';
import type { LookedUpOwner } from './kernel/reference-lookup.ts';
import { VerdictCache } from './kernel/verdict-cache.ts';
import { FakeVerdictMaps } from './kernel/verdict-maps.fake.ts';
import type { RuleDecision } from './pipeline-ports.ts';
import { entryOf } from './verdict-teacher.ts';
import type { TaughtFlow } from './verdict-teacher.ts';

const NAMESPACE = 4711n;
const AGENT_PID = 1;
const BOOT_NS = 5_000_000_000_000n;

/** A file, and what the agent makes of each process that runs it. */
interface Program {
  readonly inode: bigint;
  readonly ctimeNs: bigint;
  readonly deviceMinor: number;
  /** Of a process in another mount namespace. */
  readonly cgroupId?: bigint;
  /** Absent: it is in none. */
  readonly container?: Container | undefined;
  readonly identity: AppIdentity;
}

/** Differ in one thing each: another file at the path, the same inode on another disk, no path at all, the same file elsewhere. */
const PROGRAMS: readonly Program[] = [
  { inode: 10n, ctimeNs: 1n, deviceMinor: 1, identity: { kind: 'path', path: '/usr/bin/curl' } },
  { inode: 10n, ctimeNs: 2n, deviceMinor: 1, identity: { kind: 'path', path: '/usr/bin/ssh' } },
  { inode: 10n, ctimeNs: 1n, deviceMinor: 2, identity: { kind: 'path', path: '/usr/bin/firefox' } },
  { inode: 11n, ctimeNs: 1n, deviceMinor: 1, identity: { kind: 'deleted', path: '/usr/bin/curl' } },
  { inode: 12n, ctimeNs: 1n, deviceMinor: 1, identity: { kind: 'inode', device: '8:1', inode: 12n } },
  { inode: 10n, ctimeNs: 1n, deviceMinor: 1, ...inContainer(20n, 'web') },
  { inode: 10n, ctimeNs: 1n, deviceMinor: 1, ...inContainer(21n, 'db') },
  { inode: 10n, ctimeNs: 1n, deviceMinor: 1, ...inContainer(22n, undefined) },
  { inode: 10n, ctimeNs: 1n, deviceMinor: 1, ...inContainer(21n, 'db', { kind: 'memfd', name: 'x' }) },
  {
    ...{ inode: 12n, ctimeNs: 1n, deviceMinor: 1 },
    ...inContainer(20n, 'web', { kind: 'inode', device: '8:1', inode: 12n }),
  },
  {
    ...{ inode: 10n, ctimeNs: 1n, deviceMinor: 1, cgroupId: 23n, container: undefined },
    identity: { kind: 'inode', device: '8:1', inode: 10n },
  },
];

function inContainer(cgroupId: bigint, name: string | undefined, identity?: AppIdentity) {
  const container = { runtime: 'docker', id: 'a1', name, uid: undefined, image: undefined } as const;
  const curl = { kind: 'container', container, path: '/usr/bin/curl' } as const;
  return { cgroupId, container, identity: identity ?? curl };
}

/** Undefined where that could not be read: then nothing that asked for it may be taught. */
function containerOf(program: Program): Process['container'] {
  return 'container' in program ? program.container : 'none';
}

interface Sender {
  readonly program: Program;
  readonly pid: number;
  readonly startNs: bigint;
  readonly uid: number;
}

/** The few processes of the rules, after exec, setuid and a reused pid; rarely the agent. */
const sender: fc.Arbitrary<Sender> = fc
  .record({
    program: fc.constantFrom(...PROGRAMS),
    process: crowdedValues.process,
    uid: crowdedValues.uid,
    place: fc.integer({ min: 0, max: 19 }),
  })
  .map(({ program, process, uid, place }) => ({
    ...{ program, uid, startNs: process.startNs },
    pid: place === 0 ? AGENT_PID : process.pid,
  }));

type Step =
  | { readonly kind: 'rules'; readonly rules: readonly Rule[] }
  | { readonly kind: 'time'; readonly ms: number }
  | { readonly kind: 'eviction'; readonly index: number }
  | {
      readonly kind: 'flow';
      readonly sender: Sender;
      readonly protocol: Protocol;
      readonly address: Address;
      readonly port: number;
    };
type FlowStep = Extract<Step, { readonly kind: 'flow' }>;

const rules: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant('rules' as const),
  rules: fc.oneof(
    crowdedRules({ maxLength: 6 }),
    crowdedRules({ minLength: 10, maxLength: 40, size: 'max' }),
  ),
});
const time: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant('time' as const),
  ms: fc.constantFrom(1, 499, 500, 1000),
});
const eviction: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant('eviction' as const),
  index: fc.nat(1000),
});

/** Flows of two senders to two places: many that differ in nothing, in one thing, in all that a rule looked at. */
const flows: fc.Arbitrary<fc.Arbitrary<Step>> = fc
  .record({
    senders: fc.tuple(sender, sender),
    protocols: fc.tuple(crowdedValues.protocol, crowdedValues.protocol),
    addresses: fc.tuple(crowdedValues.address, crowdedValues.address),
    ports: fc.tuple(crowdedValues.port, crowdedValues.port),
  })
  .map(({ senders, protocols, addresses, ports }) =>
    fc.record({
      kind: fc.constant('flow' as const),
      sender: fc.constantFrom(...senders),
      protocol: fc.constantFrom(...protocols),
      address: fc.constantFrom(...addresses),
      port: fc.constantFrom(...ports),
    }),
  );

const story: fc.Arbitrary<readonly Step[]> = fc
  .tuple(rules, flows)
  .chain(([first, flow]) =>
    fc
      .array(
        fc.oneof(
          { weight: 40, arbitrary: flow },
          { weight: 1, arbitrary: rules },
          { weight: 2, arbitrary: time },
          { weight: 1, arbitrary: eviction },
        ),
        { minLength: 30, maxLength: 100, size: 'max' },
      )
      .map((steps) => [first, ...steps]),
  );

/** The agent with its cache, and the kernel that looks into it. */
class World {
  found = 0;
  readonly #maps = new FakeVerdictMaps();
  readonly #cache: VerdictCache<TaughtFlow>;
  readonly #ruleset: CurrentRuleset;
  #rules: readonly Rule[] = [];
  #nowMs = 0;

  constructor() {
    this.#ruleset = new CurrentRuleset({
      rules: [],
      resolvers: () => ['10.0.0.2'],
      nowMs: () => this.#nowMs,
    });
    this.#cache = new VerdictCache<TaughtFlow>(this.#maps, {
      agentPid: AGENT_PID,
      onKnownFlow: () => assert.fail(),
      readAlike: () => undefined,
      onCounted: () => assert.fail(),
    });
  }

  do(action: Step): void {
    switch (action.kind) {
      case 'rules':
        this.#cache.voidAll();
        this.#ruleset.change({ removed: this.#rules, added: action.rules });
        this.#rules = action.rules;
        return;
      case 'time':
        this.#nowMs += action.ms;
        return;
      case 'eviction':
        return this.#maps.map('verdicts').pushOut(action.index);
      case 'flow':
        return this.#flow(action);
    }
  }

  #flow(action: FlowStep): void {
    const flow = flowOf(action);
    const decision = this.#ruleset.decisionOf(flowSubject(flow));
    const known = this.#lookUp(action);
    if (known !== undefined) this.#compare(known.isAllow === 1, decision);
    else if (decision !== undefined) this.#teach(action, flow, decision);
    assert.ok(this.#cache.stats().masks.length <= VerdictLimit.MOST_VERDICT_MASKS);
  }

  /** The hooks look nothing up while nothing is denied: so every deny that holds must be announced. */
  #compare(isAllow: boolean, decision: RuleDecision | undefined): void {
    this.found += 1;
    assert.equal(isAllow ? 'allow' : 'deny', decision?.verdict.action);
    const { VERDICT_GENERATION, VERDICT_DENY_GENERATION } = VerdictGenerationIndex;
    if (!isAllow)
      assert.equal(
        referenceGeneration(this.#maps, VERDICT_DENY_GENERATION),
        referenceGeneration(this.#maps, VERDICT_GENERATION),
      );
  }

  /** As the pipeline does. What was taught is found at once, unless the kernel must never find it. */
  #teach(action: FlowStep, flow: Flow, decision: RuleDecision): void {
    const entry = entryOf(
      { owner: ownerOf(action.sender), flow, decision, remoteAddressBytes: bytesOf(action.address) },
      { nowMs: () => this.#nowMs, bootNs: () => this.#bootNs },
    );
    if (entry !== undefined) this.#cache.learn(entry);
    const { pid, program } = action.sender;
    const isOurs = pid !== AGENT_PID;
    const isAppTold = !decision.consulted.has('app') || !isUnidentified(appOf(program.identity).id);
    const isPlaceTold = !decision.consulted.has('container') || containerOf(program) !== undefined;
    assert.equal(this.#lookUp(action) !== undefined, isOurs && isAppTold && isPlaceTold);
  }

  #lookUp({ sender: owner, protocol, address, port }: FlowStep) {
    return referenceLookup(this.#maps, {
      owner: recordOf(owner),
      flow: { remoteAddress: bytesOf(address), remotePort: port, protocol: protocolNumber(protocol) },
      nowNs: this.#bootNs,
    });
  }

  get #bootNs(): bigint {
    return BOOT_NS + BigInt(this.#nowMs) * 1_000_000n;
  }
}

function recordOf({ program, pid, startNs, uid }: Sender): LookedUpOwner {
  const { inode, ctimeNs, deviceMinor, cgroupId } = program;
  const place = { cgroupId: cgroupId ?? 1n, isElsewhere: cgroupId === undefined ? 0 : 1 };
  return { pid, startNs, uid, inode, ctimeNs, device: (8 << 20) | deviceMinor, ...place };
}

function ownerOf({ program, pid, startNs, uid }: Sender): Owner {
  const { inode, ctimeNs, deviceMinor, cgroupId } = program;
  return {
    ...{ pid, startNs, uid, gid: uid, socketCookie: 1n, networkNamespace: NAMESPACE },
    ...{ cgroupId: cgroupId ?? 1n, isElsewhere: cgroupId !== undefined },
    executable: { deviceMajor: 8, deviceMinor, inode, ctimeNs },
  };
}

function processOf({ program, pid, startNs, uid }: Sender): Process {
  const named = { userName: undefined, commandLine: [], ancestors: [], cgroupId: 1n };
  const lineage = [{ pid, startNs }];
  const container = containerOf(program);
  return { pid, startNs, lineage, uid, container, app: appOf(program.identity), ...named };
}

function flowOf({ sender: owner, protocol, address, port }: FlowStep): Flow {
  return buildFlow({
    key: {
      ...{ protocol, localAddress: '10.0.0.9' as Address, localPort: 1 },
      ...{ remoteAddress: address, remotePort: port, networkNamespace: NAMESPACE },
    },
    process: processOf(owner),
    socketCookie: 1n,
    startedAtMs: 0,
  });
}

function bytesOf(address: Address): Uint8Array {
  const parsed = ipaddr.parse(address);
  const sixteen = parsed instanceof ipaddr.IPv6 ? parsed : parsed.toIPv4MappedAddress();
  return Uint8Array.from(sixteen.toByteArray());
}

describe('the verdict cache, for every sequence of rules, flows, expiries and evictions', () => {
  test('the kernel finds what the rules say, or nothing', () => {
    let found = 0;
    fc.assert(
      fc.property(story, (steps) => {
        const world = new World();
        for (const action of steps) world.do(action);
        found += world.found;
      }),
      { numRuns: 600 },
    );
    assert.ok(found > 500, `only ${found} flows were found: nothing was tried`);
  });
});
