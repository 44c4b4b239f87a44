import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { status as grpc } from '@grpc/grpc-js';
import { EXIT_CODES } from '../exit-codes.ts';
import { Refusal, startFakeAgent } from '../fake-agent.ts';
import type { Answers, FakeAgent } from '../fake-agent.ts';
import {
  sampleFlow,
  samplePrompt,
  sampleRecord,
  sampleRule,
  sampleSnapshot,
  sampleStatus,
} from '../samples.ts';
import { run } from '../run.ts';
import { COMMANDS } from './table.ts';

process.env['TZ'] = 'UTC';
const MAIN = join(import.meta.dirname, '..', 'main.ts');
const HOSTILE = 'x\u001b[31m\u009b2J\nforged\u202e';

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

interface Started {
  readonly ended: Promise<Ended>;
  /** Resolves as soon as stdout holds the text. */
  readonly printed: (text: string) => Promise<void>;
  readonly interrupt: () => void;
}

let agent: FakeAgent;
before(async () => {
  agent = await startFakeAgent();
});
after(() => agent.remove());

const GOOD: Answers = {
  getStatus: () => sampleStatus(),
  listRules: () => ({ rules: [sampleRule(), sampleRule({ id: 'off', enabled: false })], problems: [] }),
  putRule: ({ rule }) => ({ rule: sampleRule({ ...rule, id: rule?.id === '' ? 'new' : (rule?.id ?? '') }) }),
  deleteRule: () => ({}),
  setRuleEnabled: ({ id, enabled }) => ({ rule: sampleRule({ id, enabled }) }),
  explain: () => ({
    outcome: 'allow',
    rule: sampleRule(),
    beaten: [{ rule: sampleRule({ id: 'wide' }), beatenBy: 'specificity' }],
    consultedFields: ['app', 'address'],
    text: 'The rule names the address.',
  }),
  listHistory: () => ({ records: [sampleRecord()] }),
  setMode: () => ({
    filtering: false,
    pausedUntilMs: Date.now() + 900_000,
    unknownFlows: 'UNKNOWN_FLOWS_ASK',
  }),
  decide: () => ({ rules: [sampleRule()], flowsAnswered: 1, undoToken: 'u1', undoUntilMs: 0 }),
  undoDecision: () => ({ rulesRemoved: 1, flowsEnded: 2 }),
};

beforeEach(() => {
  agent.answers = { ...GOOD };
  agent.greeting = [{ event: 'snapshot', snapshot: sampleSnapshot({ prompts: [samplePrompt()] }) }];
});

function start(...words: readonly string[]): Started {
  const child = spawn(process.execPath, [MAIN, ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], TZ: 'UTC', SALLYPORT_SOCKET: agent.socketPath },
  });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const ended = new Promise<Ended>((resolve) => child.on('close', (code) => resolve({ code, out, err })));
  const printed = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const check = (): void => (out.includes(text) ? resolve() : undefined);
      child.stdout.on('data', check);
      child.on('close', () => reject(new Error(`ended before ${text}: ${out}${err}`)));
      check();
    });
  return { ended, printed, interrupt: () => child.kill('SIGINT') };
}

/** Runs in this process, against the fake agent: a process for each would take a minute. */
async function sallyport(...words: readonly string[]): Promise<Ended> {
  return await runHere('--socket', agent.socketPath, ...words);
}

async function runHere(...words: readonly string[]): Promise<Ended> {
  let out = '';
  let err = '';
  const code = await run(words, {
    environment: {},
    isTerminal: false,
    columns: undefined,
    print: (line) => (out += `${line}\n`),
    warn: (line) => (err += `${line}\n`),
    stop: new AbortController().signal,
  });
  return { code, out, err };
}

async function document(...words: readonly string[]): Promise<unknown> {
  const { code, out, err } = await sallyport('--json', ...words);
  assert.equal(code, 0, err);
  return JSON.parse(out);
}

const importedIds = (text: string): unknown => (JSON.parse(text) as { imported: unknown }).imported;

const lastRequest = (): unknown => agent.requests.at(-1)?.request;

describe('exit statuses', () => {
  test('3 when no agent answers, with what to do', async () => {
    const { code, out, err } = await start('--socket', '/no/such.sock', 'status').ended;
    assert.deepEqual([code, out], [EXIT_CODES.unreachable.code, '']);
    assert.match(err, /Start it with/);
  });
  test('2 for wrong usage', async () => {
    assert.equal((await sallyport('statsu')).code, EXIT_CODES.usage.code);
  });
  test('4, 5 and 1 as the agent says, as a document with --json', async () => {
    for (const [code, exit] of [
      [grpc.PERMISSION_DENIED, EXIT_CODES.notPermitted.code],
      [grpc.NOT_FOUND, EXIT_CODES.notFound.code],
      [grpc.FAILED_PRECONDITION, EXIT_CODES.refused.code],
    ] as const) {
      agent.answers.getStatus = () => {
        throw new Refusal(code, `because ${HOSTILE}`);
      };
      const ended = await sallyport('status', '--json');
      assert.equal(ended.code, exit);
      assert.equal((JSON.parse(ended.out) as { error: { exit: number } }).error.exit, exit);
    }
  });
  test('are the same in the help and in README.md', async () => {
    const { out } = await sallyport('help');
    const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8').replaceAll(/ +/g, ' ');
    for (const { code, meaning } of Object.values(EXIT_CODES)) {
      assert.ok(out.includes(`${code}  ${meaning}`), meaning);
      assert.ok(readme.includes(`| ${code} | ${meaning} |`), meaning);
    }
  });
});

describe('commands', () => {
  test('status', async () => {
    assert.match((await sallyport('status')).out, /^Sallyport 0\.1\.0: filtering\n {2}mode/);
    assert.deepEqual(((await document('status')) as { mode: unknown }).mode, {
      filtering: true,
      pausedUntilMs: 0,
      unknownFlows: 'ask',
    });
  });
  test('doctor, with and without an agent', async () => {
    agent.answers.getStatus = () =>
      sampleStatus({
        health: [{ name: 'bpf', state: 'HEALTH_STATE_BROKEN', text: 'Not attached.', remedy: 'Attach.' }],
      });
    const well = await sallyport('doctor');
    assert.equal(well.code, EXIT_CODES.unwell.code);
    assert.match(well.out, /broken +bpf +Not attached\.\n +→ Attach\./);
    const alone = await runHere('--socket', '/no/such.sock', 'doctor');
    assert.match(alone.out, /This machine[^]*The agent\nCould not reach the agent/);
  });
  test('rules list, show, enable and disable', async () => {
    assert.match(
      (await sallyport('rules', 'list')).out,
      /curl-1\.2\.3\.4-443 +curl may connect[^]*off +\(off\) curl may/,
    );
    assert.match((await sallyport('rules', 'show', 'off')).out, /state +off/);
    const missing = await sallyport('rules', 'show', 'of');
    assert.deepEqual(
      [missing.code, missing.err.includes('Did you mean off?')],
      [EXIT_CODES.notFound.code, true],
    );
    await sallyport('rules', 'disable', 'a');
    assert.deepEqual(lastRequest(), { id: 'a', enabled: false });
    await sallyport('rules', 'enable', 'a');
    assert.deepEqual(lastRequest(), { id: 'a', enabled: true });
  });
  test('rules add sends what was typed', async () => {
    const words =
      '--allow --app /usr/bin/env --to 1.2.3.4 --to private --port 22 --port 80-90 --protocol tcp --note hi --priority -2';
    const { code, out, err } = await sallyport('rules', 'add', ...words.split(' '));
    assert.equal(code, 0, err);
    assert.match(out, /^Rule new: /);
    const { rule } = lastRequest() as { rule: ReturnType<typeof sampleRule> };
    assert.deepEqual(
      [rule.action, rule.priority, rule.note, rule.origin],
      ['ACTION_ALLOW', -2, 'hi', 'user'],
    );
    assert.deepEqual(rule.matcher?.addresses, [{ text: '1.2.3.4' }, { text: 'private' }]);
    assert.deepEqual(rule.matcher.ports, [
      { from: 22, to: 22 },
      { from: 80, to: 90 },
    ]);
  });
  test('rules add refuses a rule for every program that nobody asked for, and ports that would spread', async () => {
    const before = agent.requests.length;
    for (const words of [
      '--allow --to 1.2.3.4',
      '--app /bin/sh',
      '--allow --app /bin/sh --to 1.2.3.4:1 --to 5.6.7.8:2',
    ])
      assert.equal((await sallyport('rules', 'add', ...words.split(' '))).code, EXIT_CODES.usage.code, words);
    assert.equal(agent.requests.length, before);
  });
  test('rules remove goes through all ids', async () => {
    agent.answers.deleteRule = ({ id }) => {
      if (id === 'gone') throw new Refusal(grpc.NOT_FOUND, 'no such rule');
      return {};
    };
    const { code, out, err } = await sallyport('rules', 'remove', 'a', 'gone', 'b');
    assert.equal(code, EXIT_CODES.notFound.code);
    assert.equal(out, '2 rules removed.\n');
    assert.match(err, /^gone: .*no such rule/);
  });
  test('rules export writes a file that import sends again', async () => {
    const file = join(agent.directory, 'rules.yaml');
    assert.equal((await sallyport('rules', 'export', file)).code, 0);
    assert.equal(
      (await sallyport('rules', 'export', file)).code,
      EXIT_CODES.refused.code,
      'wrote over a file',
    );
    assert.deepEqual(await document('rules', 'import', file), {
      imported: ['curl-1.2.3.4-443', 'off'],
      refused: [],
    });
  });
  test('rules import changes nothing when one rule is refused, by the file or by the agent', async () => {
    const file = join(agent.directory, 'import.yaml');
    const before = agent.requests.length;
    writeFileSync(file, '- {id: a, action: allow}\n- {id: b, action: maybe}\n- {id: c, port: 1}\n');
    const bad = await sallyport('rules', 'import', file);
    assert.equal(bad.code, EXIT_CODES.refused.code);
    assert.match(
      bad.err,
      /import\.yaml:2: rule b: action: must be allow or deny\n.*import\.yaml:3: rule c: action/,
    );
    assert.equal(agent.requests.length, before);
    writeFileSync(file, '- {id: a, action: allow}\n- {id: off, action: deny}\n- {id: b, action: deny}\n');
    const put: unknown[] = [];
    agent.answers.putRule = ({ rule }) => {
      if (rule?.id === 'b') throw new Refusal(grpc.INVALID_ARGUMENT, 'the agent does not like b');
      put.push([rule?.id, rule?.enabled, rule?.action]);
      return { rule };
    };
    agent.answers.deleteRule = ({ id }) => {
      put.push(['deleted', id]);
      return {};
    };
    const refused = await sallyport('rules', 'import', file);
    assert.equal(refused.code, EXIT_CODES.refused.code);
    assert.match(refused.err, /rule b: .*the agent does not like b/);
    assert.deepEqual(put, [
      ['a', true, 'ACTION_ALLOW'],
      ['off', true, 'ACTION_DENY'],
      ['off', false, 'ACTION_ALLOW'],
      ['deleted', 'a'],
    ]);
    assert.deepEqual(importedIds((await sallyport('rules', 'import', '--partial', '--json', file)).out), [
      'a',
      'off',
    ]);
  });
  test('explain', async () => {
    const { out } = await sallyport('explain', '/usr/bin/env', '1.2.3.4:443');
    assert.match(
      out,
      /^It would be allowed\.\nRule curl-1\.2\.3\.4-443: .*\n {2}beats wide: .* \(by specificity\)\n/,
    );
    assert.equal((lastRequest() as { port: number }).port, 443);
  });
  test('history', async () => {
    const { out } = await sallyport(
      'history',
      '--to',
      '1.2.3.4:443',
      '--action',
      'deny',
      '--limit',
      '5',
      '--since',
      '2h',
    );
    assert.equal(
      out,
      '2026-11-22 18:00:00 allow /usr/bin/curl → 1.2.3.4:443 (example.com) TCP · rule curl-1.2.3.4-443\n',
    );
    const { sinceMs, ...request } = lastRequest() as { sinceMs: number };
    assert.deepEqual(request, {
      limit: 5,
      beforeId: '0',
      app: '',
      address: '1.2.3.4',
      port: 443,
      action: 'ACTION_DENY',
    });
    assert.ok(Math.abs(Date.now() - 7_200_000 - sinceMs) < 60_000);
  });
  test('mode', async () => {
    assert.match((await sallyport('mode', 'pause', '15m')).out, /^Mode: paused until /);
    assert.deepEqual(lastRequest(), { change: 'pauseMs', pauseMs: 900_000 });
    await sallyport('mode', 'deny');
    assert.deepEqual(lastRequest(), { change: 'unknownFlows', unknownFlows: 'UNKNOWN_FLOWS_DENY' });
    assert.equal((await sallyport('mode', 'pause')).code, EXIT_CODES.usage.code);
    assert.equal((await sallyport('mode', 'pause', '25h')).code, EXIT_CODES.usage.code);
  });
  test('prompts list', async () => {
    const { out } = await sallyport('prompts', 'list');
    assert.match(
      out,
      /^prompt p1: Allow curl to connect to 1\.2\.3\.4:443\? \(\/usr\/bin\/curl, PID 4711, alice; /,
    );
  });
  test('prompts answer covers the flows of its scope that were there, and undo takes it back', async () => {
    const flows = [sampleFlow(), sampleFlow({ address: '5.6.7.8' })];
    agent.greeting = [
      { event: 'snapshot', snapshot: sampleSnapshot({ prompts: [samplePrompt({ flows, revision: 7 })] }) },
    ];
    const { code, out, err } = await sallyport('prompts', 'answer', 'p1', 'allow', '--for', '1h');
    assert.equal(code, 0, err);
    assert.equal(
      out,
      'curl may reach 1.2.3.4:443 for 1 hour. 1 waiting flow answered.\nsallyport undo u1 takes it back.\n',
    );
    assert.deepEqual(lastRequest(), {
      promptId: 'p1',
      action: 'ACTION_ALLOW',
      scope: 'DECISION_SCOPE_ENDPOINT',
      lifetime: { lifetime: 'durationMs', durationMs: 3_600_000 },
      flowIds: ['1.2.3.4|443'],
      revision: 7,
    });
    assert.equal((await sallyport('undo', 'u1')).out, 'Taken back: 1 rule removed, 2 flows ended.\n');
    assert.equal((await sallyport('prompts', 'answer', 'p9', 'deny')).code, EXIT_CODES.notFound.code);
    assert.equal(
      (await sallyport('prompts', 'answer', 'p1', 'deny', '--flow', 'x')).code,
      EXIT_CODES.notFound.code,
    );
    assert.equal((await sallyport('prompts', 'answer', 'p1', 'perhaps')).code, EXIT_CODES.usage.code);
  });
  test('version, help, completion', async () => {
    assert.equal((await sallyport('version')).out, 'sallyport 0.1.0, agent 0.1.0\n');
    assert.equal((await sallyport('--version')).out, 'sallyport 0.1.0, agent 0.1.0\n');
    assert.equal((await sallyport()).out, (await sallyport('--help')).out);
    for (const command of COMMANDS) {
      const { code, out } = await sallyport('help', ...command.words);
      assert.deepEqual([code, out.includes(`Usage: sallyport ${command.words.join(' ')}`)], [0, true]);
    }
    assert.equal(
      (await sallyport('rules', 'add', '--help')).out,
      (await sallyport('help', 'rules', 'add')).out,
    );
    assert.match((await sallyport('rules', '--help')).out, /sallyport rules import FILE/);
    assert.match((await sallyport('completion', 'fish')).out, /complete -c sallyport/);
  });
});

describe('streams', () => {
  test('watch tells events as lines, survives a restart of the agent and ends with the signal', async () => {
    const watching = start('--socket', agent.socketPath, 'watch', '--history');
    await watching.printed('connected: 0 rules, 1 prompt');
    agent.send({ event: 'ruleDeleted', ruleDeleted: HOSTILE });
    await watching.printed('rule x\\x1b[31m\\x9b2J\\nforged\\u{202e} deleted');
    agent.stop();
    agent.greeting = [{ event: 'history', history: sampleRecord({ name: 'after-restart' }) }];
    await agent.start();
    await watching.printed('after-restart');
    watching.interrupt();
    const { code, err } = await watching.ended;
    assert.equal(code, 130);
    assert.match(err, /^Lost the firewall; trying again by itself\./);
  });
  test('prompts without a terminal prints questions, one document a line with --json, and answers nothing', async () => {
    const before = agent.requests.length;
    const printing = start('--socket', agent.socketPath, 'prompts', '--json');
    await printing.printed('"snapshot"');
    agent.send({ event: 'prompt', prompt: samplePrompt({ id: HOSTILE }) });
    agent.send({ event: 'promptClosed', promptClosed: { id: 'p1', reason: 'decided' } });
    await printing.printed('decided');
    printing.interrupt();
    const lines = (await printing.ended).out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { event: string });
    assert.deepEqual(
      lines.map(({ event }) => event),
      ['snapshot', 'prompt', 'promptClosed'],
    );
    const plain = start('--socket', agent.socketPath, 'prompts');
    await plain.printed('Allow curl to connect to 1.2.3.4:443?');
    plain.interrupt();
    await plain.ended;
    assert.equal(agent.requests.length, before);
  });
  test('a reader that goes away is no failure', async () => {
    agent.answers.listHistory = () => ({ records: Array.from({ length: 10_000 }, () => sampleRecord()) });
    const script = '"$0" "$1" --socket "$2" history | head -1; echo "${PIPESTATUS[0]}"';
    const child = spawn('bash', ['-c', script, process.execPath, MAIN, agent.socketPath], {
      env: process.env,
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (text: Buffer) => (out += text.toString()));
    child.stderr.on('data', (text: Buffer) => (err += text.toString()));
    await new Promise((resolve) => child.on('close', resolve));
    assert.deepEqual([out.trimEnd().split('\n').at(-1), err], ['0', '']);
  });
});

test('nothing that a program or the agent wrote reaches the terminal raw, by any command', async () => {
  const flow = sampleFlow({ address: HOSTILE, protocol: HOSTILE });
  const app = { id: HOSTILE, name: HOSTILE, path: HOSTILE, identity: HOSTILE, mayCarryLastingRule: true };
  const rule = sampleRule({ id: HOSTILE, sentence: HOSTILE, note: HOSTILE, origin: HOSTILE, file: HOSTILE });
  const prompt = samplePrompt({ question: `Allow ${HOSTILE}?`, app, flows: [flow] });
  agent.greeting = [{ event: 'snapshot', snapshot: sampleSnapshot({ prompts: [prompt] }) }];
  agent.answers = {
    ...GOOD,
    getStatus: () =>
      sampleStatus({
        version: HOSTILE,
        correlator: HOSTILE,
        health: [{ name: HOSTILE, state: 'HEALTH_STATE_BROKEN', text: HOSTILE, remedy: HOSTILE }],
      }),
    listRules: () => ({
      rules: [rule],
      problems: [{ file: HOSTILE, line: 1, reason: HOSTILE, lastGoodVersionInForce: true }],
    }),
    putRule: () => ({ rule }),
    setRuleEnabled: () => ({ rule }),
    explain: () => ({
      outcome: HOSTILE,
      rule,
      beaten: [{ rule, beatenBy: HOSTILE }],
      consultedFields: [HOSTILE],
      text: HOSTILE,
    }),
    listHistory: () => ({
      records: [
        sampleRecord({
          app: HOSTILE,
          path: '',
          address: HOSTILE,
          name: HOSTILE,
          reason: HOSTILE,
          protocol: HOSTILE,
        }),
      ],
    }),
    decide: () => ({ rules: [rule], flowsAnswered: 1, undoToken: HOSTILE, undoUntilMs: 0 }),
  };
  const commands = [
    ['status'],
    ['doctor'],
    ['rules', 'list'],
    ['rules', 'show', HOSTILE],
    ['rules', 'show', `${HOSTILE}y`],
    ['rules', 'add', '--deny', '--any-app'],
    ['rules', 'enable', 'x'],
    ['explain', '/x', '1.2.3.4'],
    ['history'],
    ['prompts', 'list'],
    ['prompts', 'answer', 'p1', 'deny'],
    ['version'],
    [HOSTILE],
    ['status', `--${HOSTILE}`],
  ];
  for (const words of commands)
    for (const more of [[], ['--json']]) {
      const { out, err } = await sallyport(...words, ...more);
      assert.notEqual(out + err, '');
      assert.doesNotMatch((out + err).replaceAll('\n', ''), /[\p{Cc}\p{Cf}]/u, words.join(' '));
      assert.doesNotMatch(out + err, /^forged/m, words.join(' '));
    }
});
