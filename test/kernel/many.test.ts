// Many at once: packets of one flow, Apps, users and people. Each question stays one question, limits hold, nobody overwrites
// another's answer.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { program } from '../bench/programs.ts';
import { waitFor } from '../lab/commands.ts';
import { needsRoot } from '../lab/root.ts';
import { ruleFor } from './rule-for.ts';
import { PORT, SERVER, Stage } from './stage.ts';

/** From prompts/outcomes.ts, restated: these are promises of docs/security.md. */
const LIMITS = { cards: 256, flowsOnCard: 512, packetsOfFlow: 256 };

describe('many at once', { skip: needsRoot, timeout: 120_000 }, () => {
  let stage: Stage;
  before(async () => void (stage = await Stage.open()));
  after(() => stage[Symbol.asyncDispose]());

  test('datagrams of one flow join its question, up to 256, and are answered with it', async () => {
    const heardBefore = stage.heard.length;
    const path = stage.app('burst');
    const burst = stage.speak(path, 'udp-burst');
    const prompt = await stage.person.asked(path);
    const held = async (): Promise<number> => counter(stage, 'packetsUnanswered');
    await waitFor('the packets to be held', async () => (await held()) === LIMITS.packetsOfFlow);
    assert.equal(prompt.flows.length, 1);
    assert.equal((await stage.person.client.getStatus({})).flowsHeld, 1);
    await stage.person.answer(prompt, { action: 'allow' });
    assert.equal(await burst.line(0), 'answered');
    await waitFor('them to arrive', () => stage.heard.length === heardBefore + LIMITS.packetsOfFlow);
    assert.equal((await stage.person.records(path)).length, 1);
  });

  test('20 Apps at once get 20 cards, and each its own answer', async () => {
    const paths = Array.from({ length: 20 }, (_, index) => stage.app(`app-${index}`));
    const programs = paths.map((path) => stage.speak(path, 'tcp'));
    const prompts = await Promise.all(paths.map((path) => stage.person.asked(path)));
    assert.equal(new Set(prompts.map(({ id }) => id)).size, 20);
    assert.deepEqual(
      prompts.map(({ flows }) => flows[0]?.process?.pid),
      programs.map(({ pid }) => pid),
    );
    for (const [index, prompt] of prompts.entries())
      await stage.person.answer(prompt, { action: index % 2 === 0 ? 'allow' : 'deny' });
    for (const [index, spoken] of programs.entries())
      assert.match(await spoken.line(0), index % 2 === 0 ? /^answered$/ : /^ECONN/);
    assert.equal(stage.person.prompts.length, 0);
  });

  test('a card takes 512 flows; those beyond are refused at once and recorded, the others wait on', async () => {
    const path = program('hold');
    const words = [SERVER[4], String(PORT), String(LIMITS.flowsOnCard + 8), '60'] as const;
    const holding = stage.start(path, ...words);
    const prompt = await stage.person.asked(path, LIMITS.flowsOnCard);
    await waitFor('the refusals', async () => (await refusedByLimit(stage, path)) === 8);
    await stage.person.answer(prompt, { action: 'allow' });
    await waitFor('all to end', () => holding.lines.length === LIMITS.flowsOnCard + 9, 20_000);
    const connected = holding.lines.filter((line) => line === 'connected').length;
    assert.equal(connected, LIMITS.flowsOnCard);
    assert.equal(holding.lines.filter((line) => line.startsWith('ECONN')).length, 8);
  });

  test('of two clients that answer the same card the second is told, and changes nothing', async () => {
    const [first, second] = [stage.person, await stage.seat()];
    const path = stage.app('contested');
    const programs = [stage.speak(path, 'tcp'), stage.speak(path, 'udp')];
    const prompt = await second.asked(path, 2);
    const [one, other] = prompt.flows.map(({ id }) => id);
    await first.answer(await first.asked(path, 2), { action: 'allow', flowIds: [one ?? ''] });
    await assert.rejects(second.answer(prompt, { action: 'deny' }), { kind: 'changed' });
    await waitFor('one to be answered', () => programs.some(({ lines }) => lines[0] === 'answered'));
    const rest = await second.asked(path);
    assert.deepEqual(
      rest.flows.map(({ id }) => id),
      [other],
    );
    await second.answer(rest, { action: 'allow' });
    await assert.rejects(first.answer(rest, { action: 'deny' }), { kind: 'not-found' });
    for (const spoken of programs) assert.equal(await spoken.line(0), 'answered');
    const { rules } = await first.client.listRules({});
    const actions = rules.filter(({ matcher }) => matcher?.app === path).map(({ action }) => action);
    assert.deepEqual(actions, ['ACTION_ALLOW', 'ACTION_ALLOW']);
  });

  test('256 cards are open at most; a question beyond is refused at once, and room is there again after an answer', async () => {
    const path = stage.compile('users');
    const start = (first: number, count: number) =>
      stage.start(path, SERVER[4], String(PORT), String(first), String(count));
    const many = start(10_000, LIMITS.cards);
    await waitFor('the cards', () => stage.person.prompts.length === LIMITS.cards, 20_000);
    const beyond = start(20_000, 1);
    assert.match(await beyond.line(1), /^ECONN/);
    assert.equal(await refusedByLimit(stage, path), 1);
    assert.equal(stage.person.prompts.length, LIMITS.cards);
    await stage.person.answer(await stage.person.asked(path), { action: 'deny', lifetime: 'once' });
    start(30_000, 1);
    await waitFor('another card', () =>
      stage.person.prompts.some(({ flows }) => flows[0]?.process?.uid === 30_000),
    );
    await stage.person.client.putRule({ rule: ruleFor(path, 'ACTION_DENY') });
    await many.line(LIMITS.cards);
    assert.equal(many.lines.filter((line) => line.startsWith('ECONN')).length, LIMITS.cards);
    await waitFor('the cards to go', () => stage.person.prompts.length === 0);
  });

  test('a client that goes away takes no question with it: the next one sees and answers it', async () => {
    const path = stage.app('patient');
    const waiting = stage.speak(path, 'tcp');
    const seen = await stage.person.asked(path);
    await stage.person.leave();
    const next = await stage.seat();
    const prompt = await next.asked(path);
    assert.deepEqual([prompt.id, prompt.revision], [seen.id, seen.revision]);
    assert.deepEqual(waiting.lines, []);
    await next.answer(prompt, { action: 'allow' });
    assert.equal(await waiting.line(0), 'answered');
  });
});

async function counter(stage: Stage, name: string): Promise<number> {
  const { counters } = await stage.person.client.getStatus({});
  return Number(counters.find((found) => found.name === name)?.value);
}

async function refusedByLimit(stage: Stage, app: string): Promise<number> {
  const records = await stage.person.records(app);
  return records.filter(({ action, reason }) => `${action} ${reason}` === 'ACTION_DENY failure promptLimit')
    .length;
}
