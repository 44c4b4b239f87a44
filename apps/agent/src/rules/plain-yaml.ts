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
  /** Position in the lines of each key. */
  readonly lineOfKey: Record<string, number>;
}

export type PlainReading =
  | {
      readonly kind: 'plain';
      readonly shape: 'list' | 'single';
      readonly entries: readonly PlainEntry[];
      readonly lines: readonly string[];
    }
  /** Line from 1: the first one that is not plain. */
  | { readonly kind: 'notPlain'; readonly line: number };

const KEYS: ReadonlySet<string> = new Set(RULE_KEYS);
const COMMENT = /^ *(#.*)?$/;

/** Lines that are read in one go. */
const LINES_IN_A_SLICE = 500;

export function readPlain(text: string): PlainReading {
  return finish(readingPlain(text));
}

export function* readingPlain(text: string): SlicedWork<PlainReading> {
  const lines: string[] = [];
  const reader: PlainReader = { shape: undefined, entries: [] };
  for (let start = 0; start <= text.length;) {
    const newline = text.indexOf('\n', start);
    const line = text.slice(start, newline < 0 ? text.length : newline);
    lines.push(line);
    if (!isComment(line) && !readLine(line, lines.length - 1, reader))
      return { kind: 'notPlain', line: lines.length };
    start = newline < 0 ? Infinity : newline + 1;
    if (lines.length % LINES_IN_A_SLICE === 0) yield;
  }
  const { shape, entries } = reader;
  return shape === undefined ? { kind: 'notPlain', line: 1 } : { kind: 'plain', shape, entries, lines };
}

interface PlainReader {
  /** Undefined until the first line that is none of comment. */
  shape: 'list' | 'single' | undefined;
  readonly entries: PlainEntry[];
}

/** False for a line that is not plain, or that gives a key a second time. No regular expression: this runs for every line. */
function readLine(line: string, index: number, reader: PlainReader): boolean {
  const { entries } = reader;
  const shape = (reader.shape ??= begin(line, entries));
  const isFirst = shape === 'list' && line.startsWith('- ');
  if (shape === 'list' && !isFirst && !line.startsWith('  ')) return false;
  const start = shape === 'list' ? 2 : 0;
  const colon = line.indexOf(': ', start);
  const key = line.slice(start, Math.max(colon, start));
  const value = KEYS.has(key) ? readValue(line.slice(colon + 2)) : undefined;
  if (isFirst) entries.push({ values: {}, lineOfKey: {} });
  const entry = entries.at(-1);
  if (entry === undefined || value === undefined || Object.hasOwn(entry.values, key)) return false;
  entry.values[key] = value;
  entry.lineOfKey[key] = index;
  return true;
}

function begin(line: string, entries: PlainEntry[]): 'list' | 'single' {
  if (line.startsWith('- ')) return 'list';
  entries.push({ values: {}, lineOfKey: {} });
  return 'single';
}

/** Control characters are left to the full reader, which refuses them. */
function isComment(line: string): boolean {
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

export function plainDocument(reading: Extract<PlainReading, { kind: 'plain' }>): RuleDocument {
  return {
    shape: reading.shape,
    entries: reading.entries.map((entry) => entry.values),
    locate: (index, path, what) => locate(reading, index, { path, what }),
  };
}

function locate(
  reading: Extract<PlainReading, { kind: 'plain' }>,
  index: number,
  { path, what }: { readonly path: readonly PropertyKey[]; readonly what: 'key' | 'value' },
): Place {
  const entry = reading.entries[index];
  const indent = reading.shape === 'list' ? 2 : 0;
  const key = String(path[0]);
  const lineIndex = entry?.lineOfKey[key];
  if (lineIndex === undefined)
    return { line: Math.min(...Object.values(entry?.lineOfKey ?? { first: 0 })) + 1, column: 1 };
  return { line: lineIndex + 1, column: indent + 1 + (what === 'key' ? 0 : key.length + ': '.length) };
}
