import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RuleId } from '../domain/rule.ts';
import { flowOf } from './test-flows.ts';
import { UndoLedger, type UndoWork } from './undo-ledger.ts';

const RULE = 'curl-443' as RuleId;

function ledger(admittedLimit = 10): UndoLedger {
  let tokens = 0;
  return new UndoLedger({ windowMs: 100, newToken: () => `token-${(tokens += 1)}`, admittedLimit });
}

function cookies(work: UndoWork | undefined): bigint[] | undefined {
  return work?.admitted.map((flow) => flow.socketCookie);
}

test('an undo names the rules and every flow that they let through, once', () => {
  const undo = ledger();
  const offer = undo.record({ ruleIds: [RULE], admitted: [flowOf({ cookie: 1n })], refused: [] }, 0);
  assert.deepEqual(offer, { token: 'token-1', untilMs: 100 });
  const later = flowOf({ cookie: 2n });
  undo.noteAdmitted(RULE, later, 50);
  undo.noteAdmitted(RULE, later, 51);
  undo.noteAdmitted('another' as RuleId, flowOf({ cookie: 3n }), 50);
  const work = undo.take(offer.token, 60);
  assert.deepEqual(work?.ruleIds, [RULE]);
  assert.deepEqual(cookies(work), [1n, 2n]);
  assert.equal(undo.take(offer.token, 61), undefined);
});

test('after its window a decision stands', () => {
  const undo = ledger();
  const { token } = undo.record({ ruleIds: [RULE], admitted: [], refused: [] }, 0);
  undo.noteAdmitted(RULE, flowOf(), 100);
  assert.equal(undo.take(token, 100), undefined);
  assert.equal(undo.size, 0);
});

test('an unknown token undoes nothing', () => {
  const undo = ledger();
  undo.record({ ruleIds: [RULE], admitted: [], refused: [] }, 0);
  assert.equal(undo.take('guess', 1), undefined);
  assert.equal(undo.size, 1);
});

test('two decisions are undone apart; a rule belongs to the latest that wrote it', () => {
  const undo = ledger();
  const first = undo.record({ ruleIds: [RULE], admitted: [], refused: [] }, 0);
  const second = undo.record({ ruleIds: [RULE], admitted: [], refused: [] }, 10);
  undo.noteAdmitted(RULE, flowOf({ cookie: 9n }), 20);
  assert.deepEqual(cookies(undo.take(first.token, 30)), []);
  undo.noteAdmitted(RULE, flowOf({ cookie: 10n }), 40);
  assert.deepEqual(cookies(undo.take(second.token, 50)), [9n, 10n]);
});

test('an undo that could not be done in full is offered again under its token, for a whole window', () => {
  const undo = ledger();
  const { token } = undo.record({ ruleIds: [RULE], admitted: [flowOf({ cookie: 1n })], refused: [] }, 0);
  undo.take(token, 90);
  assert.deepEqual(undo.offerAgain(token, { ruleIds: [RULE], admitted: [], refused: [] }, 90), {
    token,
    untilMs: 190,
  });
  undo.noteAdmitted(RULE, flowOf({ cookie: 2n }), 150);
  assert.deepEqual(cookies(undo.take(token, 189)), [2n]);
  assert.equal(undo.take(token, 189), undefined);
});

test('what is remembered of one decision is bounded, and the rest is counted', () => {
  const undo = ledger(2);
  const { token } = undo.record({ ruleIds: [RULE], admitted: [], refused: [] }, 0);
  for (const cookie of [1n, 2n, 3n]) undo.noteAdmitted(RULE, flowOf({ cookie }), 1);
  const work = undo.take(token, 2);
  assert.deepEqual([cookies(work), work?.unlisted], [[1n, 2n], 1]);
});
