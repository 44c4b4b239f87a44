import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Flow, FlowId } from '../domain/flow.ts';
import type { Prompt, PromptId } from '../domain/prompt.ts';
import type { RuleId } from '../domain/rule.ts';
import type { ReleasedFlow } from './outcomes.ts';
import { brokerBench, decisionOf, flowOf, TIMEOUT_MS, type BrokerBench } from './test-flows.ts';

const LIMITS = {
  openPrompts: 3,
  flowsPerPrompt: 4,
  flowsTotal: 8,
  packetsPerFlow: 3,
  missedPrompts: 2,
  missedFlowsPerPrompt: 3,
};
const LIFETIMES = [
  { kind: 'once' },
  { kind: 'process', withChildren: false },
  { kind: 'process', withChildren: true },
  { kind: 'restart' },
  { kind: 'always' },
] as const;
const SCOPES = ['endpoint', 'address', 'network', 'port', 'app'] as const;

const small = fc.nat({ max: 4 });
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('hold' as const), app: small, endpoint: small, socket: small }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('join' as const), pick: fc.nat() }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('decide' as const),
      pick: fc.nat(),
      some: fc.option(fc.nat({ max: 7 }), { nil: undefined }),
      stale: fc.boolean(),
      lifetime: fc.constantFrom(...LIFETIMES),
      scope: fc.constantFrom(...SCOPES),
    }),
  },
  fc.record({ do: fc.constant('settle' as const), endpoint: small }),
  fc.record({ do: fc.constant('withdraw' as const), socket: small }),
  fc.record({ do: fc.constant('listMissed' as const), app: small, endpoint: small }),
  fc.record({ do: fc.constant('client' as const), connected: fc.boolean() }),
  fc.record({ do: fc.constant('dismiss' as const), pick: fc.nat() }),
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('expire' as const), ms: fc.nat({ max: TIMEOUT_MS }) }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

/** Drives a broker and remembers what the broker must not lose, repeat or mix up. */
class Model {
  readonly bench: BrokerBench = brokerBench(LIMITS);
  readonly inside = new Map<number, FlowId>();
  readonly waiting = new Map<FlowId, Flow>();
  readonly revisions = new Map<PromptId, number>();
  readonly deadlines = new Map<PromptId, number>();
  #packets = 0;

  run(one: Step): void {
    const { broker } = this.bench;
    switch (one.do) {
      case 'hold':
        return this.#hold(this.#flow(one.app, one.endpoint, one.socket));
      case 'join':
        return this.#join(pick([...this.waiting.keys()], one.pick));
      case 'decide':
        return this.#decide(one);
      case 'settle':
        return this.#leave(
          broker.settle((flow) =>
            flow.endpoint.port === one.endpoint
              ? { action: 'deny', reason: { kind: 'rule', ruleId: 'r' as RuleId } }
              : undefined,
          ),
          (flow) => flow.endpoint.port === one.endpoint,
        );
      case 'withdraw':
        return this.#leave(
          broker.withdrawSocket(BigInt(one.socket + 1)),
          (flow) => flow.socketCookie === BigInt(one.socket + 1),
        );
      case 'listMissed':
        return void broker.listMissed(this.#flow(one.app, one.endpoint, 0));
      case 'client':
        return broker.setClientConnected(one.connected);
      case 'dismiss':
        return void broker.dismissMissed(pick(broker.prompts(), one.pick)?.id);
      case 'expire':
        this.bench.pass(one.ms);
        this.#leave(broker.expire(true), () => true);
        return assert.notEqual(broker.nextExpiryInMs(), 0);
    }
  }

  check(): void {
    const { broker } = this.bench;
    const prompts = broker.prompts();
    const open = prompts.filter((prompt) => prompt.state === 'open');
    assert.deepEqual(
      new Set(open.flatMap((prompt) => prompt.flows.map((flow) => flow.id))),
      new Set(this.waiting.keys()),
    );
    assert.ok(open.length <= LIMITS.openPrompts && this.waiting.size <= LIMITS.flowsTotal);
    assert.ok(prompts.length - open.length <= LIMITS.missedPrompts);
    assert.equal(broker.counts().heldFlows, this.waiting.size);
    for (const prompt of prompts) this.#checkPrompt(prompt);
    for (const id of this.deadlines.keys())
      if (!open.some((prompt) => prompt.id === id)) this.deadlines.delete(id);
  }

  drain(): void {
    this.bench.pass(TIMEOUT_MS);
    this.#leave(this.bench.broker.expire(true), () => true);
    assert.equal(this.inside.size, 0, 'every packet left');
  }

  #checkPrompt(prompt: Prompt): void {
    const limit = prompt.state === 'open' ? LIMITS.flowsPerPrompt : LIMITS.missedFlowsPerPrompt;
    assert.ok(prompt.flows.length > 0 && prompt.flows.length <= limit);
    assert.ok(prompt.flows.every((flow) => flow.process.app.id === prompt.app.id));
    assert.ok(prompt.revision >= (this.revisions.get(prompt.id) ?? 1), 'revisions never go back');
    this.revisions.set(prompt.id, prompt.revision);
    if (prompt.state === 'missed') return;
    assert.ok(
      prompt.deadlineMs >= (this.deadlines.get(prompt.id) ?? 0),
      'deadlines never go back while a card is open',
    );
    this.deadlines.set(prompt.id, prompt.deadlineMs);
  }

  #flow(app: number, endpoint: number, socket: number): Flow {
    return flowOf({ path: `/app-${app}`, port: endpoint, localPort: socket, cookie: BigInt(socket + 1) });
  }

  #hold(flow: Flow): void {
    const { broker } = this.bench;
    const known = broker.flowOf(flow);
    const before = new Set(broker.prompts().map((prompt) => prompt.id));
    const result = broker.hold(flow, (this.#packets += 1));
    assert.equal(
      result.kind === 'joined-flow' || (result.kind === 'limit' && result.which === 'packetsPerFlow'),
      known !== undefined,
    );
    if (result.kind === 'limit')
      return assert.deepEqual(new Set(broker.prompts().map((prompt) => prompt.id)), before);
    this.inside.set(this.#packets, (known ?? flow).id);
    if (known === undefined) this.waiting.set(flow.id, flow);
  }

  #join(id: FlowId | undefined): void {
    if (id === undefined) return;
    const packets = [...this.inside.values()].filter((owner) => owner === id).length;
    const result = this.bench.broker.joinFlow(id, (this.#packets += 1));
    assert.equal(result, packets < LIMITS.packetsPerFlow ? 'joined' : 'full');
    if (result === 'joined') this.inside.set(this.#packets, id);
  }

  #decide(one: Extract<Step, { do: 'decide' }>): void {
    const { broker } = this.bench;
    const prompt = pick(broker.prompts(), one.pick);
    if (prompt === undefined) return;
    const others = broker.prompts().filter((other) => other.id !== prompt.id);
    const outcome = broker.decide(
      decisionOf(prompt.id, {
        lifetime: one.lifetime,
        scope: one.scope,
        flowIds: one.some === undefined ? undefined : prompt.flows.slice(one.some).map((flow) => flow.id),
        revision: one.stale ? prompt.revision - 1 : prompt.revision,
      }),
    );
    if (one.stale) assert.equal(outcome.kind, 'refused');
    if (outcome.kind === 'refused') return;
    assert.equal(outcome.rules.length === 0, one.lifetime.kind === 'once');
    const app = one.lifetime.kind === 'process' && one.lifetime.withChildren ? undefined : prompt.app.id;
    assert.ok(outcome.rules.every((rule) => rule.matcher.app === app));
    assert.equal(outcome.released.length === 0, prompt.state === 'missed');
    this.#leave(outcome.released, (flow) => prompt.flows.includes(flow));
    for (const other of others) assert.equal(broker.prompt(other.id), other, 'other cards are untouched');
  }

  #leave(released: readonly ReleasedFlow<number>[], expected: (flow: Flow) => boolean): void {
    for (const { flow, packets } of released) {
      assert.ok(expected(flow));
      assert.ok(this.waiting.delete(flow.id), 'a flow leaves once');
      assert.ok(packets.length > 0);
      for (const packet of packets) {
        assert.equal(this.inside.get(packet), flow.id, 'a packet leaves once, with its own flow');
        this.inside.delete(packet);
      }
    }
  }
}

function pick<Item>(items: readonly Item[], index: number): Item | undefined {
  return items[index % Math.max(1, items.length)];
}

test('whatever happens in whatever order, every held packet leaves exactly once and the limits hold', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const model = new Model();
      for (const one of steps) {
        model.run(one);
        model.check();
      }
      model.drain();
    }),
    { numRuns: 400 },
  );
});
