// Edits the text of a rule file: one rule is changed or removed, and everything else stays as a person wrote it.
import { isDeepStrictEqual } from 'node:util';
import { LineCounter, isMap, isSeq } from 'yaml';
import type { Document, YAMLMap } from 'yaml';
import type { Rule, RuleId } from '../domain/rule.ts';
import { parseFull } from './full-yaml.ts';
import { readPlain } from './plain-yaml.ts';
import type { PlainEntry, PlainReading } from './plain-yaml.ts';
import { entryLine, ruleToEntry } from './rule-to-entry.ts';
import { RULE_KEYS } from './schema.ts';
import type { RuleEntry, RuleKey } from './schema.ts';

type Changes = readonly (readonly [key: RuleKey, value: RuleEntry[RuleKey]])[];
type Plain = Extract<PlainReading, { kind: 'plain' }>;

/** Text in which `previous`, one of its rules, reads as `next`. Values that mean the same are not rewritten. */
export function replaceRule(text: string, previous: Rule, next: Rule): string {
  const before = ruleToEntry(previous);
  const after = ruleToEntry(next);
  const changes = RULE_KEYS.filter((key) => !isDeepStrictEqual(before[key], after[key])).map(
    (key) => [key, after[key]] as const,
  );
  const plain = readPlain(text);
  return plain.kind === 'plain'
    ? replaceInLines(plain, previous.id, withCreated(changes, after, plainEntry(plain, previous.id).values))
    : replaceInDocument(text, previous.id, { changes, after });
}

/** Text without the rule; undefined where no rule is left. */
export function removeRule(text: string, id: RuleId): string | undefined {
  const plain = readPlain(text);
  return plain.kind === 'plain' ? removeFromLines(plain, id) : removeFromDocument(text, id);
}

/** A rule that does not say when it was made was made when its file was: said now, because the file changes. */
function withCreated(
  changes: Changes,
  after: RuleEntry,
  written: Readonly<Record<string, unknown>>,
): Changes {
  const isMissing = written['created'] === undefined && changes.every(([key]) => key !== 'created');
  return isMissing ? [...changes, ['created', after.created]] : changes;
}

function replaceInLines(plain: Plain, id: RuleId, changes: Changes): string {
  const entry = plainEntry(plain, id);
  const indent = plain.shape === 'list' ? '  ' : '';
  const lines: (string | undefined)[] = [...plain.lines];
  const own = Object.values(entry.lineOfKey);
  const last = Math.max(...own);
  const added: string[] = [];
  for (const [key, value] of changes) {
    const at = entry.lineOfKey[key];
    const line = value === undefined ? undefined : indent + entryLine(key, value);
    if (at !== undefined) lines[at] = line;
    else if (line !== undefined) added.push(line);
  }
  const withAdded = [...lines.slice(0, last + 1), ...added, ...lines.slice(last + 1)];
  if (plain.shape === 'list') markFirst(withAdded, Math.min(...own), last + added.length);
  return withAdded.filter((line) => line !== undefined).join('\n');
}

/** The first line of a list's rule that is left carries the hyphen. */
function markFirst(lines: (string | undefined)[], from: number, to: number): void {
  for (let index = from; index <= to; index += 1) {
    const line = lines[index];
    if (line === undefined || /^ *(#|$)/.test(line)) continue;
    lines[index] = `- ${line.slice(2)}`;
    return;
  }
}

function removeFromLines(plain: Plain, id: RuleId): string | undefined {
  const gone = new Set(Object.values(plainEntry(plain, id).lineOfKey));
  if (plain.entries.length === 1) return undefined;
  return plain.lines.filter((_, index) => !gone.has(index)).join('\n');
}

function plainEntry(plain: Plain, id: RuleId): PlainEntry {
  const entry = plain.entries.find(({ values }) => values['id'] === id);
  if (entry === undefined) throw new Error(`the text has no rule ${id}`);
  return entry;
}

function replaceInDocument(
  text: string,
  id: RuleId,
  { changes, after }: { readonly changes: Changes; readonly after: RuleEntry },
): string {
  const document = parseFull(text, new LineCounter());
  const map = documentEntry(document, id);
  for (const [key, value] of withCreated(changes, after, { created: map.get('created') })) {
    if (value === undefined) map.delete(key);
    else map.set(key, document.createNode(value, { flow: true }));
  }
  return document.toString({ lineWidth: 0 });
}

function removeFromDocument(text: string, id: RuleId): string | undefined {
  const document = parseFull(text, new LineCounter());
  const map = documentEntry(document, id);
  const { contents } = document;
  if (!isSeq(contents) || contents.items.length === 1) return undefined;
  contents.items.splice(contents.items.indexOf(map), 1);
  return document.toString({ lineWidth: 0 });
}

function documentEntry(document: Document, id: RuleId): YAMLMap {
  const { contents } = document;
  const maps = isSeq(contents) ? contents.items.filter(isMap) : isMap(contents) ? [contents] : [];
  const map = maps.find((one) => one.get('id') === id);
  if (map === undefined) throw new Error(`the text has no rule ${id}`);
  return map;
}
