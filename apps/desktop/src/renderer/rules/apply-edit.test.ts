// Edits as they are done at the agent's own rules, taken back, and kept from what others did meanwhile.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { RuleDraft } from '../../shared/desktop-api.ts';
import type { Rule } from '../../shared/model.ts';
import { startRealRules } from '../../test-support/real-rules.ts';
import type { RealRules } from '../../test-support/real-rules.ts';
import { untilState } from '../../test-support/hosting.ts';
import { applyEdit } from './apply-edit.ts';
import type { Applied } from './apply-edit.ts';
import { inverse, isSwitchOnly, NO_EDITS, recorded, redone, undone } from './edit-history.ts';
import type { Edit } from './edit-history.ts';

let rules: RealRules;

beforeEach(async () => {
  rules = await startRealRules();
  await untilState(rules.hosting.host, ({ connection }) => connection.kind === 'connected');
});

afterEach(() => rules[Symbol.asyncDispose]());

function draft(changes: Partial<RuleDraft> = {}): RuleDraft {
  const matcher = { app: '/usr/bin/curl', protocols: [], addresses: [], ports: [] };
  return {
    enabled: true,
    action: 'allow',
    priority: 0,
    matcher,
    lifetime: { kind: 'always' },
    note: '',
    ...changes,
  };
}

async function put(changes: Partial<RuleDraft> = {}): Promise<Rule> {
  const outcome = await rules.hosting.host.putRule(draft(changes));
  assert.ok(outcome.ok);
  return outcome.value;
}

/** The rules as the agent has them. */
function current(id: string): Rule | undefined {
  return rules.hosting.host.state().rules.find((rule) => rule.id === id);
}

async function apply(edit: Edit, signal = new AbortController().signal): Promise<Applied> {
  await untilState(rules.hosting.host, (state) =>
    edit.changes.every(
      ({ ruleId, before }) =>
        before === undefined ||
        state.rules.some((rule) => rule.id === ruleId && rule.enabled === before.enabled),
    ),
  );
  return applyEdit(edit, { api: rules.hosting.host, current, onProgress: () => undefined, signal });
}

function deletion(...gone: readonly Rule[]): Edit {
  return {
    kind: 'delete',
    changes: gone.map((rule) => ({ ruleId: rule.id, before: rule, after: undefined })),
  };
}

describe('an edit', () => {
  test('of several rules is taken back so that every rule is what it was', async () => {
    const made = [
      await put({ origin: 'prompt', createdAtMs: 1_600_000_000_000 }),
      await put({ note: 'second' }),
    ];
    const deleted = await apply(deletion(...made));
    assert.equal(deleted.failure, undefined);
    assert.deepEqual(readdirSync(rules.directory), []);
    await untilState(rules.hosting.host, (state) => state.rules.length === 0);
    const back = await apply(inverse(deleted.edit));
    assert.deepEqual(back.edit.changes.map(({ after }) => after).reverse(), made);
  });

  test('of the switch alone tells the agent of the switch alone', async () => {
    const rule = await put();
    const change = { ruleId: rule.id, before: rule, after: { ...rule, enabled: false } };
    assert.ok(isSwitchOnly(change));
    assert.ok(!isSwitchOnly({ ...change, after: { ...change.after, note: 'x' } }));
    const { edit } = await apply({ kind: 'disable', changes: [change] });
    assert.equal(edit.changes[0]?.after?.enabled, false);
  });

  test('stops before a rule that somebody changed meanwhile, and tells what was done', async () => {
    const [one, other] = [await put(), await put({ action: 'deny' })];
    await put({ id: other.id, action: 'deny', note: 'changed elsewhere' });
    await untilState(rules.hosting.host, () => current(other.id)?.note !== '');
    const { edit, failure } = await apply(deletion(one, other));
    assert.deepEqual(failure, { kind: 'changed-elsewhere' });
    assert.deepEqual(
      edit.changes.map(({ ruleId }) => ruleId),
      [one.id],
    );
    assert.ok(current(other.id));
  });

  test('that the agent refuses, or somebody stops, leaves the rest as it is', async () => {
    const rule = await put();
    const bad = { ...rule, priority: 1e9 };
    const refused = await apply({ kind: 'change', changes: [{ ruleId: rule.id, before: rule, after: bad }] });
    assert.equal(refused.failure?.kind, 'error');
    const stopped = await apply(deletion(rule), AbortSignal.abort());
    assert.deepEqual([stopped.failure, stopped.edit.changes], [undefined, []]);
    assert.ok(current(rule.id));
  });
});

test('the history forgets what was undone when something new is done, and the oldest edits', () => {
  const edit = (kind: Edit['kind']): Edit => ({
    kind,
    changes: [{ ruleId: kind, before: undefined, after: undefined }],
  });
  let history = recorded(recorded(NO_EDITS, edit('make')), edit('change'));
  history = undone(history, inverse(edit('change')));
  assert.deepEqual([history.done.length, history.undone.length], [1, 1]);
  assert.equal(redone(history, edit('change')).done.length, 2);
  history = recorded(history, edit('delete'));
  assert.deepEqual([history.done.map(({ kind }) => kind), history.undone], [['make', 'delete'], []]);
  for (let count = 0; count < 200; count++) history = recorded(history, edit('enable'));
  assert.equal(history.done.length, 100);
});
