// The contract's calls from a window to the agent's server and back: checked arguments, plain results, plain errors.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { CALL_NAMES } from '../shared/call-names.ts';
import { desktopContract } from '../shared/desktop-api.ts';
import type { Decision, RuleDraft } from '../shared/desktop-api.ts';
import { hostAt, startHosting } from '../test-support/hosting.ts';
import { startRealRules } from '../test-support/real-rules.ts';

const DECISION: Decision = {
  promptId: 'p-1',
  action: 'allow',
  scope: 'endpoint',
  lifetime: { kind: 'duration', durationMs: 3_600_000 },
  flowIds: ['f-1'],
  revision: 4,
};

const DRAFT: RuleDraft = {
  enabled: true,
  action: 'deny',
  priority: 3,
  matcher: {
    app: '/usr/bin/curl',
    direction: 'out',
    protocols: ['tcp'],
    addresses: ['10.0.0.0/8', 'loopback'],
    ports: [{ from: 1, to: 9 }],
  },
  lifetime: { kind: 'until', untilMs: 9_999_999_999_999 },
  note: 'from a test',
};

test('the names without schemas are those of the contract', () => {
  assert.deepEqual([...CALL_NAMES].sort(), Object.keys(desktopContract.calls).sort());
});

describe('a call', () => {
  test('decides with what the person saw, and returns how to take it back', async () => {
    await using hosting = await startHosting();
    const answered = await hosting.host.decide(DECISION);
    assert.deepEqual(answered, {
      ok: true,
      value: { rules: [], flowsAnswered: 1, undoToken: 'undo-1', undoUntilMs: 2, notStored: undefined },
    });
    assert.deepEqual(hosting.firewall.decisions[0]?.decision, {
      ...DECISION,
      ...{ ownUserOnly: false, forContainer: false },
    });
  });

  test('writes and reads rules as text, and counts their uses', async () => {
    await using rules = await startRealRules();
    const { host } = rules.hosting;
    const put = await host.putRule({ ...DRAFT, origin: 'import', createdAtMs: 1_600_000_000_000 });
    assert.ok(put.ok, JSON.stringify(put));
    const text = await host.exportRules({ ruleIds: [put.value.id] });
    assert.ok(text.ok);
    const read = await host.readRules({ text: text.value.text });
    assert.ok(read.ok);
    assert.deepEqual(read.value, { rules: [{ ...put.value, file: undefined }], problems: [] });
    const refused = await host.readRules({ text: 'id: a\n' });
    assert.ok(refused.ok);
    assert.match(refused.value.problems[0]?.reason ?? '', /action/);
    const uses = { uses: [{ ruleId: 'curl-443', flows: 3, lastAtMs: 7 }], sinceMs: undefined };
    assert.deepEqual(await host.listRuleUses(), { ok: true, value: uses });
  });

  test('takes every lifetime and scope to the agent as it is', async () => {
    await using hosting = await startHosting();
    const lifetimes = [
      { kind: 'once' },
      { kind: 'process', withChildren: false },
      { kind: 'process', withChildren: true },
      { kind: 'until', untilMs: Date.now() + 5000 },
      { kind: 'restart' },
      { kind: 'always' },
    ] as const;
    for (const lifetime of lifetimes)
      for (const scope of ['address', 'network', 'port', 'app'] as const) {
        const decision = {
          ...DECISION,
          lifetime,
          scope,
          ownUserOnly: scope === 'app',
          forContainer: scope === 'port',
        };
        assert.ok((await hosting.host.decide(decision)).ok);
        assert.deepEqual(hosting.firewall.decisions.at(-1)?.decision, decision);
      }
  });

  test('saves a rule and gets it back with what the agent adds', async () => {
    await using hosting = await startHosting();
    const saved = await hosting.host.putRule(DRAFT);
    assert.ok(saved.ok);
    const { id, sentence, file, ...rest } = saved.value;
    assert.deepEqual([id, sentence, file], ['new-1', 'A sentence.', '/rules/new-1.yaml']);
    assert.deepEqual(
      { ...rest, matcher: JSON.parse(JSON.stringify(rest.matcher)) as unknown },
      { ...DRAFT, origin: 'user', createdAtMs: 5 },
    );
  });

  test('reads status, history, an explanation and the mode', async () => {
    await using hosting = await startHosting();
    const status = await hosting.host.getStatus();
    assert.ok(status.ok && status.value.health[0]?.state === 'ok');
    assert.ok(status.value.status.failureTable.length > 5);
    assert.deepEqual(await hosting.host.listHistory({ limit: 10 }), { ok: true, value: [] });
    const flow = {
      app: '/usr/bin/curl',
      direction: 'out',
      protocol: 'tcp',
      address: '1.2.3.4',
      port: 443,
    } as const;
    const explained = await hosting.host.explain(flow);
    assert.ok(explained.ok && explained.value.outcome === 'ask');
    const paused = await hosting.host.setMode({ kind: 'pause', pauseMs: 5000 });
    assert.deepEqual(paused, { ok: true, value: { kind: 'paused', untilMs: 5000, unknownFlows: 'ask' } });
  });

  test('that fails returns kind, text and remedy', async () => {
    await using hosting = await startHosting();
    const undone = await hosting.host.undo({ undoToken: 'old' });
    assert.ok(!undone.ok);
    assert.equal(undone.error.kind, 'changed');
    assert.match(undone.error.text, /time to undo is over/);
    const deleted = await hosting.host.deleteRule({ ruleId: 'curl-1' });
    assert.ok(!deleted.ok && deleted.error.kind === 'not-found');
    const switched = await hosting.host.setRuleEnabled({ ruleId: 'curl-1', enabled: false });
    assert.ok(!switched.ok && switched.error.kind === 'limit');
    const broken = await hosting.host.undo({ undoToken: 'broken' });
    assert.ok(!broken.ok && broken.error.kind === 'internal');
    assert.match(broken.error.remedy, /log/);
  });

  test('without an agent says so, and the state is there all the same', async () => {
    const host = hostAt('/nonexistent/agent.sock');
    const answered = await host.decide(DECISION);
    assert.ok(!answered.ok && answered.error.kind === 'unavailable');
    assert.match(answered.error.remedy, /npm start/);
    assert.ok((await host.getState()).ok);
    await host.stop();
  });

  test('has results that fit the contract', async () => {
    await using hosting = await startHosting();
    const outcomes = {
      decide: await hosting.host.decide(DECISION),
      putRule: await hosting.host.putRule(DRAFT),
      getStatus: await hosting.host.getStatus(),
      getState: await hosting.host.getState(),
    };
    for (const [name, outcome] of Object.entries(outcomes)) {
      assert.ok(outcome.ok, name);
      desktopContract.calls[name as keyof typeof outcomes].result.parse(outcome.value);
    }
  });
});

describe('an argument from a window', () => {
  const refused: readonly (readonly [string, unknown, RegExp])[] = [
    ['decide', { ...DECISION, revision: 0 }, /decide: `revision`/],
    ['decide', { ...DECISION, flowIds: [] }, /`flowIds`/],
    ['decide', { ...DECISION, action: 'perhaps' }, /`action`/],
    ['decide', { ...DECISION, lifetime: { kind: 'duration', durationMs: -1 } }, /`lifetime.durationMs`/],
    [
      'decide',
      { ...DECISION, lifetime: { kind: 'duration', durationMs: Infinity } },
      /`lifetime.durationMs`/,
    ],
    ['decide', { ...DECISION, more: 1 }, /decide: .*more/],
    ['decide', { ...DECISION, flowIds: Array.from({ length: 10_000 }, () => 'f') }, /`flowIds`/],
    ['putRule', { ...DRAFT, note: 'x'.repeat(10_000) }, /`note`/],
    [
      'putRule',
      { ...DRAFT, matcher: { ...DRAFT.matcher, ports: [{ from: 1, to: 70_000 }] } },
      /`matcher.ports.0.to`/,
    ],
    ['setMode', { kind: 'pause', pauseMs: 1e12 }, /`pauseMs`/],
    ['listHistory', { limit: 1e6 }, /`limit`/],
    ['listHistory', { limit: 1, beforeId: '1; drop table' }, /`beforeId`/],
    ['getState', { some: 'thing' }, /getState/],
  ];

  for (const [name, argument, text] of refused)
    test(`of ${name} that does not fit is refused: ${String(text)}`, async () => {
      await using hosting = await startHosting();
      const outcome = await hosting.host.call(name, argument);
      assert.ok(!outcome.ok);
      assert.equal(outcome.error.kind, 'invalid');
      assert.match(outcome.error.text, text);
      assert.deepEqual([hosting.firewall.decisions, hosting.firewall.drafts], [[], []]);
    });

  test('for a call that does not exist is refused, whatever its name', async () => {
    const host = hostAt('/nonexistent/agent.sock');
    for (const name of ['stop', 'call', 'subscribe', '__proto__', 'constructor', 'x'.repeat(1e6)]) {
      const outcome = await host.call(name, undefined);
      assert.ok(!outcome.ok && outcome.error.kind === 'unsupported', name.slice(0, 20));
    }
    await host.stop();
  });

  test('of any shape never rejects and never reaches the agent as a decision', async () => {
    await using hosting = await startHosting();
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('decide', 'putRule'), fc.anything(), async (name, argument) => {
        assert.equal((await hosting.host.call(name, argument)).ok, false);
      }),
    );
    assert.deepEqual([hosting.firewall.decisions, hosting.firewall.drafts], [[], []]);
  });
});
