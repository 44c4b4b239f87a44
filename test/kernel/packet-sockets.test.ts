// Packet sockets send past netfilter: who opens one is seen, recorded and asked about on every kernel, and refused where the kernel
// runs BPF programs as a security module.
import assert from 'node:assert/strict';
import { renameSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import type { Rule } from '@sallyport/proto';
import { waitFor } from '../lab/commands.ts';
import { atThisPaceMs } from '../lab/pace.ts';
import { needsRoot } from '../lab/root.ts';
import {
  isJudged,
  NO_HOOK,
  opened,
  openerOf,
  present,
  putRule,
  recordsOf,
  SEEN_MS,
} from './packet-socket-openers.ts';
import { ruleFor } from './rule-for.ts';
import { Stage } from './stage.ts';

describe('packet sockets', { skip: needsRoot, timeout: atThisPaceMs(120_000) }, () => {
  let stage: Stage;
  before(async () => void (stage = await Stage.open()));
  after(() => stage[Symbol.asyncDispose]());

  const put = (rule: Rule): Promise<Rule> => putRule(stage, rule);

  test('one that no rule knows goes on, is recorded with its process, and is asked about', async () => {
    const app = openerOf(stage, 'unknown');
    const program = stage.start(app);
    assert.equal(await opened(program), 'open');
    const [record] = await recordsOf(stage, app);
    assert.deepEqual(
      [record?.action, record?.reason, record?.protocol, record?.address, record?.port, record?.pid],
      ['ACTION_ALLOW', 'failure packetSocketUnknown', 'packet', '', 0, program.pid],
    );
    const prompt = await stage.person.asked(app);
    assert.equal(prompt.question, "Allow unknown to send raw packets, past the firewall's rules?");
    assert.deepEqual([prompt.flows.map(({ protocol }) => protocol), prompt.networks], [['packet'], ['']]);
  });

  test('an answer becomes a rule for packet sockets of that App alone, in force from the next one on', async () => {
    const app = openerOf(stage, 'answered');
    const program = stage.start(app);
    await opened(program);
    const prompt = await stage.person.asked(app);
    await assert.rejects(stage.person.answer(prompt, { action: 'allow', lifetime: 'once' }), /no effect/);
    const { rules } = await stage.person.answer(prompt, { action: 'allow' });
    assert.deepEqual(
      rules.map(({ matcher }) => [matcher?.app, matcher?.protocols, matcher?.addresses]),
      [[app, ['packet'], []]],
    );
    assert.match(
      rules[0]?.sentence ?? '',
      /^answered may send raw packets, past the firewall's rules, always$/,
    );
    assert.equal(await opened(program, 1), 'open');
    const [record] = await recordsOf(stage, app, 2);
    assert.deepEqual([record?.action, record?.reason], ['ACTION_ALLOW', `rule ${rules[0]?.id}`]);
    assert.deepEqual(
      stage.person.prompts.filter(({ app: asked }) => asked?.id === app),
      [],
    );
  });

  test('a rule that allows everything an App does allows no packet socket', async () => {
    const app = openerOf(stage, 'everything');
    await put(ruleFor(app, 'ACTION_ALLOW'));
    await opened(stage.start(app));
    const [record] = await recordsOf(stage, app);
    assert.equal(record?.reason, 'failure packetSocketUnknown');
    await stage.person.asked(app);
  });

  test('a denied one is refused at socket() where the kernel can, and else recorded as open', async () => {
    const app = openerOf(stage, 'denied');
    const rule = await put(ruleFor(app, 'ACTION_DENY'));
    const canRefuse = await isJudged(stage);
    assert.equal(await opened(stage.start(app)), canRefuse ? 'EPERM' : 'open');
    const [record] = await recordsOf(stage, app);
    assert.deepEqual(
      [record?.action, record?.reason],
      canRefuse ? ['ACTION_DENY', `rule ${rule.id}`] : ['ACTION_ALLOW', 'failure packetSocketOpen'],
    );
  });

  test('many of one process are few records that count them all, and one question', async () => {
    const app = openerOf(stage, 'many');
    const program = stage.start(app);
    for (let index = 0; index < 20; index += 1) await opened(program, index);
    const counted = async (): Promise<number> =>
      (await stage.person.records(app)).reduce((sum, { alike }) => sum + 1 + Number(alike), 0);
    await waitFor('all of them', async () => (await counted()) === 20, SEEN_MS);
    assert.equal((await stage.person.asked(app)).flows.length, 1);
  });

  test('one that several processes have is nobody’s, unless the kernel told of its opener', async () => {
    const app = openerOf(stage, 'sharing');
    const canRefuse = await isJudged(stage);
    await opened(stage.start(app, 'shared'));
    const whose = canRefuse ? app : 'unknown';
    const [record] = await recordsOf(stage, whose);
    assert.deepEqual([record?.protocol, record?.app], ['packet', whose]);
  });
});

describe('packet sockets that the kernel judges', { skip: needsRoot, timeout: atThisPaceMs(120_000) }, () => {
  let stage: Stage;
  before(async () => void (stage = await Stage.open({ args: ['--strict'] })));
  after(() => stage[Symbol.asyncDispose]());

  /** Everything in one: each agent takes half a minute to start where the machine is emulated. */
  test('strict: unknown is refused and asked about; an answer holds for that file, and for nobody else', async (context) => {
    if (!(await isJudged(stage))) return context.skip(NO_HOOK);
    const app = openerOf(stage, 'strict');
    const program = stage.start(app);
    assert.equal(await opened(program), 'EPERM');
    const [record] = await recordsOf(stage, app);
    assert.deepEqual([record?.action, record?.reason], ['ACTION_DENY', 'failure packetSocketUnknown']);
    const prompt = await stage.person.asked(app);
    const { rules } = await stage.person.answer(prompt, { action: 'allow' });
    assert.equal(await opened(program, 1), 'open');

    // What an allowed program becomes by exec is another one.
    const other = openerOf(stage, 'other');
    const becoming = stage.start(app, 'exec', other);
    assert.equal(await opened(becoming), 'open');
    assert.equal(await becoming.line(1, SEEN_MS), 'EPERM');

    // The file at the path of the rule is the program: known anew once it was looked at, and until then it is unknown.
    const replacement = openerOf(stage, 'replacement');
    renameSync(replacement, app);
    await waitFor('the new file', async () => (await opened(stage.start(app))) === 'open', SEEN_MS);

    const id = present(rules[0]).id;
    await stage.person.client.deleteRule({ id });
    assert.equal(await opened(stage.start(app)), 'EPERM');
  });

  test('strict: a rule until the process ends holds for that process alone', async (context) => {
    if (!(await isJudged(stage))) return context.skip(NO_HOOK);
    const app = openerOf(stage, 'process');
    const program = stage.start(app);
    assert.equal(await opened(program), 'EPERM');
    const prompt = await stage.person.asked(app);
    await stage.person.answer(prompt, { action: 'allow', lifetime: 'untilProcessEnds' });
    assert.equal(await opened(program, 1), 'open');
    assert.equal(await opened(stage.start(app)), 'EPERM');
  });
});
