// A hundred thousand rules are told while packets have their turn: what takes long is done in slices, and in order all the same.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { ruleOf } from '../domain/rule.fixture.ts';
import type { StoredRule } from './ports.ts';
import { nextEvent, serve, until } from './testing/serving.ts';
import { promptNamed } from './testing/fake-firewall.ts';

const RULES = 50;
const MS_FOR_EACH = 1;

const RULE: StoredRule = { rule: ruleOf('any'), file: undefined, sentence: 'Anything may connect.' };

/** Rules that take their time, and tell when they have begun and how many turns the event loop had before they were over. */
class SlowRules {
  hasBegun = false;
  isOver = false;
  turns = 0;

  *[Symbol.iterator](): Generator<StoredRule, void, undefined> {
    this.hasBegun = true;
    void this.#count();
    for (let index = 0; index < RULES; index += 1) {
      for (const untilMs = performance.now() + MS_FOR_EACH; performance.now() < untilMs;);
      yield RULE;
    }
    this.isOver = true;
  }

  async #count(): Promise<void> {
    for (; !this.isOver && this.turns < 1000; this.turns += 1) await turn();
  }
}

async function served(context: TestContext) {
  const serving = await serve();
  context.after(() => serving[Symbol.asyncDispose]());
  const { firewall } = serving;
  const rules = new SlowRules();
  const snapshot = firewall.snapshot.bind(firewall);
  firewall.snapshot = () => ({ ...snapshot(), rules });
  return { firewall, rules, client: serving.connect() };
}

test('a snapshot of many rules lets the event loop turn, and what happens meanwhile comes after it', async (context) => {
  const { firewall, rules, client } = await served(context);
  const updates = client.watch();
  const first = nextEvent(updates);
  await until(() => rules.hasBegun);
  assert.equal(rules.isOver, false);
  firewall.tell({ kind: 'prompt', prompt: promptNamed('p-1') });
  const snapshot = await first;
  assert.ok(snapshot.event === 'snapshot');
  assert.equal(snapshot.snapshot.rules.length, RULES);
  assert.ok(rules.turns > 5, `${rules.turns} turns`);
  assert.equal((await nextEvent(updates)).event, 'prompt');
  await updates.return();
});

test('a client that leaves meanwhile costs nothing more', async (context) => {
  const { firewall, rules, client } = await served(context);
  const updates = client.watch();
  const first = updates.next().catch(() => undefined);
  await until(() => rules.hasBegun);
  client.close();
  await first;
  await until(() => firewall.listeners === 0);
  await turn();
  await turn();
  assert.equal(rules.isOver, false);
});

test('a list of many rules lets the event loop turn', async (context) => {
  const { firewall, rules, client } = await served(context);
  Object.assign(firewall.rules, { list: () => ({ rules, problems: [] }) });
  assert.equal((await client.listRules({})).rules.length, RULES);
  assert.ok(rules.turns > 5, `${rules.turns} turns`);
});

test('where many rules change at once a client is told to begin anew', async (context) => {
  const { firewall, client } = await served(context);
  const updates = client.watch({ reconnect: false });
  await nextEvent(updates);
  firewall.tell({ kind: 'many-rules' });
  await assert.rejects(updates.next(), { kind: 'limit', message: /Reconnect for a new snapshot/ });
  assert.equal(firewall.listeners, 0);
});
