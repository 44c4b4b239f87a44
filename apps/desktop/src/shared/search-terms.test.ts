// The search field: words, fields, quotes, and that what is written is read again.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { parseSearch, withField, writeSearch } from './search-terms.ts';
import type { SearchTerm } from './search-terms.ts';

const KEYS = ['app', 'port', 'action'] as const;

function read(text: string): readonly string[] {
  return parseSearch(text, KEYS).map((term) =>
    term.kind === 'word' ? term.text : `${term.key}=${term.value}`,
  );
}

describe('a search', () => {
  test('has words and fields, in any order and case of the field', () => {
    assert.deepEqual(read('  curl app:firefox  PORT:443 x'), ['curl', 'app=firefox', 'port=443', 'x']);
  });

  test('takes an address with colons, and a field that nobody knows, as words', () => {
    assert.deepEqual(read('2001:db8::1 size:3 [::1]:80'), ['2001:db8::1', 'size:3', '[::1]:80']);
  });

  test('keeps together what stands in quotes', () => {
    assert.deepEqual(read('app:"my \\"own\\" app" "two words" "app:x"'), [
      'app=my "own" app',
      'two words',
      'app:x',
    ]);
  });

  test('does not mind what is not finished', () => {
    assert.deepEqual(read('app: "two wor'), ['two wor']);
    assert.deepEqual(read('app:"'), ['app=']);
    assert.deepEqual(read('app:'), []);
    assert.deepEqual(read('"a\\'), ['a']);
    assert.deepEqual(read('a"b c\\d'), ['a"b', 'c\\d']);
  });

  test('gets one field of a key instead of another', () => {
    assert.equal(withField('curl port:80 x', { key: 'port', value: '443' }, KEYS), 'curl x port:443');
    assert.equal(withField('curl port:80', { key: 'port', value: undefined }, KEYS), 'curl');
  });
});

const term: fc.Arbitrary<SearchTerm<(typeof KEYS)[number]>> = fc.oneof(
  fc.string({ unit: 'grapheme' }).map((text) => ({ kind: 'word' as const, text })),
  fc
    .tuple(fc.constantFrom(...KEYS), fc.string({ unit: 'grapheme' }))
    .map(([key, value]) => ({ kind: 'field' as const, key, value })),
  fc
    .constantFrom('app:x', '"', '\\', 'a b', '', 'port:"', 'APP:', '\u2028')
    .map((text) => ({ kind: 'word' as const, text })),
);

test('what is written is read again', () => {
  fc.assert(
    fc.property(fc.array(term), (terms) => {
      assert.deepEqual(parseSearch(writeSearch(terms, KEYS), KEYS), terms);
    }),
  );
});

test('any text is read, and once read means the same for ever', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const terms = parseSearch(text, KEYS);
      assert.deepEqual(parseSearch(writeSearch(terms, KEYS), KEYS), terms);
    }),
  );
});
