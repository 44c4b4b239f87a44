// What an answer does: flows answered, rules stored in real files, and what an undo takes back, also where the disk fails.
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { Outcome, StoredRule } from './api/ports.ts';
import { Decisions } from './decisions.ts';
import type { DecisionPorts } from './decisions.ts';
import type { Flow } from './domain/flow.ts';
import type { Decision, PromptId } from './domain/prompt.ts';
import { FlowMemory } from './flow-memory.ts';
import type { HeldPacket } from './pipeline-ports.ts';
import { PromptBroker } from './prompts/broker.ts';
import { DEFAULT_LIMITS } from './prompts/outcomes.ts';
import { decisionOf, flowOf, WALL_START_MS } from './prompts/test-flows.ts';
import { UndoLedger } from './prompts/undo-ledger.ts';
import { RulesBook } from './rules-book.ts';
import { RulesStore } from './rules/rules-store.ts';

const DISK_FULL = { kind: 'storage-failed', text: 'The disk is full.', diskFull: true } as const;

/** Real broker, ledger, memory and rule files; only the kernel's part, ending a socket, is written down. */
class Bench {
  readonly directory = mkdtempSync(join(tmpdir(), 'sallyport-decisions-'));
  readonly rulesDirectory = join(this.directory, 'rules');
  readonly ended: bigint[] = [];
  readonly released: string[] = [];
  readonly memory = new FlowMemory();
  readonly store: RulesStore;
  readonly broker: PromptBroker<HeldPacket>;
  readonly decisions: Decisions;
  nowMs = 0;
  /** How many rules can still be stored or removed before the disk fails. */
  writesLeft = Infinity;

  constructor() {
    const clock = {
      nowMs: () => WALL_START_MS + this.nowMs,
      monotonicUs: () => this.nowMs * 1000,
      bootNs: () => 0n,
    };
    this.store = RulesStore.open({
      directory: this.rulesDirectory,
      stateDirectory: join(this.directory, 'state'),
      resolveUser: () => undefined,
      nowMs: clock.nowMs,
      onChange: () => undefined,
    });
    this.broker = new PromptBroker<HeldPacket>({
      limits: DEFAULT_LIMITS,
      timeoutMs: 1000,
      noClientTimeoutMs: 1000,
      clock: { steadyMs: () => this.nowMs, wallMs: clock.nowMs },
      newPromptId: () => 'p' as PromptId,
      events: { onPromptChanged: () => undefined, onPromptClosed: () => undefined },
    });
    this.decisions = new Decisions(this.#ports(clock));
  }

  hold(flow: Flow): Flow {
    this.broker.hold(flow, {} as HeldPacket);
    return flow;
  }

  decide(parts: Partial<Decision> = {}) {
    const outcome = this.decisions.decide(decisionOf('p', parts));
    assert.ok(outcome.kind === 'done', outcome.kind);
    return outcome.value;
  }

  files(): readonly string[] {
    return readdirSync(this.rulesDirectory).filter((name) => name.endsWith('.yaml'));
  }

  close(): void {
    this.store.close();
    rmSync(this.directory, { recursive: true });
  }

  #ports(clock: DecisionPorts['clock']): DecisionPorts {
    const book = new RulesBook({
      store: this.store,
      directory: this.rulesDirectory,
      nowMs: clock.nowMs,
      events: { emit: () => undefined },
      isAlive: () => true,
    });
    return {
      clock,
      broker: this.broker,
      ledger: new UndoLedger({ windowMs: 15_000, newToken: () => 'token', admittedLimit: 10 }),
      rules: {
        has: (id) => book.has(id),
        put: (rule) => this.#onDisk(() => book.putRule(rule)),
        delete: (id) => this.#onDisk(() => book.delete(id)),
      },
      release: (flows) =>
        flows.forEach(({ flow, verdict }) => this.released.push(`${flow.id} ${verdict.action}`)),
      remember: (flow, verdict) => this.memory.remember(flow, verdict),
      forget: (flow) => this.memory.forget(flow),
      endFlow: ({ socketCookie }) => this.ended.push(socketCookie) > 0,
    };
  }

  #onDisk<Value>(write: () => Outcome<Value>): Outcome<Value> {
    this.writesLeft -= 1;
    return this.writesLeft < 0 ? DISK_FULL : write();
  }
}

describe('a decision', () => {
  let bench: Bench;
  beforeEach(() => (bench = new Bench()));
  afterEach(() => bench.close());

  const idsOf = (rules: readonly StoredRule[]): readonly string[] => rules.map(({ rule }) => rule.id);
  /** Two endpoints that no single rule covers. */
  const holdTwo = () => [
    bench.hold(flowOf({ port: 443 })),
    bench.hold(flowOf({ address: '5.6.7.8', port: 80 })),
  ];

  test('answers the waiting flows, and its rule is a file when it returns', () => {
    const flow = bench.hold(flowOf());
    const result = bench.decide({ lifetime: { kind: 'always' } });
    assert.deepEqual(bench.released, [`${flow.id} allow`]);
    assert.deepEqual(bench.files(), ['curl-1.2.3.4-443.yaml']);
    assert.match(readFileSync(result.rules[0]?.file ?? '', 'utf8'), /address: 1\.2\.3\.4/);
    assert.deepEqual(
      [result.flowsAnswered, result.undoUntilMs, result.notStored],
      [1, WALL_START_MS + 15_000, undefined],
    );
    assert.equal(bench.memory.verdictOf(flow), undefined);
  });

  test('given once writes no rule and is remembered for its flow', () => {
    const flow = bench.hold(flowOf());
    assert.deepEqual(bench.decide().rules, []);
    assert.equal(bench.memory.verdictOf(flow)?.action, 'allow');
  });

  test('whose rule cannot be stored is an answer for what waited, and says which rule, why and what to do', () => {
    const flow = bench.hold(flowOf());
    bench.writesLeft = 0;
    const result = bench.decide({ lifetime: { kind: 'always' } });
    assert.deepEqual([bench.released, result.flowsAnswered, result.rules], [[`${flow.id} allow`], 1, []]);
    assert.equal(result.notStored?.diskFull, true);
    assert.match(
      result.notStored.text,
      /^The rule curl-1\.2\.3\.4-443 was not stored\. The disk is full\. The connections that waited were answered/,
    );
    assert.equal(bench.memory.verdictOf(flow)?.action, 'allow');
  });

  test('that stores one of two rules names the other one, and an undo takes back what was done', () => {
    holdTwo();
    bench.writesLeft = 1;
    const result = bench.decide({ lifetime: { kind: 'always' } });
    assert.deepEqual(idsOf(result.rules), ['curl-1.2.3.4-443']);
    assert.match(result.notStored?.text ?? '', /curl-5\.6\.7\.8-80 was not stored/);
    bench.writesLeft = Infinity;
    assert.deepEqual(bench.decisions.undo(result.undoToken), {
      kind: 'done',
      value: { rulesRemoved: 1, flowsEnded: 2 },
    });
    assert.deepEqual(bench.files(), []);
  });

  test('for a directory that others may write is not stored either, and says so', () => {
    bench.hold(flowOf());
    chmodSync(bench.rulesDirectory, 0o777);
    const { notStored } = bench.decide({ lifetime: { kind: 'always' } });
    assert.equal(notStored?.diskFull, false);
    assert.match(notStored.text, /was not stored\. Could not write curl-1\.2\.3\.4-443\.yaml/);
  });

  test('about a question that is gone is refused, and one about a changed question as well', () => {
    assert.deepEqual(bench.decisions.decide(decisionOf('p')).kind, 'not-found');
    bench.hold(flowOf());
    assert.deepEqual(bench.decisions.decide(decisionOf('p', { revision: 99 })).kind, 'changed');
    assert.deepEqual(bench.released, []);
  });
});

describe('an undo', () => {
  let bench: Bench;
  beforeEach(() => (bench = new Bench()));
  afterEach(() => bench.close());

  test('removes the rules, ends what they let through and is good once', () => {
    const flow = bench.hold(flowOf());
    const { undoToken } = bench.decide({ lifetime: { kind: 'always' } });
    assert.deepEqual(bench.decisions.undo(undoToken), {
      kind: 'done',
      value: { rulesRemoved: 1, flowsEnded: 1 },
    });
    assert.deepEqual([bench.files(), bench.ended], [[], [flow.socketCookie]]);
    assert.equal(bench.decisions.undo(undoToken).kind, 'changed');
  });

  for (const action of ['allow', 'deny'] as const)
    test(`forgets an answer given once: ${action}`, () => {
      const flow = bench.hold(flowOf());
      const { undoToken } = bench.decide({ action });
      assert.equal(bench.memory.verdictOf(flow)?.action, action);
      bench.decisions.undo(undoToken);
      assert.equal(bench.memory.verdictOf(flow), undefined);
      assert.deepEqual(bench.ended, action === 'allow' ? [flow.socketCookie] : []);
    });

  test('that cannot remove the rule ends the flows all the same, says so, and can be tried again', () => {
    const flow = bench.hold(flowOf());
    const { undoToken } = bench.decide({ lifetime: { kind: 'always' } });
    bench.writesLeft = 0;
    bench.nowMs = 14_000;
    const failed = bench.decisions.undo(undoToken);
    assert.ok(failed.kind === 'storage-failed');
    assert.match(
      failed.text,
      /^The rule curl-1\.2\.3\.4-443 could not be removed and is still in force\. The disk is full\./,
    );
    assert.match(failed.text, /ended\. The same token is good for another 15 seconds\.$/);
    assert.deepEqual([failed.diskFull, bench.ended], [true, [flow.socketCookie]]);
    bench.writesLeft = Infinity;
    bench.nowMs = 28_000;
    assert.deepEqual(bench.decisions.undo(undoToken), {
      kind: 'done',
      value: { rulesRemoved: 1, flowsEnded: 0 },
    });
    assert.deepEqual(bench.files(), []);
  });

  test('of a rule that somebody else removed meanwhile is done', () => {
    bench.hold(flowOf());
    const { undoToken, rules } = bench.decide({ lifetime: { kind: 'always' } });
    rmSync(rules[0]?.file ?? '');
    assert.deepEqual(bench.decisions.undo(undoToken), {
      kind: 'done',
      value: { rulesRemoved: 0, flowsEnded: 1 },
    });
  });

  test('comes too late after its time', () => {
    bench.hold(flowOf());
    const { undoToken } = bench.decide();
    bench.nowMs = 15_000;
    assert.equal(bench.decisions.undo(undoToken).kind, 'changed');
  });
});
