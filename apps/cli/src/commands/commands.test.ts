import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { status as grpc } from '@grpc/grpc-js';
import { EXIT_CODES } from '../exit-codes.ts';
import { Refusal } from '../fake-agent.ts';
import {
  sampleFlow,
  sampleKernelReport,
  samplePrompt,
  sampleRule,
  sampleSnapshot,
  sampleStatus,
} from '../samples.ts';
import { commandBench, HOSTILE, runHere } from './commands.fixture.ts';
import { COMMANDS } from './table.ts';

const { agent, sallyport, start, document, lastRequest } = await commandBench();

const importedIds = (text: string): unknown => (JSON.parse(text) as { imported: unknown }).imported;

describe('exit statuses', () => {
  test('3 when no agent answers, with what to do', async () => {
    const { code, out, err } = await start('--socket', '/no/such.sock', 'status').ended;
    assert.deepEqual([code, out], [EXIT_CODES.unreachable.code, '']);
    assert.match(err, /Start it: `npm start`/);
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
    agent.answers.measureKernel = ({ durationMs }) => sampleKernelReport({ measuredMs: durationMs });
    assert.match(
      (await sallyport('doctor', '--measure')).out,
      /The kernel\nverdicts +12[^]*packet_unknown +1000 /,
    );
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
    const request = lastRequest() as { sinceMs: number };
    assert.partialDeepStrictEqual(request, {
      limit: 5,
      beforeId: '0',
      app: '',
      address: '1.2.3.4',
      port: 443,
      action: 'ACTION_DENY',
    });
    assert.ok(Math.abs(Date.now() - 7_200_000 - request.sinceMs) < 60_000);
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
  test('prompts answer says what was done and ends with 1 where the rule could not be stored', async () => {
    const notStored = { text: 'The rule curl-443 was not stored. The disk is full.', diskFull: true };
    agent.answers.decide = () => ({
      rules: [],
      flowsAnswered: 2,
      undoToken: 'u1',
      undoUntilMs: 0,
      notStored,
    });
    const words = ['prompts', 'answer', 'p1', 'allow', '--for', 'always'] as const;
    const { code, out, err } = await sallyport(...words);
    assert.equal(code, EXIT_CODES.refused.code);
    assert.equal(err, `2 waiting flows answered, 0 rules stored. ${notStored.text}\n`);
    assert.equal(out, 'sallyport undo u1 takes it back.\n');
    const json = await sallyport(...words, '--json');
    assert.equal(json.code, EXIT_CODES.refused.code);
    assert.deepEqual((JSON.parse(json.out) as { notStored: unknown }).notStored, notStored);
  });
  test('prompts answer covers the flows of its scope that were there, and undo takes it back', async () => {
    const flows = [sampleFlow(), sampleFlow({ address: '5.6.7.8' })];
    agent.greeting = [
      {
        event: 'snapshot',
        snapshot: sampleSnapshot({
          prompts: [samplePrompt({ flows, revision: 7, container: 'container:docker/web' })],
        }),
      },
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
      ...{ ownUserOnly: false, forContainer: false },
      flowIds: ['1.2.3.4|443'],
      revision: 7,
    });
    const narrow = 'prompts answer p1 deny --scope network --own-user --for 1h'.split(' ');
    const { out: told } = await sallyport(...narrow);
    assert.match(told, /^curl may not reach 1\.2\.3\.0\/24, any port for 1 hour, when alice runs it\. /);
    const whole = 'prompts answer p1 allow --container --scope port'.split(' ');
    const { out: wide } = await sallyport(...whole);
    assert.match(
      wide,
      /^Every program in container docker\/web may reach port 443 \(TCP\) of any address and 1 more for 1 hour\. /,
    );
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
