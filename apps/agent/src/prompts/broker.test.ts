import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Flow, FlowId } from '../domain/flow.ts';
import type { PromptId } from '../domain/prompt.ts';
import type { DecideOutcome } from './outcomes.ts';
import {
  brokerBench,
  container,
  decided,
  decisionOf,
  flowOf,
  inContainer,
  TIMEOUT_MS,
  WALL_START_MS,
} from './test-flows.ts';
import type { FlowParts } from './test-flows.ts';

function refusalOf(outcome: DecideOutcome<number>): string {
  return outcome.kind === 'refused' ? outcome.reason : outcome.kind;
}

describe('holding', () => {
  test('flows of one App share a card, another App and another user get their own', () => {
    const { broker } = brokerBench();
    assert.deepEqual(broker.hold(flowOf(), 1), { kind: 'new-prompt', promptId: 'prompt-1' });
    assert.deepEqual(broker.hold(flowOf({ address: '5.6.7.8' }), 2), {
      kind: 'joined-prompt',
      promptId: 'prompt-1',
    });
    assert.deepEqual(broker.hold(flowOf({ path: '/usr/bin/ssh' }), 3), {
      kind: 'new-prompt',
      promptId: 'prompt-2',
    });
    assert.deepEqual(broker.hold(flowOf({ uid: 0 }), 4), { kind: 'new-prompt', promptId: 'prompt-3' });
    assert.deepEqual(
      broker.prompts().map((prompt) => [prompt.id, prompt.flows.length, prompt.state]),
      [
        ['prompt-1', 2, 'open'],
        ['prompt-2', 1, 'open'],
        ['prompt-3', 1, 'open'],
      ],
    );
  });

  test('a packet that the kernel queued again joins its flow and leaves with it', () => {
    const { broker, events } = brokerBench();
    const flow = flowOf();
    broker.hold(flow, 1);
    assert.equal(broker.flowOf(flow), flow);
    assert.equal(broker.joinFlow(flow.id, 2), 'joined');
    assert.deepEqual(broker.hold({ ...flow, id: 'again' as FlowId }, 3), {
      kind: 'joined-flow',
      promptId: 'prompt-1',
    });
    assert.deepEqual(events, ['changed prompt-1'], 'nothing visible changed');
    assert.deepEqual(decided(broker.decide(decisionOf('prompt-1'))).released[0]?.packets, [1, 2, 3]);
    assert.equal(broker.flowOf(flow), undefined);
    assert.equal(broker.joinFlow(flow.id, 4), 'unknown-flow');
  });

  test('a packet with the key of a waiting flow but of another process is another question', () => {
    const { broker } = brokerBench();
    const ping = flowOf({ protocol: 'icmp', localPort: 7 });
    broker.hold(ping, 1);
    const other = flowOf({ protocol: 'icmp', localPort: 7, pid: 5000, path: '/usr/bin/other' });
    assert.equal(broker.flowOf(other), undefined);
    assert.equal(broker.hold(other, 2).kind, 'new-prompt');
  });

  test('a datagram of a process that became another program, or user, meanwhile is another question', () => {
    const { broker } = brokerBench();
    const flow = flowOf({ protocol: 'udp' });
    broker.hold(flow, 1);
    const as = (parts: FlowParts): Flow => ({ ...flow, process: flowOf(parts).process });
    for (const other of [as({ path: '/usr/bin/other' }), as({ uid: 7 })]) {
      assert.equal(broker.flowOf(other), undefined);
      assert.equal(
        broker.hold({ ...other, id: other.process.app.id as string as FlowId }, 2).kind,
        'new-prompt',
      );
    }
    assert.equal(broker.flowOf({ ...flow, id: 'again' as FlowId })?.id, flow.id);
  });

  test('a SYN that is sent again is the same question, whatever its process has become', () => {
    const { broker } = brokerBench();
    const flow = flowOf();
    broker.hold(flow, 1);
    assert.equal(broker.flowOf({ ...flow, process: flowOf({ path: '/usr/bin/other' }).process }), flow);
    const incoming = flowOf({ direction: 'in' });
    broker.hold(incoming, 2);
    assert.equal(
      broker.flowOf({ ...incoming, process: flowOf({ path: '/usr/bin/other' }).process }),
      undefined,
    );
  });

  test('limits refuse what comes too much and leave open questions alone', () => {
    const { broker } = brokerBench({ openPrompts: 2, flowsPerPrompt: 2, flowsTotal: 3, packetsPerFlow: 2 });
    const first = flowOf();
    broker.hold(first, 1);
    assert.equal(broker.joinFlow(first.id, 2), 'joined');
    assert.equal(broker.joinFlow(first.id, 3), 'full');
    assert.deepEqual(broker.hold(first, 3), { kind: 'limit', which: 'packetsPerFlow' });
    broker.hold(flowOf(), 4);
    assert.deepEqual(broker.hold(flowOf(), 5), { kind: 'limit', which: 'flowsPerPrompt' });
    broker.hold(flowOf({ path: '/b' }), 6);
    assert.deepEqual(broker.hold(flowOf({ path: '/b' }), 7), { kind: 'limit', which: 'flowsTotal' });
    broker.decide(decisionOf('prompt-1', { flowIds: [first.id] }));
    assert.deepEqual(broker.hold(flowOf({ path: '/c' }), 8), { kind: 'limit', which: 'openPrompts' });
    assert.deepEqual(broker.counts(), {
      openPrompts: 2,
      missedPrompts: 0,
      heldFlows: 2,
      forgottenMissedPrompts: 0,
    });
  });

  test('holding one flow id under two keys is a fault of the caller', () => {
    const { broker } = brokerBench();
    const flow = flowOf();
    broker.hold(flow, 1);
    assert.throws(() => broker.hold({ ...flowOf(), id: flow.id }, 2), /held already/);
  });
});

describe('deciding', () => {
  test('an answer releases the flows of its card only', () => {
    const { broker, events } = brokerBench();
    const curl = flowOf();
    broker.hold(curl, 1);
    broker.hold(flowOf({ path: '/usr/bin/ssh' }), 2);
    const outcome = decided(broker.decide(decisionOf('prompt-1', { lifetime: { kind: 'always' } })));
    assert.deepEqual(
      outcome.released.map(({ flow, packets, verdict }) => [flow.id, packets, verdict]),
      [[curl.id, [1], { action: 'allow', reason: { kind: 'prompt', promptId: 'prompt-1' } }]],
    );
    assert.equal(outcome.rules.length, 1);
    assert.deepEqual(events.slice(2), ['closed prompt-1 decided'], 'the other card is not sent again');
  });

  test('a partial answer leaves the rest waiting, with a new revision', () => {
    const { broker, events } = brokerBench();
    const [first, second] = [flowOf(), flowOf({ address: '5.6.7.8' })];
    broker.hold(first, 1);
    broker.hold(second, 2);
    const before = broker.prompt('prompt-1' as PromptId);
    const outcome = decided(
      broker.decide(decisionOf('prompt-1', { flowIds: [second.id, 'long-gone' as FlowId], scope: 'app' })),
    );
    assert.deepEqual(outcome.goneFlowIds, ['long-gone']);
    assert.deepEqual(outcome.rules, [], 'once writes no rule, whatever the scope');
    const after = broker.prompt('prompt-1' as PromptId);
    assert.deepEqual(after?.flows, [first]);
    assert.equal(after.revision, (before?.revision ?? 0) + 1);
    assert.equal(events.at(-1), 'changed prompt-1');
  });

  test('a click on content that changed, on a gone card or on gone flows does nothing and says so', () => {
    const { broker } = brokerBench();
    broker.hold(flowOf(), 1);
    const seen = broker.prompt('prompt-1' as PromptId)?.revision;
    broker.hold(flowOf({ address: '5.6.7.8' }), 2);
    assert.equal(refusalOf(broker.decide(decisionOf('prompt-1', { revision: seen }))), 'changed');
    assert.equal(refusalOf(broker.decide(decisionOf('prompt-9'))), 'unknown-prompt');
    assert.equal(
      refusalOf(broker.decide(decisionOf('prompt-1', { flowIds: ['x' as FlowId] }))),
      'no-such-flow',
    );
    assert.equal(refusalOf(broker.decide(decisionOf('prompt-1', { flowIds: [] }))), 'no-such-flow');
    assert.equal(broker.counts().heldFlows, 2);
  });

  test('an App without a proven path gets no lasting rule, an unidentified one not even for its process', () => {
    const { broker } = brokerBench();
    broker.hold(flowOf({ identity: { kind: 'memfd', name: 'x' } }), 1);
    broker.hold(flowOf({ identity: { kind: 'unknown', reason: 'nothing recorded' } }), 2);
    for (const lifetime of [
      { kind: 'always' },
      { kind: 'restart' },
      { kind: 'duration', durationMs: 1000 },
      { kind: 'until', untilMs: WALL_START_MS + 1000 },
    ] as const)
      assert.equal(refusalOf(broker.decide(decisionOf('prompt-1', { lifetime }))), 'lifetime-not-allowed');
    const process = { lifetime: { kind: 'process', withChildren: false } } as const;
    assert.equal(refusalOf(broker.decide(decisionOf('prompt-2', process))), 'lifetime-not-allowed');
    assert.equal(broker.counts().heldFlows, 2);
    assert.equal(decided(broker.decide(decisionOf('prompt-1', process))).rules.length, 1);
    assert.equal(decided(broker.decide(decisionOf('prompt-2'))).released.length, 1);
  });

  test('an answer for a whole container needs one with a name, and a time that is not that of one process', () => {
    const { broker } = brokerBench();
    broker.hold(flowOf(), 1);
    broker.hold(flowOf({ identity: inContainer(undefined), container: container(undefined) }), 2);
    const always = { forContainer: true, lifetime: { kind: 'always' } } as const;
    for (const id of ['prompt-1', 'prompt-2'])
      assert.equal(refusalOf(broker.decide(decisionOf(id, always))), 'not-in-container');
    broker.hold(flowOf({ identity: inContainer('web') }), 3);
    for (const lifetime of [{ kind: 'once' }, { kind: 'process', withChildren: true }] as const)
      assert.equal(
        refusalOf(broker.decide(decisionOf('prompt-3', { forContainer: true, lifetime }))),
        'lifetime-not-allowed',
      );
    assert.equal(decided(broker.decide(decisionOf('prompt-3', always))).rules.length, 1);
  });

  test('an answer for a whole container may last where the program has no path, and is about that container alone', () => {
    const bench = brokerBench();
    const { broker } = bench;
    const inMemory = { identity: { kind: 'memfd', name: 'x' } } as const;
    broker.hold(flowOf({ ...inMemory, container: container('web') }), 1);
    broker.hold(flowOf({ ...inMemory, container: container('db'), address: '5.6.7.8' }), 2);
    bench.pass(TIMEOUT_MS);
    broker.expire(false);
    const [web] = broker.prompts()[0]?.flows ?? [];
    assert.ok(web);
    const always = { forContainer: true, scope: 'app', lifetime: { kind: 'always' } } as const;
    decided(broker.decide(decisionOf('prompt-1', { ...always, flowIds: [web.id] })));
    const left = broker.prompts().flatMap(({ flows }) => flows.map(({ process }) => process.container));
    assert.deepEqual(left, [container('db')]);
  });

  test('a lifetime that is over before it begins is refused', () => {
    const { broker } = brokerBench();
    broker.hold(flowOf(), 1);
    for (const lifetime of [
      { kind: 'duration', durationMs: 0 },
      { kind: 'duration', durationMs: Number.NaN },
      { kind: 'until', untilMs: WALL_START_MS },
    ] as const)
      assert.equal(refusalOf(broker.decide(decisionOf('prompt-1', { lifetime }))), 'invalid-lifetime');
  });
});

test('two thousand flows of fifty Apps: an answer touches one card, a settlement judges each flow once', () => {
  const { broker, events } = brokerBench();
  for (let index = 0; index < 2000; index += 1) broker.hold(flowOf({ path: `/app-${index % 50}` }), index);
  const untouched = broker.prompts()[1];
  events.length = 0;
  assert.equal(decided(broker.decide(decisionOf('prompt-1'))).released.length, 40);
  assert.deepEqual(events, ['closed prompt-1 decided']);
  assert.equal(broker.prompts()[0], untouched, 'an unchanged card is the same object');
  let judged = 0;
  broker.settle(() => void (judged += 1));
  assert.equal(judged, 1960);
  assert.equal(events.length, 1);
});
