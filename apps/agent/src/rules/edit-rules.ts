// Edits the text of a rule file: one rule is changed or removed, and everything else stays as a person wrote it.
import { isDeepStrictEqual } from 'node:util';
import { LineCounter, isMap, isSeq } from 'yaml';
import type { Document, YAMLMap } from 'yaml';
import type { Rule, RuleId } from '../domain/rule.ts';
import { parseFull } from './full-yaml.ts';
import { isComment, keyOf, linesOf, readPlain } from './plain-yaml.ts';
import type { Plain } from './plain-yaml.ts';
import { entryLine, ruleToEntry } from './rule-to-entry.ts';
import { RULE_KEYS } from './schema.ts';
import type { RuleEntry, RuleKey } from './schema.ts';

type Changes = readonly (readonly [key: RuleKey, value: RuleEntry[RuleKey]])[];

/** Text in which `previous`, one of its rules, reads as `next`. Values that mean the same are not rewritten. */
export function replaceRule(text: string, previous: Rule, next: Rule): string {
  const before = ruleToEntry(previous);
  const after = ruleToEntry(next);
  const changes = RULE_KEYS.filter((key) => !isDeepStrictEqual(before[key], after[key])).map(
    (key) => [key, after[key]] as const,
  );
  const plain = readPlain(text);
  return plain.kind === 'plain'
    ? replaceInLines(
        plain,
        previous.id,
        withCreated(changes, after, plain.entries[indexOf(plain, previous.id)]?.values ?? {}),
      )
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
  const { shape } = plain;
  const indent = shape === 'list' ? '  ' : '';
  return withBlock(plain, id, (block) => {
    const lines: (string | undefined)[] = [...block];
    const added: string[] = [];
    for (const [key, value] of changes) {
      const at = block.findIndex((line) => !isComment(line) && keyOf(line, shape) === key);
      const line = value === undefined ? undefined : indent + entryLine(key, value);
      if (at >= 0) lines[at] = line;
      else if (line !== undefined) added.push(line);
    }
    lines.splice(lastOf(block) + 1, 0, ...added);
    if (shape === 'list') markFirst(lines);
    return lines.filter((line) => line !== undefined);
  });
}

/** Position of the last line that is none of comment. */
function lastOf(block: readonly string[]): number {
  return block.findLastIndex((line) => !isComment(line));
}

/** The text with other lines in the place of an entry's own; all around it stays. */
function withBlock(plain: Plain, id: RuleId, edit: (block: readonly string[]) => readonly string[]): string {
  const index = indexOf(plain, id);
  const { start = 0 } = plain.entries[index] ?? {};
  const end = (plain.entries[index + 1]?.start ?? plain.text.length + 1) - 1;
  const block = edit(linesOf(plain, index));
  const rest = plain.text.slice(end);
  return plain.text.slice(0, start) + (block.length === 0 ? rest.slice(1) : block.join('\n') + rest);
}

/** The first line of a list's rule that is left carries the hyphen. */
function markFirst(lines: (string | undefined)[]): void {
  const first = lines.findIndex((line) => line !== undefined && !isComment(line));
  if (first >= 0) lines[first] = `- ${lines[first]?.slice(2) ?? ''}`;
}

function removeFromLines(plain: Plain, id: RuleId): string | undefined {
  if (plain.entries.length === 1) return undefined;
  return withBlock(plain, id, (block) => block.filter(isComment));
}

function indexOf({ entries }: Plain, id: RuleId): number {
  const index = entries.findIndex(({ values }) => values['id'] === id);
  if (index < 0) throw new Error(`the text has no rule ${id}`);
  return index;
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
