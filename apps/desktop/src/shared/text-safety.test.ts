// Hostile text: nothing hidden, nothing reordered, nothing that passes for something else without a sign.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { plainText, safeText, shownText } from './text-safety.ts';

const anyText = fc.string({ unit: 'binary', maxLength: 60 });
const hostileText = fc
  .array(
    fc.constantFrom(
      'a',
      ' ',
      '\u202e',
      '\u200b',
      '\n',
      '\u0301',
      '\ud83d\ude00',
      '\ud83d',
      '\u2066',
      '\0',
      '\ufe0f',
    ),
  )
  .map((characters) => characters.join(''));

describe('hostile text', () => {
  test('has every character that is not seen, or that moves others, as an escape', () => {
    assert.equal(safeText('a\u202eb\u200bc\nd\u001b[2J\u00a0e'), 'a\\u{202e}b\\u{200b}c\\nd\\x1b[2J\\xa0e');
    const parts = shownText('evil\u202egpj.sh').parts;
    assert.deepEqual(parts, [
      { kind: 'plain', text: 'evil' },
      { kind: 'escape', text: '\\u{202e}' },
      { kind: 'plain', text: 'gpj.sh' },
    ]);
  });

  test('keeps ordinary words of all scripts, with their marks', () => {
    for (const text of ['café', 'naïve', 'Ünïcödé', '防火墙', 'Привет', 'नमस्ते', 'a\u0301'])
      assert.equal(safeText(text), text);
  });

  test('has no tower of marks, and none that stands on what we wrote', () => {
    assert.equal(safeText('a' + '\u0301'.repeat(4)), 'a\u0301\u0301\\u{301}\\u{301}');
    assert.equal(safeText('\u0301a'), '\\u{301}a');
    assert.equal(safeText('\u200b\u0301'), '\\u{200b}\\u{301}');
  });

  test('never shows a control, formatting or half character, cut or not', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, hostileText), fc.integer({ min: 2, max: 20 }), (text, most) => {
        const shown = shownText(text, most);
        for (const out of [shown.full, plainText(shown.parts), safeText(text), ...shown.mixedWords])
          assert.doesNotMatch(out, /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('long text', () => {
  test('is cut in the middle and says how much is left out; the whole one is there', () => {
    const text = `begin${'x'.repeat(131_072)}end`;
    const shown = shownText(text, 20);
    assert.equal(plainText(shown.parts), 'beginxxxxx…xxxxxxxend');
    assert.deepEqual(shown.parts[1], { kind: 'left-out', characters: text.length - 20 });
    assert.equal(shown.full, text);
  });

  test('that fits is whole', () => {
    assert.deepEqual(shownText('four', 4).parts, [{ kind: 'plain', text: 'four' }]);
  });

  test('keeps pairs whole and loses nothing between head and tail', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme-composite', minLength: 1 }),
        fc.integer({ min: 2, max: 30 }),
        (text, most) => {
          const left = shownText(text, most).parts.find((part) => part.kind === 'left-out');
          if (left === undefined) assert.ok(text.length <= most);
          else assert.ok(Math.abs(left.characters - (text.length - most)) <= 1);
        },
      ),
    );
  });
});

describe('letters that look alike', () => {
  test('in one word are flagged', () => {
    assert.deepEqual(shownText('/usr/bin/сurl').mixedWords, ['сurl']);
    assert.deepEqual(shownText('pаypal.example and ok').mixedWords, ['pаypal']);
    assert.deepEqual(shownText('\u{1d41c}url').mixedWords, ['\u{1d41c}url']);
  });

  test('in words of one script each, or of scripts that cannot be confused, are not', () => {
    for (const text of ['curl', 'Привет curl', '東京Tower', 'αβγ', 'naïve'])
      assert.deepEqual(shownText(text).mixedWords, [], text);
  });
});
