import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { documentOf, jsonDocument, jsonLine } from '../document.ts';
import { safeCommandLine, safeText, safeWord } from './safe-text.ts';
import { clip, clipMiddle, textWidth, wrap } from './width.ts';

describe('text that a program chose', () => {
  test('escape sequences, also in their one-byte form, are written out', () => {
    assert.equal(safeText('evil\u001b[2J\u009b1mx\u0007'), 'evil\\x1b[2J\\x9b1mx\\x07');
  });
  test('a line feed, a carriage return and a backspace cannot move anything', () => {
    assert.equal(safeText('a\nb\rc\bd\te'), 'a\\nb\\rc\\x08d\\te');
  });
  test('direction overrides and invisible characters show themselves', () => {
    assert.equal(safeText('a\u202egpj.exe\u200b\u2066'), 'a\\u{202e}gpj.exe\\u{200b}\\u{2066}');
  });
  test('blank characters that are no space, and frame characters, show themselves', () => {
    assert.equal(safeText('a\u00a0b\u3164\u2800│─'), 'a\\xa0b\\u{3164}\\u{2800}\\u{2502}\\u{2500}');
  });
  test('a tower of marks is cut', () => {
    assert.equal(safeText('e\u0301\u0301\u0301'), 'e\u0301\u0301\\u{301}');
    assert.equal(safeText('\u0301e'), '\\u{301}e');
  });
  test('ordinary text of any script stays', () => {
    for (const text of ['curl', 'Prüfung', '下载', 'برنامج', '한국어', 'a b', '👍'])
      assert.equal(safeText(text), text);
  });
  test('a word that could pass for two, or for a separator, is quoted', () => {
    assert.equal(safeWord('curl'), 'curl');
    assert.equal(safeWord('a ← systemd'), "'a ← systemd'");
    assert.equal(safeWord("it's"), "'it\\'s'");
    assert.equal(safeWord(''), "''");
    assert.equal(safeCommandLine(['sh', '-c', 'echo hi']), "sh -c 'echo hi'");
    assert.equal(safeCommandLine([]), '(none)');
  });
  test('nothing that a terminal acts on passes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.doesNotMatch(safeText(text), /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      }),
    );
  });
});

describe('JSON', () => {
  test('carries hostile text without a raw control character, and gives it back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        for (const text of [jsonLine({ name }), jsonDocument({ name }).replaceAll('\n', '')]) {
          assert.doesNotMatch(text, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
          assert.deepEqual(JSON.parse(text), {
            name: name.toWellFormed() === name ? name : (JSON.parse(JSON.stringify(name)) as unknown),
          });
        }
      }),
    );
  });
  test('shortens enums where they stand and nowhere else', () => {
    assert.deepEqual(
      documentOf({
        action: 'ACTION_ALLOW',
        direction: 'DIRECTION_UNSPECIFIED',
        note: 'ACTION_ALLOW',
        checks: [{ state: 'HEALTH_STATE_OK' }],
        gone: undefined,
      }),
      { action: 'allow', note: 'ACTION_ALLOW', checks: [{ state: 'ok' }] },
    );
  });
});

describe('width', () => {
  test('wide characters count two, marks none', () => {
    assert.equal(textWidth('下载'), 4);
    assert.equal(textWidth('e\u0301'), 1);
    assert.equal(textWidth('👍'), 2);
    assert.equal(textWidth('한국어'), 6);
  });
  test('clipping never cuts a wide character in half', () => {
    assert.equal(clip('下载下载', 6), '下载…');
    assert.equal(clipMiddle('/usr/lib/very/long/curl', 12), '/usr/…g/curl');
  });
  test('a text breaks at blanks, and inside a word that is too long', () => {
    assert.deepEqual(wrap('one two three', { columns: 8 }), ['one two', 'three']);
    assert.deepEqual(wrap('abcdefghij', { columns: 4 }), ['abcd', 'efgh', 'ij']);
    assert.deepEqual(wrap('aa bb cc dd', { columns: 5, mostLines: 2 }), ['aa bb', 'cc dd']);
    assert.deepEqual(wrap('aa bb cc dd ee', { columns: 5, mostLines: 2 }), ['aa bb', 'cc d…']);
  });
  test('no line is wider than asked, and nothing is lost without a limit', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 2, max: 40 }), (raw, columns) => {
        const text = safeText(raw);
        const lines = wrap(text, { columns });
        for (const line of [...lines, clip(text, columns), clipMiddle(text, columns)])
          assert.ok(textWidth(line) <= columns, line);
        assert.equal(lines.join('').replaceAll(' ', ''), text.replaceAll(' ', ''));
      }),
    );
  });
});
