import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PromptId } from './domain/prompt.ts';
import type { RuleId } from './domain/rule.ts';
import type { Verdict } from './domain/verdict.ts';
import { FlowMemory } from './flow-memory.ts';
import { flowOf } from './prompts/test-flows.ts';

const ALLOW: Verdict = { action: 'allow', reason: { kind: 'prompt', promptId: 'p' as PromptId } };
function ruled(action: Verdict['action'], ruleId: string): Verdict {
  return { action, reason: { kind: 'rule', ruleId: ruleId as RuleId } };
}

const SURELY_REMEMBERED = 4096;
const SURELY_FORGOTTEN = 2 * SURELY_REMEMBERED + 1;

test('an answer holds for the same flow of the same socket, and for no other', () => {
  const memory = new FlowMemory();
  const flow = flowOf();
  memory.remember(flow, ALLOW);
  assert.equal(memory.verdictOf({ ...flow, id: flowOf().id }), ALLOW);
  assert.equal(memory.verdictOf({ ...flow, socketCookie: flow.socketCookie + 1n }), undefined);
  assert.equal(memory.verdictOf({ ...flow, key: { ...flow.key, remotePort: 80 } }), undefined);
});

test('an answer and a record do not hold for another program or user with the same socket, and are forgotten for all of them', () => {
  const memory = new FlowMemory();
  const flow = flowOf();
  const others = [{ path: '/usr/bin/other' }, { uid: 7 }].map((parts) => ({
    ...flow,
    process: flowOf(parts).process,
  }));
  memory.remember(flow, ALLOW);
  assert.ok(memory.isNews(flow, ALLOW));
  for (const other of others) {
    assert.equal(memory.verdictOf(other), undefined);
    assert.ok(memory.isNews(other, ALLOW));
    memory.remember(other, ALLOW);
  }
  memory.forget(flow);
  assert.deepEqual(
    [flow, ...others].map((one) => memory.verdictOf(one)),
    [undefined, undefined, undefined],
  );
});

test('a flow without a recorded socket is neither remembered nor spoken for', () => {
  const memory = new FlowMemory();
  const flow = flowOf({ cookie: 0n });
  memory.remember(flow, ALLOW);
  memory.remember(flowOf(), ALLOW);
  assert.equal(memory.verdictOf(flow), undefined);
  assert.deepEqual([memory.isNews(flow, ALLOW), memory.isNews(flow, ALLOW)], [true, true]);
});

test('an answer that was taken back is forgotten', () => {
  const memory = new FlowMemory();
  const flow = flowOf();
  memory.remember(flow, ALLOW);
  memory.forget(flow);
  assert.equal(memory.verdictOf(flow), undefined);
});

test('the same flow with the same reason is news once, with another reason again', () => {
  const memory = new FlowMemory();
  const flow = flowOf();
  const news = ['a', 'a', 'b', 'a'].map((id) => memory.isNews(flow, ruled('allow', id)));
  assert.deepEqual(news, [true, false, true, true]);
});

test('a flow is refused while its last verdict is a deny, and no other flow of the socket with it', () => {
  const memory = new FlowMemory();
  const flow = flowOf();
  const verdicts = [ruled('deny', 'a'), ruled('allow', 'b'), ruled('deny', 'c')];
  const refused = verdicts.map((verdict) => memory.isNews(flow, verdict) && memory.isRefused(flow));
  assert.deepEqual(refused, [true, false, true]);
  assert.equal(memory.isRefused({ ...flow, key: { ...flow.key, remotePort: 80 } }), false);
});

test('the newest sockets are remembered, the oldest give way', () => {
  const memory = new FlowMemory();
  const flow = flowOf();
  memory.remember(flow, ALLOW);
  for (let count = 1; count < SURELY_REMEMBERED; count += 1) memory.remember(flowOf(), ALLOW);
  assert.equal(memory.verdictOf(flow), ALLOW);
  for (let count = 0; count < SURELY_FORGOTTEN; count += 1) memory.remember(flowOf(), ALLOW);
  assert.equal(memory.verdictOf(flow), undefined);
});

test('a socket that sends to many places has its newest flows remembered, each by itself', () => {
  const memory = new FlowMemory();
  const { key, ...flow } = flowOf();
  const flows = Array.from({ length: 65 }, (_, index) => ({
    ...flow,
    key: { ...key, remotePort: index + 1 },
  }));
  for (const one of flows) memory.remember(one, ALLOW);
  assert.deepEqual(
    flows.map((one) => memory.verdictOf(one)),
    [undefined, ...flows.slice(1).map(() => ALLOW)],
  );
});
