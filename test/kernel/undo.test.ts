// An answer taken back: its rule goes, what it let through is cut, and the next try is asked about again.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import type { DecideResponse } from '@sallyport/proto';
import { needsRoot } from '../lab/root.ts';
import type { Lifetime } from '../lab/person.ts';
import { Stage } from './stage.ts';
import type { Kind } from './stage.ts';

const CUT_WITHIN_MS = 1000;

describe('undo', { skip: needsRoot, timeout: 60_000 }, () => {
  let stage: Stage;
  before(async () => void (stage = await Stage.open()));
  after(() => stage[Symbol.asyncDispose]());

  const undo = ({ undoToken }: Pick<DecideResponse, 'undoToken'>) =>
    stage.person.client.undoDecision({ undoToken });

  /** A program of a new App that was asked about and answered. */
  async function answered(
    name: string,
    options: { action: 'allow' | 'deny'; lifetime?: Lifetime; kind?: Kind },
  ) {
    const { kind = 'tcp-long', ...answer } = options;
    const path = stage.app(name);
    const program = await stage.speakLater(path, kind);
    program.goOn();
    const decision = await stage.person.answer(await stage.person.asked(path), answer);
    return { path, program, decision };
  }

  for (const lifetime of ['always', 'untilProcessEnds', 'once'] as const)
    test(`of an allow (${lifetime}): the connection is cut within a second, and the next try is asked about`, async () => {
      const { path, program, decision } = await answered(`allowed-${lifetime}`, {
        action: 'allow',
        lifetime,
      });
      assert.equal(await program.line(1), 'answered');
      const file = decision.rules[0]?.file ?? '';
      assert.equal(existsSync(file), lifetime === 'always');
      const sentAtMs = performance.now();
      const undone = await undo(decision);
      assert.equal(await program.line(2), 'ECONNABORTED');
      const ms = performance.now() - sentAtMs;
      assert.ok(ms < CUT_WITHIN_MS, `cut after ${ms} ms`);
      assert.deepEqual(undone, { rulesRemoved: lifetime === 'once' ? 0 : 1, flowsEnded: 1 });
      assert.equal(existsSync(file), false);
      program.goOn();
      await stage.person.asked(path);
    });

  test('of an allow cuts what its rule let through since, too, and nothing of another App', async () => {
    const { path, program, decision } = await answered('since', { action: 'allow' });
    const other = await answered('bystander', { action: 'allow' });
    const later = stage.speak(path, 'tcp-long');
    for (const [spoken, index] of [
      [program, 1],
      [later, 0],
      [other.program, 1],
    ] as const)
      assert.equal(await spoken.line(index), 'answered');
    assert.equal((await undo(decision)).flowsEnded, 2);
    assert.equal(await program.line(2), 'ECONNABORTED');
    assert.equal(await later.line(1), 'ECONNABORTED');
    assert.equal((await undo(other.decision)).flowsEnded, 1);
    assert.equal(await other.program.line(2), 'ECONNABORTED');
  });

  test('of an allow for datagrams: the next one is asked about', async () => {
    const { path, program, decision } = await answered('datagrams', { action: 'allow', kind: 'udp' });
    assert.equal(await program.line(1), 'answered');
    assert.equal((await undo(decision)).rulesRemoved, 1);
    program.goOn();
    await stage.person.asked(path);
  });

  test('of a deny: the rule is gone and the next try is asked about', async () => {
    const { path, program, decision } = await answered('denied', { action: 'deny', kind: 'tcp' });
    assert.match(await program.line(1), /^ECONN/);
    assert.deepEqual(await undo(decision), { rulesRemoved: 1, flowsEnded: 0 });
    assert.equal(existsSync(decision.rules[0]?.file ?? ''), false);
    program.goOn();
    await stage.person.answer(await stage.person.asked(path), { action: 'allow' });
    assert.equal(await program.line(2), 'answered');
  });

  test('works once for a token, for no other decision, and not for an invented token', async () => {
    const one = await answered('one', { action: 'allow' });
    const two = await answered('two', { action: 'allow' });
    assert.equal((await undo(one.decision)).flowsEnded, 1);
    const isOver = { kind: 'changed', message: /can no longer be taken back/ };
    await assert.rejects(undo(one.decision), isOver);
    await assert.rejects(undo({ undoToken: 'f'.repeat(32) }), isOver);
    assert.equal(await one.program.line(2), 'ECONNABORTED');
    assert.deepEqual(two.program.lines.slice(1), ['answered']);
    assert.equal(existsSync(two.decision.rules[0]?.file ?? ''), true);
    assert.equal((await undo(two.decision)).flowsEnded, 1);
  });

  test('a rule that somebody edited after the answer stays what it is: undo removes it by its id', async () => {
    const { decision } = await answered('edited', { action: 'allow' });
    const id = decision.rules[0]?.id ?? '';
    await stage.person.client.setRuleEnabled({ id, enabled: false });
    assert.equal((await undo(decision)).rulesRemoved, 1);
    assert.equal(
      (await stage.person.client.listRules({})).rules.some((rule) => rule.id === id),
      false,
    );
  });
});
