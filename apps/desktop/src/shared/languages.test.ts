// Which language a person gets who wants others than ours.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bestLanguage, isLanguageTag } from './languages.ts';

const CASES: readonly (readonly [readonly string[], string])[] = [
  [['en-GB'], 'en'],
  [['zh-CN', 'en'], 'zh-Hans'],
  [['zh-Hans-SG'], 'zh-Hans'],
  // The other script is read more easily than another language.
  [['zh-TW', 'en'], 'zh-Hans'],
  [['de', 'zh'], 'zh-Hans'],
  [['de', 'fr'], 'en'],
  [['not a tag', 'zh'], 'zh-Hans'],
  [[], 'en'],
];

for (const [wanted, language] of CASES)
  test(`${JSON.stringify(wanted)} is answered in ${language}`, () =>
    assert.equal(bestLanguage(wanted), language));

test('only our languages can be chosen', () => {
  assert.ok(isLanguageTag('zh-Hans'));
  assert.ok(!isLanguageTag('zh'));
  assert.ok(!isLanguageTag('desktop'));
});
