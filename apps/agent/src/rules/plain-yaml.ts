// A fast reader for plainly written rule files: one `key: value` a line. A general YAML parser takes 200 us and more for a rule,
// which is seconds for a large file. Whatever is not plain is left to the full reader.
import { finish } from '../platform/sliced-work.ts';
import type { SlicedWork } from '../platform/sliced-work.ts';
import type { Place, RuleDocument } from './rule-document.ts';
import { readListItem, readScalar } from './scalar.ts';
import type { EntryValue } from './rule-to-entry.ts';
import { RULE_KEYS } from './schema.ts';

export interface PlainEntry {
  readonly values: Record<string, EntryValue>;
  /** Where its first line begins in the text, and the number of that line, from 0. */
  readonly start: number;
  readonly line: number;
}

export type PlainReading =
  | {
      readonly kind: 'plain';
      readonly shape: 'list' | 'single';
      readonly entries: readonly PlainEntry[];
      readonly text: string;
    }
  /** Line from 1: the first one that is not plain. */
  | { readonly kind: 'notPlain'; readonly line: number };

export type Plain = Extract<PlainReading, { kind: 'plain' }>;

const KEYS: ReadonlySet<string> = new Set(RULE_KEYS);
const COMMENT = /^ *(#.*)?$/;

/** Lines that are read in one go. */
const LINES_IN_A_SLICE = 500;

export function readPlain(text: string): PlainReading {
  return finish(readingPlain(text));
}

export function* readingPlain(text: string): SlicedWork<PlainReading> {
  const reader: PlainReader = { shape: undefined, entries: [] };
  let lines = 0;
  for (let start = 0; start <= text.length; lines += 1) {
    const newline = text.indexOf('\n', start);
    const line = text.slice(start, newline < 0 ? text.length : newline);
    if (!isComment(line) && !readLine({ line, start, number: lines }, reader))
      return { kind: 'notPlain', line: lines + 1 };
    start = newline < 0 ? Infinity : newline + 1;
    if (lines % LINES_IN_A_SLICE === 0) yield;
  }
  const { shape, entries } = reader;
  return shape === undefined ? { kind: 'notPlain', line: 1 } : { kind: 'plain', shape, entries, text };
}

interface PlainReader {
  /** Undefined until the first line that is none of comment. */
  shape: 'list' | 'single' | undefined;
  readonly entries: PlainEntry[];
}

interface PlainLine {
  readonly line: string;
  readonly start: number;
  /** From 0. */
  readonly number: number;
}

/** False for a line that is not plain, or that gives a key a second time. No regular expression: this runs for every line. */
function readLine({ line, start, number }: PlainLine, reader: PlainReader): boolean {
  const { entries } = reader;
  const shape = (reader.shape ??= line.startsWith('- ') ? 'list' : 'single');
  const isFirst = shape === 'list' ? line.startsWith('- ') : entries.length === 0;
  if (shape === 'list' && !isFirst && !line.startsWith('  ')) return false;
  if (isFirst) entries.push({ values: {}, start, line: number });
  const pair = readPair(line, shape);
  const values = entries.at(-1)?.values;
  if (values === undefined || pair === undefined || Object.hasOwn(values, pair.key)) return false;
  values[pair.key] = pair.value;
  return true;
}

function readPair(line: string, shape: 'list' | 'single'): { key: string; value: EntryValue } | undefined {
  const key = keyOf(line, shape);
  const value = KEYS.has(key) ? readValue(line.slice(indentOf(shape) + key.length + ': '.length)) : undefined;
  return value === undefined ? undefined : { key, value };
}

/** Of a line that is none of comment. */
export function keyOf(line: string, shape: 'list' | 'single'): string {
  const start = indentOf(shape);
  return line.slice(start, Math.max(line.indexOf(': ', start), start));
}

function indentOf(shape: 'list' | 'single'): number {
  return shape === 'list' ? 2 : 0;
}

/** Control characters are left to the full reader, which refuses them. */
export function isComment(line: string): boolean {
  const first = line.charAt(0);
  if (first !== '' && first !== ' ' && first !== '#') return false;
  return line === '' || (COMMENT.test(line) && !/[\p{Cc}\ufeff]/u.test(line));
}

function readValue(text: string): EntryValue | undefined {
  if (!text.startsWith('[')) return readScalar(text);
  if (!text.endsWith(']') || text === '[]') return undefined;
  const items = text.slice(1, -1).split(', ').map(readListItem);
  return items.every((item) => item !== undefined) ? items : undefined;
}

export function plainDocument(plain: Plain): RuleDocument {
  return {
    shape: plain.shape,
    isOfBlocks: plain.shape === 'list' && plain.entries.every(saysAll),
    entries: plain.entries.map((entry) => entry.values),
    locate: (index, path, what) => locate(plain, index, { path, what }),
  };
}

/** When it was made, and no user by a name: that would be for others to say. */
function saysAll({ values }: PlainEntry): boolean {
  return values['created'] !== undefined && typeof values['user'] !== 'string';
}

function locate(
  plain: Plain,
  index: number,
  { path, what }: { readonly path: readonly PropertyKey[]; readonly what: 'key' | 'value' },
): Place {
  const entry = plain.entries[index];
  if (entry === undefined) return { line: 1, column: 1 };
  const key = String(path[0]);
  const found = linesOf(plain, index).findIndex(
    (line) => !isComment(line) && keyOf(line, plain.shape) === key,
  );
  if (found < 0) return { line: entry.line + 1, column: 1 };
  const column = indentOf(plain.shape) + 1 + (what === 'key' ? 0 : key.length + ': '.length);
  return { line: entry.line + found + 1, column };
}

/** Of an entry, from its first line to that before the next entry or to the end; with comments in between. */
export function linesOf({ entries, text }: Plain, index: number): readonly string[] {
  return text.slice(entries[index]?.start, (entries[index + 1]?.start ?? Infinity) - 1).split('\n');
}
