// Known flows: decided in the kernel, without a wake-up of the agent, as long as what was decided before still holds; told to
// history all the same.
import assert from 'node:assert/strict';
import { copyFileSync, renameSync, writeFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Rule } from '@sallyport/proto';
import { waitFor } from '../lab/commands.ts';
import { needsRoot } from '../lab/root.ts';
import { ruleFor } from './rule-for.ts';
import { PORT, SERVER, Stage } from './stage.ts';
import type { Kind } from './stage.ts';

const MANY = 50;

describe('known flows', { skip: needsRoot, timeout: 120_000 }, () => {
  let stage: Stage;
  before(async () => void (stage = await Stage.open()));
  after(() => stage[Symbol.asyncDispose]());

  const counter = async (name: string): Promise<number> => {
    const { counters } = await stage.person.client.getStatus({});
    return Number(counters.find((entry) => entry.name === name)?.value ?? NaN);
  };
  /** Packets of programs; the kernel's own neighbour discovery is queued as well, whenever it likes. */
  const queued = (): Promise<number> => counter('notKnown');
  /** What the program says; by then the agent has taught what it decided: it answers one thing after the other. */
  const spoken = async (app: string, kind: Kind, address?: string): Promise<string> => {
    const line = await stage.speak(app, kind, address).line(0);
    await queued();
    return line;
  };
  const put = async (rule: Rule): Promise<Rule> => {
    const { rule: stored } = await stage.person.client.putRule({ rule });
    assert.ok(stored);
    return stored;
  };
  /** An App whose first flow has shown the kernel what the rule says. */
  const known = async (name: string, action: 'ACTION_ALLOW' | 'ACTION_DENY'): Promise<[string, Rule]> => {
    const app = stage.app(name);
    const rule = await put(ruleFor(app, action));
    await spoken(app, 'tcp');
    return [app, rule];
  };

  test('an allowed App: the agent sees its first flow and none of the next, history has them all', async () => {
    const [app] = await known('allowed', 'ACTION_ALLOW');
    const before = await queued();
    for (let count = 0; count < MANY; count += 1) assert.equal(await spoken(app, 'tcp'), 'answered');
    assert.equal(await queued(), before, 'no packet was queued');
    const records = await stage.person.records(app);
    const alike = records.reduce((sum, record) => sum + Number(record.alike), 0);
    assert.equal(records.length + alike, MANY + 1);
    assert.ok(records.every(({ action, reason }) => action === 'ACTION_ALLOW' && reason.startsWith('rule ')));
    // Those that were only counted have no port of their own.
    const ports = records.map(({ localPort }) => localPort).filter((port) => port !== 0);
    assert.equal(new Set(ports).size, ports.length);
  });

  test('a denied App: connect() fails with EPERM, nothing is queued, history says why', async () => {
    const [app] = await known('denied', 'ACTION_DENY');
    const before = await queued();
    for (const address of Object.values(SERVER))
      assert.match(await spoken(app, 'tcp', address), /^E(PERM|CONNREFUSED)$/);
    assert.equal(await spoken(app, 'tcp'), 'EPERM');
    assert.equal(await spoken(app, 'udp'), 'EPERM');
    assert.equal(await spoken(app, 'udp-connected'), 'EPERM', 'refused when it sends, not when it connects');
    assert.equal(await spoken(app, 'ping-socket'), 'EPERM');
    assert.equal(await queued(), before, 'no packet was queued');
    const records = await stage.person.records(app);
    assert.ok(records.length >= 5 && records.every(({ action }) => action === 'ACTION_DENY'));
  });

  test('a changed rule is in force at once, in both directions', async () => {
    const [app, rule] = await known('changed', 'ACTION_ALLOW');
    assert.equal(await spoken(app, 'tcp'), 'answered');
    await put({ ...rule, action: 'ACTION_DENY' });
    assert.match(await spoken(app, 'tcp'), /^ECONNREFUSED$/);
    assert.match(await spoken(app, 'tcp'), /^EPERM$/);
    await put({ ...rule, action: 'ACTION_ALLOW' });
    assert.equal(await spoken(app, 'tcp'), 'answered');
    await stage.person.client.deleteRule({ id: rule.id });
    const asking = stage.speak(app, 'tcp');
    await stage.person.answer(await stage.person.asked(app), { action: 'deny', lifetime: 'once' });
    assert.match(await asking.line(0), /^ECONN/);
  });

  test('one socket, two destinations: each datagram is judged by its own', async () => {
    const app = stage.app('datagrams');
    await put(withPort(ruleFor(app, 'ACTION_ALLOW'), PORT));
    await put({ ...withPort(ruleFor(app, 'ACTION_DENY'), PORT + 1), id: '' });
    const speakTo = async (port: number): Promise<string> => {
      const line = await stage.start(app, 'udp', SERVER[4], String(port)).line(0);
      await queued();
      return line;
    };
    for (let round = 0; round < 3; round += 1) {
      assert.equal(await speakTo(PORT), 'answered');
      assert.match(await speakTo(PORT + 1), /^E(CONNREFUSED|PERM)$/);
    }
  });

  test('a time-limited rule ends in the kernel too', async () => {
    const app = stage.app('limited');
    const lifetime = { lifetime: 'untilMs', untilMs: Date.now() + 3000 } as const;
    await put({ ...ruleFor(app, 'ACTION_ALLOW'), lifetime });
    assert.equal(await spoken(app, 'tcp'), 'answered');
    const before = await queued();
    assert.equal(await spoken(app, 'tcp'), 'answered');
    assert.equal(await queued(), before, 'known meanwhile');
    await delay(3200);
    const asking = stage.speak(app, 'tcp');
    await stage.person.answer(await stage.person.asked(app), { action: 'deny', lifetime: 'once' });
    assert.match(await asking.line(0), /^ECONN/);
  });

  test('a program that takes the place of a known one inherits nothing', async () => {
    const [app] = await known('replaced', 'ACTION_ALLOW');
    const other = `${app}.new`;
    copyFileSync(app, other);
    writeFileSync(other, Buffer.from([0]), { flag: 'a' });
    const before = await queued();
    renameSync(other, app);
    // The same path, so the same rule: but another file, which the kernel has not been told of.
    assert.equal(await spoken(app, 'tcp'), 'answered');
    assert.equal(await queued(), before + 1);
  });

  test('exec makes it another program: what was known of the process before is not known of it now', async () => {
    const unknown = stage.app('after-exec');
    await put(ruleFor('/usr/bin/bash', 'ACTION_ALLOW'));
    const connect = `exec 3<>/dev/tcp/${SERVER[4]}/${PORT}`;
    const script = `${connect}; read; ${connect}; ${connect}; echo connected; exec ${unknown} tcp ${SERVER[4]} ${PORT}`;
    const [before, learned] = [await queued(), await counter('verdictsLearned')];
    const program = stage.start('bash', '-c', script);
    await waitFor('what bash may do', async () => (await counter('verdictsLearned')) > learned);
    program.goOn();
    assert.equal(await program.line(0), 'connected');
    const prompt = await stage.person.asked(unknown);
    assert.equal(await queued(), before + 2, 'the first of bash and the one of what it became');
    await stage.person.answer(prompt, { action: 'deny', lifetime: 'once' });
    assert.match(await program.line(1), /^ECONN/);
  });

  test('a pause lets known denied flows through, and its end refuses them again', async () => {
    const [app] = await known('paused', 'ACTION_DENY');
    assert.equal(await spoken(app, 'tcp'), 'EPERM');
    await stage.person.client.setMode({ change: 'pauseMs', pauseMs: 60_000 });
    assert.equal(await spoken(app, 'tcp'), 'answered');
    await stage.person.client.setMode({ change: 'filter', filter: {} });
    assert.match(await spoken(app, 'tcp'), /^ECONNREFUSED$/);
  });

  test('an undo ends what was let through: while it is possible, the agent sees every flow of the rule', async () => {
    const app = stage.app('undone');
    const first = stage.speak(app, 'tcp-long');
    const { undoToken } = await stage.person.answer(await stage.person.asked(app), {
      action: 'allow',
    });
    assert.equal(await first.line(0), 'answered');
    const second = stage.speak(app, 'tcp-long');
    assert.equal(await second.line(0), 'answered');
    const third = stage.speak(app, 'tcp-long');
    assert.equal(await third.line(0), 'answered');
    await stage.person.client.undoDecision({ undoToken });
    for (const program of [first, second, third]) assert.match(await program.line(1), /^ECONNABORTED$/);
  });

  test('status counts what the kernel decided', async () => {
    await waitFor('the counters', async () => (await counter('knownAllowed')) >= MANY);
    assert.ok((await counter('knownDenied')) >= 4);
    await known('counted', 'ACTION_ALLOW');
    assert.deepEqual([await counter('verdictsLearned'), await counter('verdictMasks')], [1, 1]);
  });

  test('what the programs cost is measured when somebody asks, with what the cache holds', async () => {
    const [app] = await known('measured', 'ACTION_ALLOW');
    const measuring = stage.person.client.measureKernel({ durationMs: 1000 });
    for (let count = 0; count < 5; count += 1) assert.equal(await spoken(app, 'tcp'), 'answered');
    const report = await measuring;
    assert.deepEqual([report.masks, report.verdicts, report.verdictsPushedOut], [['app'], 1, 0]);
    assert.ok(Number(report.hits) >= 1 && report.measuredMs >= 999, JSON.stringify(report));
    const cost = report.programs.find(({ name }) => name === 'packet_unknown');
    assert.ok(Number(cost?.runs) >= 1 && Number(cost?.runTimeNs) > 0 && (cost?.instructions ?? 0) > 100);
    await assert.rejects(stage.person.client.measureKernel({ durationMs: 10_001 }), { kind: 'invalid' });
  });
});

function withPort(rule: Rule, port: number): Rule {
  const { matcher } = rule;
  assert.ok(matcher);
  return { ...rule, matcher: { ...matcher, ports: [{ from: port, to: port }] } };
}
