// History as CSV and JSON: complete, and harmless in a spreadsheet whatever programs call themselves.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { entryOf } from '../../test-support/samples.ts';
import { csvOf, jsonOf } from './export.ts';

/** As RFC 4180 has it. */
function readCsv(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    row.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows.slice(0, -1);
}

function lastCell(commandLine: readonly string[]): string | undefined {
  const [, cells] = readCsv(csvOf([{ ...entryOf(1), commandLine }]).slice(1));
  return cells?.at(-1);
}

describe('the CSV', () => {
  test('has a line for each entry below the names of its columns', () => {
    const [head, first, ...others] = readCsv(
      csvOf([{ ...entryOf(7), app: '/usr/bin/curl' }, entryOf(8)]).slice(1),
    );
    assert.equal(head?.[0], 'time');
    assert.equal(first?.length, head.length);
    assert.equal(first[head.indexOf('app')], '/usr/bin/curl');
    assert.equal(others.length, 1);
  });

  test('has no formula in it', () => {
    for (const text of ['=1+1', '+1', '-1', '@SUM(A1)', '  =1', '＝1', '|cmd', '%0A'])
      assert.ok(lastCell([text])?.startsWith("'"), text);
    assert.equal(lastCell(['\t=1']), '\\t=1');
    assert.equal(lastCell(['\r\n=1']), '\\r\\n=1');
  });

  test('shows what cannot be seen, and keeps quotes and commas in their cell', () => {
    assert.equal(lastCell(['a"b,c', 'd\u202ee\n']), 'a"b,c d\\u{202e}e\\n');
  });

  test('is read back as one line for each entry, whatever stands in it, and begins no cell as a formula', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.string({ unit: 'binary' })), { maxLength: 5 }), (commandLines) => {
        const entries = commandLines.map((commandLine, index) => ({ ...entryOf(index + 1), commandLine }));
        const [head, ...rows] = readCsv(csvOf(entries).slice(1));
        assert.equal(rows.length, entries.length);
        for (const cells of rows) {
          assert.equal(cells.length, head?.length);
          for (const cell of cells) assert.doesNotMatch(cell, /^[=+\-@\t\r\n]/);
        }
      }),
    );
  });
});

test('the JSON is what is known', () => {
  const text = jsonOf([{ ...entryOf(1), commandLine: ['=1'] }]);
  const { commandLineCut, ...known } = entryOf(1);
  assert.equal(commandLineCut, false);
  assert.deepEqual(JSON.parse(text), [{ ...known, commandLine: ['=1'] }]);
});
