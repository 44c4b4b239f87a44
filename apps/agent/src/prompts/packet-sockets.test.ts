// Questions about packet sockets: nothing waits for their answer, which is about packet sockets alone and holds from the next try on.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PACKET } from '../domain/flow-key.ts';
import type { Flow } from '../domain/flow.ts';
import type { DecisionScope } from '../domain/prompt.ts';
import { brokerBench, decided, decisionOf, flowOf, TIMEOUT_MS } from './test-flows.ts';
import type { FlowParts } from './test-flows.ts';

const ALWAYS = { lifetime: { kind: 'always' } } as const;

/** Two sockets of one process have one key. */
function socketOf(parts: FlowParts = {}): Flow {
  return flowOf({ protocol: PACKET, address: '', port: 0, localPort: 0, ...parts });
}

test('a card of their own, one flow for each process however many it opens', () => {
  const { broker } = brokerBench();
  broker.hold(flowOf(), 1);
  for (const pid of [1, 1, 2]) assert.ok(broker.askAbout(socketOf({ pid })));
  assert.deepEqual(
    broker.prompts().map(({ flows }) => flows.map(({ key }) => key.protocol)),
    [['tcp'], [PACKET, PACKET]],
  );
});

test('an answer of any scope is about packet sockets, and an answer about flows never is', () => {
  for (const scope of ['endpoint', 'address', 'network', 'port', 'app'] satisfies DecisionScope[]) {
    const { broker } = brokerBench();
    broker.hold(flowOf(), 1);
    broker.askAbout(socketOf());
    const { rules: ofFlows } = decided(broker.decide(decisionOf('prompt-1', { ...ALWAYS, scope })));
    assert.ok(ofFlows.every(({ matcher }) => matcher.protocols?.includes(PACKET) !== true));
    const { rules } = decided(broker.decide(decisionOf('prompt-2', { ...ALWAYS, scope })));
    assert.deepEqual(
      rules.map(({ matcher }) => matcher),
      [
        {
          ...{ app: '/usr/bin/curl', uid: undefined, direction: 'out', protocols: [PACKET] },
          ...{ addresses: undefined, ports: undefined },
        },
      ],
    );
  }
});

test('an answer for once is refused, because nothing waits that it could hold for', () => {
  const { broker } = brokerBench();
  broker.askAbout(socketOf());
  const outcome = broker.decide(decisionOf('prompt-1', { lifetime: { kind: 'once' } }));
  assert.equal(outcome.kind === 'refused' ? outcome.reason : outcome.kind, 'lifetime-not-allowed');
  assert.equal(broker.prompts().length, 1);
});

test('the question outlives its socket, is missed in time, and is answered then', () => {
  const bench = brokerBench();
  const { broker } = bench;
  broker.setClientConnected(true);
  broker.askAbout(socketOf());
  bench.pass(TIMEOUT_MS);
  assert.deepEqual(
    broker.expire(false).map(({ packets }) => packets),
    [[]],
  );
  assert.equal(broker.prompts()[0]?.state, 'missed');
  assert.equal(decided(broker.decide(decisionOf('prompt-1', ALWAYS))).rules.length, 1);
});

test('beyond the limit of open questions nothing is asked', () => {
  const { broker } = brokerBench({ openPrompts: 1 });
  broker.hold(flowOf({ path: '/usr/bin/ssh' }), 1);
  assert.ok(!broker.askAbout(socketOf()));
  assert.equal(broker.prompts().length, 1);
});
