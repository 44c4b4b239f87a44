// What is open when a rule begins to deny it: cut within a second, whichever way the rule came, and nothing else is.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Rule } from '@sallyport/proto';
import { LabProgram } from '../lab/lab-program.ts';
import { atThisPaceMs } from '../lab/pace.ts';
import { needsRoot } from '../lab/root.ts';
import { ruleFor } from './rule-for.ts';
import { PORT, SERVER, Stage } from './stage.ts';
import type { Kind } from './stage.ts';

const CLIENT = '10.66.0.2';
const WITHIN_MS = atThisPaceMs(1000);
/** Long enough for whatever would be cut. */
const LOOKED_AT_MS = 600;

describe(
  'a rule that changes cuts what it denies',
  { skip: needsRoot, timeout: atThisPaceMs(120_000) },
  () => {
    let stage: Stage;
    before(async () => void (stage = await Stage.open()));
    after(() => stage[Symbol.asyncDispose]());

    const put = async (rule: Rule): Promise<Rule> => {
      const { rule: stored } = await stage.person.client.putRule({ rule });
      assert.ok(stored);
      return stored;
    };
    const counter = async (name: string): Promise<number> => {
      const { counters } = await stage.person.client.getStatus({});
      return Number(counters.find((entry) => entry.name === name)?.value ?? NaN);
    };

    interface Opened {
      readonly app: string;
      readonly rule: Rule;
      readonly program: LabProgram;
    }

    /** A program that an allow let through and that now waits for more. */
    async function open(name: string, kind: Kind = 'tcp-long', address: string = SERVER[4]): Promise<Opened> {
      const app = stage.app(name);
      const rule = await put(ruleFor(app, 'ACTION_ALLOW'));
      const program = stage.speak(app, kind, address);
      assert.equal(await program.line(0), 'answered');
      return { app, rule, program };
    }

    /** Does what cuts, and says how the program's next call ended. */
    async function afterwards({ program }: Opened, change: () => unknown): Promise<string> {
      const startMs = performance.now();
      await change();
      const line = await program.line(1);
      const tookMs = performance.now() - startMs;
      assert.ok(tookMs < WITHIN_MS, `cut after ${tookMs} ms`);
      return line;
    }

    function staysOpen({ program }: Opened): void {
      assert.deepEqual(program.lines, ['answered']);
    }

    const denyOf = (app: string, parts: Partial<Rule> = {}): Rule => ({
      ...ruleFor(app, 'ACTION_DENY'),
      priority: 1,
      ...parts,
    });

    for (const [kind, family] of [
      ['tcp-long', 4],
      ['tcp-long', 6],
      ['udp-long', 4],
      ['udp-long', 6],
    ] as const)
      test(`${kind} over IPv${family}: ECONNABORTED, in history with the rule, counted`, async () => {
        const bystander = await open(`bystander-${kind}-${family}`, kind, SERVER[family]);
        const opened = await open(`opened-${kind}-${family}`, kind, SERVER[family]);
        const before = await counter('flowsCut');
        assert.equal(
          await afterwards(opened, () => put({ ...opened.rule, action: 'ACTION_DENY' })),
          'ECONNABORTED',
        );
        await delay(LOOKED_AT_MS);
        staysOpen(bystander);
        assert.equal(await counter('flowsCut'), before + 1);
        const [last, first] = await stage.person.records(opened.app);
        assert.deepEqual([last?.action, last?.reason], ['ACTION_DENY', `rule ${opened.rule.id} (cut)`]);
        assert.equal(first?.action, 'ACTION_ALLOW');
        assert.deepEqual(
          [last?.protocol, last?.localPort, last?.address, last?.port],
          [first.protocol, first.localPort, SERVER[family], PORT],
        );
      });

    test('IPv4 through an IPv6 socket', async () => {
      const opened = await open('mapped', 'tcp-long', `::ffff:${SERVER[4]}`);
      assert.equal(await afterwards(opened, () => put(denyOf(opened.app))), 'ECONNABORTED');
    });

    for (const family of [4, 6] as const)
      test(`a socket that is bound to an interface (IPv${family})`, async () => {
        const opened = await open(`bound-${family}`, 'tcp-bound', SERVER[family]);
        assert.equal(await afterwards(opened, () => put(denyOf(opened.app))), 'ECONNABORTED');
      });

    test('what the kernel let through by itself', async () => {
      const { app, rule } = await open('known');
      const before = await counter('notKnown');
      const program = stage.speak(app, 'tcp-long');
      assert.equal(await program.line(0), 'answered');
      assert.equal(await counter('notKnown'), before, 'the agent did not see it');
      const known = { app, rule, program };
      assert.equal(await afterwards(known, () => put(denyOf(app))), 'ECONNABORTED');
    });

    test('a rule that is switched on', async () => {
      const opened = await open('enabled');
      const deny = await put(denyOf(opened.app, { enabled: false }));
      await delay(LOOKED_AT_MS);
      staysOpen(opened);
      const enable = () => stage.person.client.setRuleEnabled({ id: deny.id, enabled: true });
      assert.equal(await afterwards(opened, enable), 'ECONNABORTED');
    });

    test('an allow that is deleted uncovers a deny', async () => {
      const opened = await open('uncovered');
      await put(denyOf(opened.app, { priority: -1 }));
      await delay(LOOKED_AT_MS);
      staysOpen(opened);
      const remove = () => stage.person.client.deleteRule({ id: opened.rule.id });
      assert.equal(await afterwards(opened, remove), 'ECONNABORTED');
    });

    test('a file that is edited on disk', async () => {
      const opened = await open('edited');
      const file = join(stage.agent.rulesDirectory, `${opened.rule.id}.yaml`);
      const text = readFileSync(file, 'utf8');
      assert.match(text, /action: allow/);
      const edit = (): void => writeFileSync(file, text.replace('action: allow', 'action: deny'));
      assert.equal(await afterwards(opened, edit), 'ECONNABORTED');
    });

    test('an allow for some time ends and uncovers a deny', async () => {
      const app = stage.app('expired');
      await put(denyOf(app, { priority: -1 }));
      const untilMs = Date.now() + 3000;
      const lifetime = { lifetime: 'untilMs', untilMs } as const;
      const rule = await put({ ...ruleFor(app, 'ACTION_ALLOW'), lifetime });
      const program = stage.speak(app, 'tcp-long');
      assert.equal(await program.line(0), 'answered');
      await delay(untilMs - Date.now() - 200);
      staysOpen({ app, rule, program });
      await delay(200);
      assert.equal(await afterwards({ app, rule, program }, () => undefined), 'ECONNABORTED');
    });

    test('the answer deny cuts what the same program has open to the same place', async () => {
      const app = stage.app('answered');
      const first = stage.speak(app, 'tcp-long');
      await stage.person.answer(await stage.person.asked(app), { action: 'allow', lifetime: 'once' });
      assert.equal(await first.line(0), 'answered');
      const second = stage.speak(app, 'tcp');
      const prompt = await stage.person.asked(app);
      const opened = { app, rule: ruleFor(app, 'ACTION_DENY'), program: first };
      assert.equal(
        await afterwards(opened, () => stage.person.answer(prompt, { action: 'deny' })),
        'ECONNABORTED',
      );
      assert.match(await second.line(0), /^ECONN/);
    });

    for (const family of [4, 6] as const)
      test(`the answer deny does not cut the datagram flow that it refused (IPv${family})`, async () => {
        const app = stage.app(`refused-${family}`);
        const before = await counter('flowsCut');
        const program = stage.speak(app, 'udp-long', SERVER[family]);
        await stage.person.answer(await stage.person.asked(app), { action: 'deny' });
        assert.equal(await program.line(0), 'ECONNREFUSED');
        await delay(LOOKED_AT_MS);
        assert.deepEqual(program.lines, ['ECONNREFUSED']);
        const reasons = (await stage.person.records(app)).map(({ reason }) => reason.split(' ')[0]);
        assert.deepEqual(reasons, ['prompt']);
        assert.equal(await counter('flowsCut'), before);
      });

    test('an undo of an allow that had covered a deny', async () => {
      const app = stage.app('undone');
      const narrow = await put(ruleFor(app, 'ACTION_ALLOW'));
      const program = stage.speak(app, 'tcp-long');
      assert.equal(await program.line(0), 'answered');
      await stage.person.client.deleteRule({ id: narrow.id });
      const other = stage.speak(app, 'tcp');
      const answer = await stage.person.answer(await stage.person.asked(app), { action: 'allow' });
      assert.equal(await other.line(0), 'answered');
      await put(denyOf(app, { priority: -1 }));
      await delay(LOOKED_AT_MS);
      staysOpen({ app, rule: narrow, program });
      const undo = () => stage.person.client.undoDecision({ undoToken: answer.undoToken });
      assert.equal(await afterwards({ app, rule: narrow, program }, undo), 'ECONNABORTED');
    });

    test('the end of a pause', async () => {
      const app = stage.app('paused');
      const rule = await put(denyOf(app));
      await stage.person.client.setMode({ change: 'pauseMs', pauseMs: 60_000 });
      const program = stage.speak(app, 'tcp-long');
      assert.equal(await program.line(0), 'answered');
      await put(denyOf(app, { priority: 2 }));
      await delay(LOOKED_AT_MS);
      staysOpen({ app, rule, program });
      const filter = () => stage.person.client.setMode({ change: 'filter', filter: {} });
      assert.equal(await afterwards({ app, rule, program }, filter), 'ECONNABORTED');
    });

    test('only what the rule says: another port, another user, what would be asked about stay', async () => {
      const opened = await open('narrow');
      const { matcher } = ruleFor(opened.app, 'ACTION_DENY');
      assert.ok(matcher);
      await put(denyOf(opened.app, { matcher: { ...matcher, ports: [{ from: PORT + 1, to: PORT + 9 }] } }));
      await put(denyOf(opened.app, { matcher: { ...matcher, uid: 4711 } }));
      await stage.person.client.deleteRule({ id: opened.rule.id });
      await stage.person.client.setMode({ change: 'unknownFlows', unknownFlows: 'UNKNOWN_FLOWS_DENY' });
      await delay(LOOKED_AT_MS);
      staysOpen(opened);
      await stage.person.client.setMode({ change: 'unknownFlows', unknownFlows: 'UNKNOWN_FLOWS_ASK' });
    });

    test('a hundred changes at once are one', async () => {
      const opened = await open('burst');
      const spectator = await open('burst-spectator');
      const rules = Array.from({ length: 100 }, (_, index) => denyOf(`/nowhere/${index}`));
      await Promise.all([...rules, denyOf(opened.app)].map(put));
      assert.equal(await opened.program.line(1, WITHIN_MS), 'ECONNABORTED');
      await delay(LOOKED_AT_MS);
      staysOpen(spectator);
    });

    test('a server that listens, and what it accepted, are left alone', async () => {
      const port = String(PORT + 1);
      const script = `
      const server = require('net').createServer((socket) => socket.on('data', (data) => socket.write(data)));
      server.listen(${port}, '0.0.0.0', () => console.log('listening'));`;
      const server = stage.start(process.execPath, '--eval', script);
      assert.equal(await server.line(0), 'listening');
      const words = [stage.app('beyond'), 'tcp-long', CLIENT, port] as const;
      const client = stage.startBeyond(...words);
      assert.equal(await client.line(0), 'answered');
      await put(denyOf(process.execPath));
      const rule = await put(denyOfEverything());
      await delay(LOOKED_AT_MS);
      assert.deepEqual([client.lines, server.lines], [['answered'], ['listening']]);
      await stage.person.client.deleteRule({ id: rule.id });
    });
  },
);

function denyOfEverything(): Rule {
  const rule = ruleFor('', 'ACTION_DENY');
  assert.ok(rule.matcher);
  return { ...rule, priority: 1, matcher: { ...rule.matcher, protocols: ['tcp'] } };
}
