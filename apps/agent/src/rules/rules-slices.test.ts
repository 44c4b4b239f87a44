// A reload of many rules happens in slices: the old rules stay until all new ones are there, and whoever asks for a change
// meanwhile has the rest at once.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';
import type { RuleId } from '../domain/rule.ts';
import type { SlicedWork } from '../platform/sliced-work.ts';
import { curlRule, idsOf, rulesFixture } from './rules-store.fixture.ts';
import type { RulesStoreOptions } from './rules-store.ts';
import { rulesText } from './rule-to-entry.ts';

const RULES = 5000;
const MANY = Array.from({ length: RULES }, (_, index) => curlRule(`rule-${index}`));

/** A directory whose rules are in force, and then all others in its file. */
async function underReload(context: TestContext, prepare?: RulesStoreOptions['prepare']) {
  const fixture = rulesFixture(context, prepare);
  fixture.write('many.yaml', rulesText(MANY));
  const store = fixture.open();
  // What the watch noticed of the beginning is over.
  await delay(200);
  fixture.write('many.yaml', rulesText(MANY.map((rule) => ({ ...rule, action: 'deny' }))));
  return { fixture, store };
}

test('the event loop turns meanwhile, and the rules change as a whole', async (context) => {
  const turnsAtSlices: number[] = [];
  let turns = 0;
  const { fixture, store } = await underReload(context, function* (): SlicedWork<void> {
    for (let slice = 0; slice < 4; slice += 1) {
      turnsAtSlices.push(turns);
      for (const untilMs = performance.now() + 3; performance.now() < untilMs;);
      yield;
    }
  });
  const ends = [MANY[0], MANY.at(-1)].map((rule) => rule?.id ?? ('' as RuleId));
  const seen = new Set<string>();
  for (; fixture.changes.length === 0; turns += 1) {
    seen.add(ends.map((id) => store.get(id)?.rule.action).join());
    await turn();
  }
  seen.add(actionsOf(store.rules()));
  assert.deepEqual([...seen], ['allow,allow', 'deny']);
  assert.equal(new Set(turnsAtSlices).size, 4);
  const [change] = fixture.changes;
  assert.deepEqual([change?.removed.length, change?.added.length], [RULES, RULES]);
});

function actionsOf(rules: readonly { readonly action: string }[]): string {
  return [...new Set(rules.map(({ action }) => action))].join();
}

test('a rule that is put meanwhile is in force when that returns, beside all that was written before', async (context) => {
  const { fixture, store } = await underReload(context);
  // The watch waits for the end of the burst, then the reading begins.
  await delay(70);
  assert.equal(store.put(curlRule('late', { action: 'deny' })).kind, 'stored');
  assert.equal(actionsOf(store.rules()), 'deny');
  assert.equal(store.get('late' as RuleId)?.rule.action, 'deny');
  assert.ok(fixture.changes.some(({ added }) => idsOf(added).includes('late')));
});

test('only the rules that changed are a change, in a file of many', async (context) => {
  const fixture = rulesFixture(context);
  fixture.write('many.yaml', rulesText(MANY.slice(0, 500)));
  const store = fixture.open();
  const before = store.rules();
  const file = join(fixture.directory, 'many.yaml');
  writeFileSync(file, `# a comment\n${readFileSync(file, 'utf8').replace('action: allow', 'action: deny')}`);
  const { removed, added } = await fixture.nextChange();
  assert.deepEqual([removed, added.map(({ action }) => action)], [[before[0]], ['deny']]);
  assert.ok(
    store
      .rules()
      .slice(1)
      .every((rule, index) => rule === before[index + 1]),
  );
});

test('what somebody wrote is reported also when the rule that is put then is refused', (context) => {
  const fixture = rulesFixture(context);
  const store = fixture.open();
  fixture.write('a.yaml', 'id: a\naction: deny\n');
  assert.equal(store.put(curlRule('b', { priority: 0.5 })).kind, 'failed');
  assert.deepEqual(
    fixture.changes.map(({ added }) => idsOf(added)),
    [['a']],
  );
});

test('a rule that moves between memory and disk is one change, so that nothing is decided without it', (context) => {
  const { open, changes } = rulesFixture(context);
  const store = open();
  store.put(curlRule('a', { action: 'deny' }));
  store.put(curlRule('a', { action: 'deny', lifetime: { kind: 'restart' } }));
  store.put(curlRule('a', { action: 'deny' }));
  assert.deepEqual(
    changes.map(({ removed, added }) => [idsOf(removed), idsOf(added)]),
    [
      [[], ['a']],
      [['a'], ['a']],
      [['a'], ['a']],
    ],
  );
});
