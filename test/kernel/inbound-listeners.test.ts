// Whose a listener is: of those that are older than the agent, share a port, are handed on, or are left to a child.
import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Prompt } from '@sallyport/proto';
import { AgentUnderTest } from '../lab/agent-under-test.ts';
import type { LabProgram } from '../lab/lab-program.ts';
import { atThisPaceMs } from '../lab/pace.ts';
import { Person } from '../lab/person.ts';
import { needsRoot } from '../lab/root.ts';
import { Stage } from './stage.ts';
import { HERE, inboundRule, VISITED_PORT, Visits } from './visits.ts';

const PORT = String(VISITED_PORT);
/** Long enough for whatever would be cut. */
const LOOKED_AT_MS = 600;

describe('a listener', { skip: needsRoot, timeout: atThisPaceMs(240_000) }, () => {
  let stage: Stage;
  let visits: Visits;
  let person: Person;
  let agent: AgentUnderTest | undefined;
  let compiled: string;
  /** Children that outlive the program which the test started. */
  const orphans: number[] = [];
  beforeEach(async () => {
    stage = await Stage.open({ args: ['--inbound'] });
    visits = new Visits(stage);
    person = stage.person;
    compiled = stage.compile('listen');
  });
  afterEach(async () => {
    for (const pid of orphans.splice(0)) process.kill(pid, 'SIGKILL');
    if (person !== stage.person) await person.leave();
    await agent?.stop();
    agent = undefined;
    await stage[Symbol.asyncDispose]();
  });

  function app(name: string): string {
    const path = join(stage.directory, name);
    copyFileSync(compiled, path);
    return path;
  }

  async function listen(path: string, kind: string, ...more: readonly string[]): Promise<LabProgram> {
    const program = stage.start(path, kind, HERE[4], PORT, ...more);
    assert.equal(await program.line(0), 'listening');
    return program;
  }

  async function startAgain(): Promise<void> {
    await stage.person.leave();
    await stage.agent.stop({ keep: true });
    const { directory, runtimeDirectory } = stage.agent;
    agent = await AgentUnderTest.start({ lab: stage.lab, directory, runtimeDirectory, args: ['--inbound'] });
    person = await Person.sitDown(agent.socketPath);
  }

  function askedBy(kind: 'tcp' | 'udp', path: string): Promise<Prompt> {
    visits.visit(kind);
    return person.asked(path);
  }

  async function assertAsked(path: string, kind: 'tcp' | 'udp', pid?: number): Promise<void> {
    const visitor = visits.visit(kind);
    const prompt = await person.asked(path);
    if (pid !== undefined) assert.equal(prompt.flows[0]?.process?.pid, pid);
    await person.answer(prompt, { action: 'allow', lifetime: 'once' });
    assert.equal(await visitor.line(0), 'answered');
  }

  for (const kind of ['tcp', 'udp'] as const) {
    test(`for ${kind} that is older than the agent belongs to the process that has it open`, async () => {
      const path = app(`older-${kind}`);
      const program = await listen(path, kind);
      await startAgain();
      await assertAsked(path, kind, program.pid);
    });

    test(`for ${kind} whose port another program shares is nobody’s`, async () => {
      await listen(app(`one-${kind}`), kind);
      await listen(app(`other-${kind}`), kind);
      await assertAsked('unknown', kind);
    });

    test(`for ${kind} whose port another process of its program shares is its program’s`, async () => {
      const path = app(`twin-${kind}`);
      await listen(path, kind);
      await listen(path, kind);
      await assertAsked(path, kind);
    });

    test(`for ${kind} that a daemon’s parent bound is the daemon’s`, async () => {
      const path = app(`daemon-${kind}`);
      await listen(path, kind, 'daemon');
      const visitor = visits.visit(kind);
      const prompt = await person.asked(path);
      const daemon = prompt.flows[0]?.process;
      orphans.push(daemon?.pid ?? 0);
      assert.equal(daemon?.app?.identity, 'path');
      await person.answer(prompt, { action: 'allow' });
      assert.equal(await visitor.line(0), 'answered');
    });
  }

  test('that was handed on belongs to who bound it, and to who has it when that one is gone', async () => {
    const [activator, service] = [app('activator'), app('service')];
    const program = await listen(activator, 'tcp', 'hand-on', service);
    await assertAsked(activator, 'tcp', program.pid);
    program.goOn();
    // What is known of a listener is checked again after ten seconds, or when its process is gone.
    await delay(atThisPaceMs(10_500));
    const prompt = await askedBy('tcp', service);
    orphans.push(prompt.flows[0]?.process?.pid ?? 0);
    await person.answer(prompt, { action: 'deny', lifetime: 'once' });
  });

  test('of MPTCP belongs to its process, also where it is older than the agent', async (context) => {
    const path = app('multipath');
    let program: LabProgram;
    try {
      program = await listen(path, 'mptcp');
    } catch {
      return context.skip('this kernel has no MPTCP');
    }
    await assertAsked(path, 'tcp', program.pid);
    await startAgain();
    await assertAsked(path, 'tcp', program.pid);
  });

  test('loses its connections when a rule denies them', async () => {
    const path = app('cut');
    await listen(path, 'tcp');
    await person.client.putRule({ rule: { ...inboundRule(path, 'ACTION_ALLOW'), id: 'visitors' } });
    const visitor = visits.visit('tcp-long');
    assert.equal(await visitor.line(0), 'answered');
    await person.client.putRule({ rule: inboundRule('/nowhere', 'ACTION_DENY') });
    await delay(LOOKED_AT_MS);
    assert.deepEqual(visitor.lines, ['answered'], 'no rule denies it');
    await person.client.putRule({ rule: { ...inboundRule(path, 'ACTION_DENY'), id: 'visitors' } });
    assert.equal(await visitor.line(1), 'ECONNRESET');
    assert.match((await person.records(path))[0]?.reason ?? '', /^rule visitors \(cut\)$/);
  });

  for (const kind of ['tcp-long', 'udp-long'] as const)
    test(`for ${kind}: an answer that is taken back ends what it let in`, async () => {
      const path = app(`undone-${kind}`);
      await listen(path, kind === 'tcp-long' ? 'tcp' : 'udp');
      const visitor = visits.visit(kind);
      const { undoToken } = await person.answer(await person.asked(path), { action: 'allow' });
      assert.equal(await visitor.line(0), 'answered');
      const undone = await person.client.undoDecision({ undoToken });
      assert.deepEqual([undone.rulesRemoved, undone.flowsEnded], [1, 1]);
      if (kind === 'tcp-long') assert.equal(await visitor.line(1), 'ECONNRESET');
      visits.visit('udp');
      visits.visit('tcp');
      await person.asked(path);
    });
});
