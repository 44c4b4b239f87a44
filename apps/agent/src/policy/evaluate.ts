// Evaluation: which rule decides a flow, and which of the flow's fields that depended on.
import type { Rule } from '../domain/rule.ts';
import type { Verdict } from '../domain/verdict.ts';
import { isProgramUnknown, ruleMatches } from './compiled-rule.ts';
import type { CompiledRule } from './compiled-rule.ts';
import { FlowReader } from './flow-reader.ts';
import { fieldSet } from './flow-subject.ts';
import type { FlowField, FlowSubject } from './flow-subject.ts';
import { prefixKey } from './prefix.ts';
import type { AddressSection, AppSection, PortSection, RuleList, Section } from './rule-index.ts';
import type { Ruleset } from './ruleset.ts';

export type Outcome =
  | { readonly kind: 'verdict'; readonly rule: Rule; readonly verdict: Verdict }
  /** No rule knows the flow. */
  | { readonly kind: 'ask' };

export interface Evaluation {
  readonly outcome: Outcome;
  /** Any two flows that are equal in these fields get the same outcome from the same ruleset. */
  readonly consulted: ReadonlySet<FlowField>;
  /** When the deciding rule expires, milliseconds since 1970: the outcome holds before that. Undefined: as long as the ruleset. */
  readonly validUntilMs: number | undefined;
}

/** Walks the rules in rank order; the first one that matches decides. */
export function evaluate(ruleset: Ruleset, subject: FlowSubject, nowMs: number): Evaluation {
  const reader = new FlowReader(subject);
  const compiled = firstMatch(ruleset, reader, nowMs);
  const consulted = fieldSet(reader.consulted);
  if (compiled === undefined) return { outcome: { kind: 'ask' }, consulted, validUntilMs: undefined };
  // Rules that expire earlier and did not match cannot change the outcome by expiring, and a rule never begins by the clock.
  return {
    outcome: { kind: 'verdict', rule: compiled.rule, verdict: verdictOf(compiled, reader) },
    consulted,
    validUntilMs: compiled.expiresAtMs === Infinity ? undefined : compiled.expiresAtMs,
  };
}

/** What matched has read all of these fields, so that this consults no other. */
function verdictOf(compiled: CompiledRule, reader: FlowReader): Verdict {
  if (!isProgramUnknown(compiled, reader)) return compiled.verdict;
  const { id, action } = compiled.rule;
  return { action, reason: { kind: 'rule', ruleId: id, isProgramUnknown: true } };
}

/** A section under way: for a list, the position of its next rule. */
interface Cursor {
  readonly section: Section;
  position: number;
  rank: number;
}

function firstMatch(ruleset: Ruleset, reader: FlowReader, nowMs: number): CompiledRule | undefined {
  const open: Cursor[] = [];
  openAll(open, ruleset.index);
  for (let cursor = takeFirst(open); cursor !== undefined; cursor = takeFirst(open)) {
    const { section } = cursor;
    if (section.kind !== 'list') {
      openInside(open, section, reader);
      continue;
    }
    const compiled = section.rules[cursor.position];
    if (compiled !== undefined && isMatch(compiled, { section, reader, nowMs })) return compiled;
    advance(open, cursor, section);
  }
  return undefined;
}

interface MatchContext {
  readonly section: RuleList;
  readonly reader: FlowReader;
  readonly nowMs: number;
}

function isMatch(compiled: CompiledRule, { section, reader, nowMs }: MatchContext): boolean {
  return nowMs < compiled.expiresAtMs && ruleMatches(compiled, reader, section.satisfied);
}

/** Removes and returns the cursor with the lowest rank. Few are ever open, so a scan is faster than a heap. */
function takeFirst(open: Cursor[]): Cursor | undefined {
  let first = 0;
  for (let index = 1; index < open.length; index += 1) {
    if ((open[index]?.rank ?? Infinity) < (open[first]?.rank ?? Infinity)) first = index;
  }
  const cursor = open[first];
  const last = open.pop();
  if (last !== undefined && first < open.length) open[first] = last;
  return cursor;
}

function advance(open: Cursor[], cursor: Cursor, list: RuleList): void {
  cursor.position += 1;
  const next = list.rules[cursor.position];
  if (next === undefined) return;
  cursor.rank = next.rank;
  open.push(cursor);
}

function openAll(open: Cursor[], sections: readonly Section[] | undefined): void {
  if (sections === undefined) return;
  for (const section of sections) open.push({ section, position: 0, rank: section.firstRank });
}

function openInside(
  open: Cursor[],
  section: AppSection | AddressSection | PortSection,
  reader: FlowReader,
): void {
  switch (section.kind) {
    case 'apps':
      return openApp(open, section, reader);
    case 'addresses':
      return openAddress(open, section, reader);
    case 'ports':
      return openPort(open, section, reader);
  }
}

function openApp(open: Cursor[], section: AppSection, reader: FlowReader): void {
  const app = reader.app();
  openAll(open, app === undefined ? section.unknownApp : section.byApp.get(app));
}

function openAddress(open: Cursor[], section: AddressSection, reader: FlowReader): void {
  const address = reader.address();
  for (const { family, length, byKey } of section.lengths) {
    if (family === address.family) openAll(open, byKey.get(prefixKey(address, length)));
  }
}

function openPort(open: Cursor[], section: PortSection, reader: FlowReader): void {
  const port = reader.port();
  for (const { shift, byBlock } of section.sizes) openAll(open, byBlock.get(port >> shift));
}
