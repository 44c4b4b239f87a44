import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { decodeKeys, flushKeys } from './keys.ts';
import type { Key } from './keys.ts';

const letters = (text: string): readonly Key[] =>
  Array.from(text, (character) => ({ kind: 'character', text: character }) as const);

describe('bytes of a terminal', () => {
  test('a cursor key in two reads is never the letter at its end', () => {
    const first = decodeKeys('', '\u001b');
    assert.deepEqual(first, { keys: [], rest: '\u001b' });
    assert.deepEqual(decodeKeys(first.rest, '[A'), { keys: [{ kind: 'other' }], rest: '' });
    const third = decodeKeys(decodeKeys('', '\u001b[').rest, 'A');
    assert.deepEqual(third, { keys: [{ kind: 'other' }], rest: '' });
  });
  test('a function key, Alt with a letter and a string sequence are no letters', () => {
    for (const text of [
      '\u001bOA',
      '\u001ba',
      '\u001b[1;5A',
      '\u001b]52;c;aaaa\u0007',
      '\u001bPaAdD\u001b\\',
    ])
      assert.deepEqual(decodeKeys('', text), { keys: [{ kind: 'other' }], rest: '' }, JSON.stringify(text));
  });
  test('Escape alone is Escape once nothing follows it', () => {
    assert.deepEqual(flushKeys('\u001b'), [{ kind: 'escape' }]);
    assert.deepEqual(flushKeys('\u001b['), [{ kind: 'other' }]);
    assert.deepEqual(flushKeys(''), []);
  });
  test('pasted text is one key that is no letter, also in several reads', () => {
    assert.deepEqual(decodeKeys('', '\u001b[200~aAdD\u001b[201~').keys, [{ kind: 'paste' }]);
    const begun = decodeKeys('', '\u001b[200~aA');
    assert.deepEqual(begun.keys, []);
    assert.deepEqual(decodeKeys(begun.rest, 'dD\u001b[201~').keys, [{ kind: 'paste' }]);
  });
  test('more than a hand types at once counts as pasted', () => {
    assert.deepEqual(decodeKeys('', 'ls -la /tmp').keys, [{ kind: 'paste' }]);
  });
  test('letters, Return and Ctrl-C are themselves', () => {
    assert.deepEqual(decodeKeys('', 'sa').keys, letters('sa'));
    assert.deepEqual(decodeKeys('', '\r\n').keys, [{ kind: 'return' }, { kind: 'return' }]);
    assert.deepEqual(decodeKeys('', '\u0003\u001a').keys, [{ kind: 'interrupt' }, { kind: 'suspend' }]);
  });
});

test('any text in any pieces ends, keeps a bounded rest, and a paste never yields a letter', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 6 }),
    fc.constantFrom('\u001b', '\u001b[', '\u001b[200~', '\u001b[201~', '\u001b]', 'a', 'A', '~', '\u001bO'),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      let rest = '';
      for (const text of pieces) {
        const decoded = decodeKeys(rest, text);
        rest = decoded.rest;
        assert.ok(rest.length <= 80, JSON.stringify(rest));
        flushKeys(rest);
      }
      const pasted = decodeKeys('', `\u001b[200~${pieces.join('').replaceAll('\u001b', '')}\u001b[201~`);
      assert.ok(pasted.keys.every((key) => key.kind === 'paste'));
    }),
  );
});
