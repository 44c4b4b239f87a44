// Decisions, mode changes and queries: what is accepted, and that the rest is refused with the name of its field.
import { loadFirewallService } from '@sallyport/proto';
import type { DecideRequest, ListHistoryRequest, MethodName, Request } from '@sallyport/proto';
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { readDecision } from './decision.ts';
import { readExplainQuery } from './explain.ts';
import { InvalidField } from './field.ts';
import { readHistoryQuery } from './history.ts';
import { readRuleDraft } from './rule.ts';
import { readModeChange } from './status.ts';

const NOW_MS = 1_000_000;
const DECIDE: DecideRequest = {
  promptId: 'p-1',
  action: 'ACTION_DENY',
  scope: 'DECISION_SCOPE_APP',
  lifetime: { lifetime: 'always', always: {} },
  flowIds: [],
  ...{ ownUserOnly: true, forContainer: false },
  revision: 0,
};

describe('a decision', () => {
  test('without flows and revision is about whatever waits now', () => {
    const { flowIds, revision } = readDecision(DECIDE, NOW_MS);
    assert.deepEqual([flowIds, revision], [undefined, undefined]);
  });

  const refused: readonly (readonly [DecideRequest, RegExp])[] = [
    [{ ...DECIDE, promptId: '' }, /`prompt_id` is empty/],
    [{ ...DECIDE, promptId: 'a/b' }, /`prompt_id`/],
    [{ ...DECIDE, promptId: 'x'.repeat(1_000_000) }, /1000000 characters/],
    [{ ...DECIDE, action: 'ACTION_UNSPECIFIED' }, /`action`/],
    [{ ...DECIDE, action: 77 as never }, /`action` is 77/],
    [{ ...DECIDE, scope: 'DECISION_SCOPE_UNSPECIFIED' }, /`scope`/],
    [{ ...DECIDE, scope: 'toString' as never }, /`scope`/],
    [{ ...DECIDE, lifetime: undefined }, /`lifetime` is missing/],
    [{ ...DECIDE, lifetime: {} }, /`lifetime` is missing/],
    ...[NaN, Infinity, -1, 0, 1e300].map(
      (durationMs) =>
        [{ ...DECIDE, lifetime: { lifetime: 'durationMs', durationMs } }, /duration_ms/] as const,
    ),
    [{ ...DECIDE, lifetime: { lifetime: 'untilMs', untilMs: NOW_MS - 1 } }, /until_ms/],
    [{ ...DECIDE, flowIds: Array<string>(100_000).fill('f') }, /`flow_ids` has 100000 entries/],
    [{ ...DECIDE, flowIds: ['f', 'a\nb'] }, /`flow_ids\[1\]`/],
  ];
  for (const [request, message] of refused)
    test(`is refused: ${String(message)}`, () => {
      assert.throws(() => readDecision(request, NOW_MS), message);
    });
});

test('a pause lasts for a moment to a day', () => {
  const pause = (pauseMs: number): unknown => readModeChange({ change: 'pauseMs', pauseMs });
  for (const pauseMs of [0, -1, NaN, Infinity, 86_400_001]) assert.throws(() => pause(pauseMs), /pause_ms/);
  assert.deepEqual(pause(86_400_000), { kind: 'pause', pauseMs: 86_400_000 });
  assert.throws(() => readModeChange({}), /`change` is missing/);
  assert.throws(
    () => readModeChange({ change: 'unknownFlows', unknownFlows: 'UNKNOWN_FLOWS_UNSPECIFIED' }),
    InvalidField,
  );
});

test('an empty history query means the newest hundred of everything', () => {
  const empty: ListHistoryRequest = {
    limit: 0,
    beforeId: '0',
    app: '',
    address: '',
    port: 0,
    action: 'ACTION_UNSPECIFIED',
    sinceMs: 0,
    words: [],
    appPart: '',
    addressPart: '',
    protocol: '',
    direction: 'DIRECTION_UNSPECIFIED',
    untilMs: 0,
  };
  const { limit, words, ...conditions } = readHistoryQuery(empty);
  assert.equal(limit, 100);
  assert.deepEqual(words, []);
  assert.ok(Object.values(conditions).every((value) => value === undefined));
  assert.throws(() => readHistoryQuery({ ...empty, limit: 10_001 }), /`limit`/);
  assert.throws(() => readHistoryQuery({ ...empty, sinceMs: NaN }), /`since_ms`/);
  assert.throws(() => readHistoryQuery({ ...empty, untilMs: -1 }), /`until_ms`/);
  assert.throws(() => readHistoryQuery({ ...empty, words: Array<string>(9).fill('x') }), /`words` has 9/);
  assert.throws(() => readHistoryQuery({ ...empty, words: ['x'.repeat(201)] }), /`words\[0\]` is 201/);
  assert.throws(() => readHistoryQuery({ ...empty, appPart: '\ud800' }), /`app_part`/);
  assert.throws(() => readHistoryQuery({ ...empty, protocol: 'tpc' }), /`protocol`/);
  assert.throws(() => readHistoryQuery({ ...empty, uid: 0xffff_ffff }), /`uid`/);
  assert.deepEqual(readHistoryQuery({ ...empty, words: ['', '%'], uid: 0 }).words, ['%']);
});

test('whatever bytes arrive, each reader returns or throws an InvalidField', () => {
  const readers: { readonly [M in MethodName]?: (request: Request<M>) => unknown } = {
    decide: (request) => readDecision(request, NOW_MS),
    explain: (request) => readExplainQuery(request, 0),
    listHistory: readHistoryQuery,
    putRule: ({ rule }) => rule && readRuleDraft('rule', rule),
    setMode: readModeChange,
  };
  const service = loadFirewallService();
  const tags = fc.constantFrom(...Array.from({ length: 64 }, (_, index) => 8 + index));
  const bytes = fc.array(fc.tuple(tags, fc.uint8Array({ maxLength: 20 })), { maxLength: 8 });
  fc.assert(
    fc.property(fc.constantFrom(...(Object.keys(readers) as MethodName[])), bytes, (name, fields) => {
      const message = Buffer.concat(
        fields.map(([tag, value]) =>
          Buffer.from((tag & 7) === 2 ? [tag, value.length, ...value] : [tag, ...value]),
        ),
      );
      let request: unknown;
      try {
        request = service[name].requestDeserialize(message);
      } catch {
        return;
      }
      try {
        (readers[name] as (request: unknown) => unknown)(request);
      } catch (error) {
        assert.ok(error instanceof InvalidField, String(error));
      }
    }),
    { numRuns: 2000 },
  );
});
