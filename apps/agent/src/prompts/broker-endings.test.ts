import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { PromptId } from '../domain/prompt.ts';
import type { RuleId } from '../domain/rule.ts';
import type { Verdict } from '../domain/verdict.ts';
import {
  brokerBench,
  decided,
  decisionOf,
  flowOf,
  NO_CLIENT_TIMEOUT_MS,
  TIMEOUT_MS,
  WALL_START_MS,
} from './test-flows.ts';

const byRule: Verdict = { action: 'allow', reason: { kind: 'rule', ruleId: 'r' as RuleId } };
const paused: Verdict = { action: 'allow', reason: { kind: 'paused' } };

describe('settling', () => {
  test('flows that a new ruleset decides leave, and only their cards change', () => {
    const { broker, events } = brokerBench();
    const [curl, ssh, other] = [flowOf(), flowOf({ path: '/usr/bin/ssh' }), flowOf({ port: 80 })];
    [curl, ssh, other].forEach((flow, index) => broker.hold(flow, index));
    events.length = 0;
    const released = broker.settle((flow) => (flow.endpoint.port === 80 ? byRule : undefined));
    assert.deepEqual(
      released.map(({ flow, verdict }) => [flow, verdict]),
      [[other, byRule]],
    );
    assert.deepEqual(events, ['changed prompt-1']);
    broker.settle((flow) => (flow === ssh ? byRule : undefined));
    assert.deepEqual(events.slice(1), ['closed prompt-2 ruled']);
  });

  test('an evaluation that throws releases nothing', () => {
    const { broker } = brokerBench();
    [flowOf(), flowOf()].forEach((flow, index) => broker.hold(flow, index));
    let calls = 0;
    assert.throws(() =>
      broker.settle(() => {
        calls += 1;
        if (calls === 2) throw new Error('engine fault');
        return byRule;
      }),
    );
    assert.equal(broker.counts().heldFlows, 2);
  });

  test('a missed question is forgotten when a rule answers it, not when the firewall is paused', () => {
    const { broker, events } = brokerBench();
    broker.listMissed(flowOf());
    broker.settle(() => paused);
    assert.equal(broker.counts().missedPrompts, 1);
    broker.settle(() => byRule);
    assert.equal(broker.counts().missedPrompts, 0);
    assert.equal(events.at(-1), 'closed prompt-1 ruled');
  });
});

describe('withdrawing', () => {
  test('a closed socket takes all its flows with it', () => {
    const { broker, events } = brokerBench();
    broker.hold(flowOf({ cookie: 77n, protocol: 'udp', port: 53 }), 1);
    broker.hold(flowOf({ cookie: 77n, protocol: 'udp', port: 54 }), 2);
    assert.deepEqual(broker.withdrawSocket(78n), []);
    const released = broker.withdrawSocket(77n);
    assert.deepEqual(
      released.flatMap(({ packets }) => packets),
      [1, 2],
    );
    assert.deepEqual(released[0]?.verdict, { action: 'deny', reason: { kind: 'withdrawn' } });
    assert.equal(events.at(-1), 'closed prompt-1 withdrawn');
  });

  test('the cookie 0 stands for no socket and withdraws nothing', () => {
    const { broker } = brokerBench();
    const flow = flowOf({ cookie: 0n });
    broker.hold(flow, 1);
    assert.deepEqual(broker.withdrawSocket(0n), []);
    assert.equal(broker.withdrawFlow(flow.id).length, 1);
    assert.deepEqual(broker.withdrawFlow(flow.id), []);
  });
});

describe('running out of time', () => {
  test('each flow ends after its own hold, without a rule, and the card stays as missed', () => {
    const { broker, events, ...bench } = brokerBench();
    broker.setClientConnected(true);
    const [first, second] = [flowOf(), flowOf({ address: '5.6.7.8' })];
    broker.hold(first, 1);
    bench.pass(400);
    broker.hold(second, 2);
    assert.equal(broker.nextExpiryInMs(), TIMEOUT_MS - 400);
    bench.pass(600);
    assert.equal(broker.nextExpiryInMs(), 0);
    const released = broker.expire(false);
    assert.deepEqual(
      released.map(({ flow, heldMs }) => [flow, heldMs]),
      [[first, TIMEOUT_MS]],
    );
    assert.deepEqual(released[0]?.verdict, {
      action: 'deny',
      reason: { kind: 'failure', failure: 'promptTimeout' },
    });
    assert.deepEqual(broker.prompt('prompt-1' as PromptId)?.flows, [second], 'an open card shows what waits');
    bench.pass(400);
    broker.expire(false);
    const missed = broker.prompt('prompt-1' as PromptId);
    assert.deepEqual([missed?.state, missed?.flows], ['missed', [first, second]]);
    assert.equal(missed?.deadlineMs, WALL_START_MS + 1400);
    assert.equal(broker.nextExpiryInMs(), undefined);
    assert.ok(events.every((event) => event === 'changed prompt-1'));
  });

  test('without a client during the whole hold the failure is noClient, in strict mode refused', () => {
    const { broker, ...bench } = brokerBench();
    const verdictAfter = (strict: boolean, during: () => void): Verdict | undefined => {
      broker.hold(flowOf(), 1);
      bench.pass(TIMEOUT_MS / 2);
      during();
      bench.pass(TIMEOUT_MS / 2);
      return broker.expire(strict)[0]?.verdict;
    };
    const noClient = { kind: 'failure', failure: 'noClient' };
    const promptTimeout = { kind: 'failure', failure: 'promptTimeout' };
    const nothing = (): void => undefined;
    assert.deepEqual(verdictAfter(false, nothing), { action: 'allow', reason: noClient });
    assert.deepEqual(verdictAfter(true, nothing), { action: 'deny', reason: noClient });
    const comesAndGoes = (): void => {
      broker.setClientConnected(true);
      broker.setClientConnected(false);
    };
    assert.deepEqual(verdictAfter(false, comesAndGoes), { action: 'deny', reason: promptTimeout });
    assert.deepEqual(verdictAfter(false, nothing), { action: 'allow', reason: noClient });
  });

  test('a question that no client saw ends sooner; one that was seen keeps its full time', () => {
    const { broker, ...bench } = brokerBench();
    const [seen, unseen] = [flowOf(), flowOf({ address: '5.6.7.8' })];
    broker.setClientConnected(true);
    broker.hold(seen, 1);
    assert.equal(broker.nextExpiryInMs(), TIMEOUT_MS);
    bench.pass(100);
    broker.setClientConnected(false);
    bench.pass(100);
    broker.hold(unseen, 2);
    assert.equal(broker.nextExpiryInMs(), NO_CLIENT_TIMEOUT_MS);
    bench.pass(NO_CLIENT_TIMEOUT_MS);
    const ended = broker.expire(false);
    assert.deepEqual(
      ended.map(({ flow, verdict }) => [flow, verdict.reason]),
      [[unseen, { kind: 'failure', failure: 'noClient' }]],
    );
    assert.equal(broker.nextExpiryInMs(), TIMEOUT_MS - 200 - NO_CLIENT_TIMEOUT_MS);
  });

  test('a client that connects in time gives a waiting question its full time', () => {
    const { broker, ...bench } = brokerBench();
    broker.hold(flowOf(), 1);
    bench.pass(NO_CLIENT_TIMEOUT_MS - 1);
    broker.setClientConnected(true);
    bench.pass(1);
    assert.deepEqual(broker.expire(false), []);
    assert.equal(broker.nextExpiryInMs(), TIMEOUT_MS - NO_CLIENT_TIMEOUT_MS);
  });

  test('a missed card says when its last hold really ended', () => {
    const { broker, ...bench } = brokerBench();
    broker.hold(flowOf(), 1);
    bench.pass(NO_CLIENT_TIMEOUT_MS);
    broker.expire(false);
    assert.equal(broker.prompts()[0]?.deadlineMs, WALL_START_MS + NO_CLIENT_TIMEOUT_MS);
  });

  test('an answer to a missed card makes rules for the next try and releases nothing', () => {
    const { broker, events } = brokerBench();
    broker.listMissed(flowOf());
    broker.listMissed(flowOf({ address: '5.6.7.8' }));
    const outcome = decided(broker.decide(decisionOf('prompt-1', { lifetime: { kind: 'always' } })));
    assert.deepEqual(outcome.released, []);
    assert.deepEqual(
      outcome.rules.map((rule) => rule.matcher.addresses?.length),
      [2],
    );
    assert.equal(events.at(-1), 'closed prompt-1 decided');
  });

  test('once on a missed card only dismisses it', () => {
    const { broker } = brokerBench();
    broker.listMissed(flowOf());
    const outcome = decided(broker.decide(decisionOf('prompt-1')));
    assert.deepEqual([outcome.released, outcome.rules], [[], []]);
    assert.deepEqual(broker.prompts(), []);
  });

  test('a new flow opens the missed card again; the same endpoint takes the place of the missed flow', () => {
    const { broker } = brokerBench();
    broker.listMissed(flowOf());
    broker.listMissed(flowOf({ address: '5.6.7.8' }));
    const missed = broker.prompt('prompt-1' as PromptId);
    const retry = flowOf();
    assert.deepEqual(broker.hold(retry, 1), { kind: 'new-prompt', promptId: 'prompt-1' });
    const open = broker.prompt('prompt-1' as PromptId);
    assert.deepEqual([open?.state, open?.flows], ['open', [retry]]);
    assert.ok((open?.revision ?? 0) > (missed?.revision ?? 0));
    broker.decide(decisionOf('prompt-1'));
    const after = broker.prompt('prompt-1' as PromptId);
    assert.deepEqual(
      [after?.state, after?.flows.map((flow) => flow.endpoint.address)],
      ['missed', ['5.6.7.8']],
    );
  });

  test('an answer for the whole App also answers what was missed', () => {
    const { broker } = brokerBench();
    broker.listMissed(flowOf({ address: '5.6.7.8' }));
    broker.hold(flowOf(), 1);
    broker.decide(decisionOf('prompt-1', { scope: 'app', lifetime: { kind: 'always' } }));
    assert.deepEqual(broker.prompts(), []);
  });

  test('the list of missed cards is bounded; the oldest gives way and is counted', () => {
    const { broker, events } = brokerBench({ missedPrompts: 2, missedFlowsPerPrompt: 2 });
    for (const path of ['/a', '/b', '/c']) broker.listMissed(flowOf({ path }));
    assert.deepEqual(
      broker.prompts().map((prompt) => prompt.app.name),
      ['b', 'c'],
    );
    assert.equal(broker.counts().forgottenMissedPrompts, 1);
    assert.equal(events.at(-1), 'closed prompt-1 expired');
    for (const port of [1, 2, 3]) broker.listMissed(flowOf({ path: '/c', port }));
    assert.deepEqual(
      broker.prompts()[1]?.flows.map((flow) => flow.endpoint.port),
      [2, 3],
    );
  });

  test('missed cards can be dismissed, open ones cannot', () => {
    const { broker } = brokerBench();
    for (const path of ['/a', '/b', '/c']) broker.listMissed(flowOf({ path }));
    const waiting = flowOf({ path: '/c' });
    broker.hold(waiting, 1);
    assert.equal(broker.dismissMissed('prompt-3' as PromptId), 0);
    assert.equal(broker.dismissMissed('prompt-1' as PromptId), 1);
    assert.equal(broker.dismissMissed(undefined), 1);
    assert.deepEqual(
      broker.prompts().map((prompt) => prompt.flows),
      [[waiting]],
    );
  });
});
