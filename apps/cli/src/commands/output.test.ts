// What commands print as long as they run, and what none of them lets through to a terminal.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { describe, test } from 'node:test';
import {
  sampleFlow,
  sampleKernelReport,
  samplePrompt,
  sampleRecord,
  sampleRule,
  sampleSnapshot,
  sampleStatus,
} from '../samples.ts';
import { commandBench, GOOD_ANSWERS, HOSTILE, MAIN } from './commands.fixture.ts';

const { agent, sallyport, start } = await commandBench();

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
    ...GOOD_ANSWERS,
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
    measureKernel: () =>
      sampleKernelReport({
        masks: [HOSTILE],
        programs: [{ name: HOSTILE, runs: '1', runTimeNs: '2', instructions: 3 }],
      }),
    decide: () => ({ rules: [rule], flowsAnswered: 1, undoToken: HOSTILE, undoUntilMs: 0 }),
  };
  const commands = [
    ['status'],
    ['doctor'],
    ['doctor', '--measure'],
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
