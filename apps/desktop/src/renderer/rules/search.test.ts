// Search, filter, order and grouping of the list of rules.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Rule } from '../../shared/model.ts';
import { parseSearch } from '../../shared/search-terms.ts';
import { ruleOf } from '../../test-support/samples.ts';
import { rowsOf, sorted } from './arrange.ts';
import { filterOf, withFilter } from './filter.ts';
import { RULE_SEARCH_KEYS, ruleFinder } from './search.ts';
import type { Uses } from './search.ts';

function rule(id: string, matcher: Partial<Rule['matcher']>, changes: Partial<Rule> = {}): Rule {
  return ruleOf(id, {
    matcher: { protocols: [], addresses: [], ports: [], ...matcher },
    sentence: '',
    ...changes,
  });
}

const RULES = [
  rule(
    'web',
    { app: '/usr/bin/curl', ports: [{ from: 8000, to: 8100 }], protocols: ['tcp'] },
    { createdAtMs: 3 },
  ),
  rule(
    'home',
    { app: '/usr/bin/Abiword', addresses: ['10.0.0.0/8'], uid: 1000 },
    { action: 'deny', createdAtMs: 2 },
  ),
  rule('any', { direction: 'in' }, { enabled: false, note: 'For the Printer', createdAtMs: 1 }),
];
const USES: Uses = new Map([['home', { ruleId: 'home', flows: 2, lastAtMs: 9 }]]);

function found(search: string): readonly string[] {
  const finds = ruleFinder(parseSearch(search, RULE_SEARCH_KEYS), USES);
  return RULES.filter(finds).map(({ id }) => id);
}

describe('a search', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['', ['web', 'home', 'any']],
    ['CURL', ['web']],
    ['printer', ['any']],
    ['app:bin/', ['web', 'home']],
    ['app:curl action:deny', []],
    ['port:8050', ['web']],
    ['port:80', []],
    ['address:10.1.2.3', ['home']],
    ['address:10.0', ['home']],
    ['address:11.0.0.1', []],
    ['user:1000', ['home']],
    ['protocol:tcp', ['web']],
    ['direction:in', ['any']],
    ['action:deny', ['home']],
    ['is:off', ['any']],
    ['is:on is:unused', ['web']],
    ['is:nothing', []],
    ['id:o', ['home']],
    ['note:printer', ['any']],
  ];
  for (const [search, ids] of cases)
    test(`for "${search}" finds ${ids.join(', ') || 'nothing'}`, () => assert.deepEqual(found(search), ids));
});

describe('the filter', () => {
  test('is a part of the search, and leaves the rest of it as it is', () => {
    assert.equal(withFilter('curl action:allow port:443', 'off'), 'curl port:443 is:off');
    assert.equal(withFilter('curl is:off', 'all'), 'curl');
    assert.equal(filterOf('curl action:deny'), 'deny');
    assert.equal(filterOf('curl'), 'all');
    assert.equal(filterOf('action:deny is:off'), undefined);
    assert.equal(filterOf('is:on'), undefined);
  });
});

describe('the list', () => {
  test('is sorted by App, by age, by use, or in the order in which rules are asked', () => {
    const ids = (sort: Parameters<typeof sorted>[1]): readonly string[] =>
      sorted(RULES, sort, USES).map(({ id }) => id);
    assert.deepEqual(ids('app'), ['any', 'home', 'web']);
    assert.deepEqual(ids('newest'), ['web', 'home', 'any']);
    assert.deepEqual(ids('used'), ['home', 'any', 'web']);
    assert.deepEqual(ids('order'), ['home', 'web', 'any']);
  });

  test('has a row for each App above its rules where it is grouped', () => {
    const twice = [...RULES, rule('more', { app: '/usr/bin/curl' })];
    const keys = rowsOf(twice, true).map(({ key }) => key);
    assert.deepEqual(keys, [
      ...['app /usr/bin/curl', 'rule web', 'rule more'],
      ...['app /usr/bin/Abiword', 'rule home', 'app ', 'rule any'],
    ]);
    assert.equal(rowsOf(twice, false).length, 4);
  });
});
