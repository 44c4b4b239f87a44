// Evaluation: which rule decides a flow, and which of the flow's fields that depended on.
import type { Rule } from '../domain/rule.ts';
import type { Verdict } from '../domain/verdict.ts';
import { endMsOf, isProgramUnknown, ruleMatches } from './compiled-rule.ts';
import type { CompiledRule } from './compiled-rule.ts';
import { FlowReader } from './flow-reader.ts';
import { FIELD, fieldSet } from './flow-subject.ts';
import type { FlowField, FlowSubject } from './flow-subject.ts';
import { prefixKey } from './prefix.ts';
import type {
  AddressNode,
  AppNode,
  PortNode,
  RuleLeaf,
  RuleList,
  RuleNode,
  SplitNode,
} from './rule-index.ts';
import { compareRules } from './rule-order.ts';
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

/** Walks the rules in order; the first one that matches decides. */
export function evaluate(ruleset: Ruleset, subject: FlowSubject, nowMs: number): Evaluation {
  const reader = new FlowReader(subject);
  const compiled = firstMatch(ruleset, reader, nowMs);
  const consulted = fieldSet(reader.consulted);
  if (compiled === undefined) return { outcome: { kind: 'ask' }, consulted, validUntilMs: undefined };
  const { rule } = compiled;
  const { lifetime } = rule;
  // Rules that expire earlier and did not match cannot change the outcome by expiring, and a rule never begins by the clock.
  return {
    outcome: { kind: 'verdict', rule, verdict: verdictOf(compiled, reader) },
    consulted,
    validUntilMs: lifetime.kind === 'until' ? lifetime.untilMs : undefined,
  };
}

/** What matched has read all of these fields, so that this consults no other. */
function verdictOf(compiled: CompiledRule, reader: FlowReader): Verdict {
  const { id, action } = compiled.rule;
  if (!isProgramUnknown(compiled, reader)) return { action, reason: { kind: 'rule', ruleId: id } };
  return { action, reason: { kind: 'rule', ruleId: id, isProgramUnknown: true } };
}

/** A rule that has its turn next among those of its list, or the first of a node that was not opened yet. */
interface Cursor {
  next: CompiledRule;
  readonly node: RuleNode | undefined;
  /** Of the rule in its list. */
  position: number;
  readonly satisfied: number;
}

function firstMatch({ index }: Ruleset, reader: FlowReader, nowMs: number): CompiledRule | undefined {
  const open: Cursor[] = [];
  openNode(open, index);
  for (let cursor = takeFirst(open); cursor !== undefined; cursor = takeFirst(open)) {
    const { node, next, satisfied } = cursor;
    if (node !== undefined && node.kind !== 'list') openInside(open, node, reader);
    else if (nowMs < endMsOf(next.rule) && ruleMatches(next, reader, satisfied)) return next;
    else if (node !== undefined) advance(open, cursor, node);
  }
  return undefined;
}

/** Removes and returns the cursor whose rule is asked first. Few are ever open, so a scan is faster than a heap. */
function takeFirst(open: Cursor[]): Cursor | undefined {
  let [first] = open;
  let place = 0;
  for (let index = 1; index < open.length; index += 1) {
    const other = open[index];
    if (first === undefined || other === undefined || compareRules(other.next, first.next) >= 0) continue;
    first = other;
    place = index;
  }
  const last = open.pop();
  if (last !== undefined && place < open.length) open[place] = last;
  return first;
}

function advance(open: Cursor[], cursor: Cursor, { rules }: RuleList): void {
  cursor.position += 1;
  const next = rules[cursor.position];
  if (next === undefined) return;
  cursor.next = next;
  open.push(cursor);
}

function openNode(open: Cursor[], node: RuleNode): void {
  const next = node.kind === 'list' ? node.rules[0] : node.rules.first;
  if (next === undefined) return;
  open.push({ next, node, position: 0, satisfied: node.kind === 'list' ? node.satisfied : 0 });
}

function openLeaf(open: Cursor[], leaf: RuleLeaf | undefined, satisfied: number): void {
  if (leaf?.kind === 'rule') open.push({ next: leaf, node: undefined, position: 0, satisfied });
  else if (leaf !== undefined) openNode(open, leaf);
}

function openInside(open: Cursor[], node: SplitNode, reader: FlowReader): void {
  switch (node.kind) {
    case 'parts':
      for (const part of node.parts) openNode(open, part);
      return;
    case 'apps':
      return openApp(open, node, reader);
    case 'addresses':
      return openAddress(open, node, reader);
    case 'ports':
      return openPort(open, node, reader);
  }
}

function openApp(open: Cursor[], node: AppNode, reader: FlowReader): void {
  const app = reader.app();
  if (app !== undefined) return openLeaf(open, node.byApp.get(app), FIELD.app);
  openNode(open, node.denies);
  openNode(open, node.processAllows);
}

function openAddress(open: Cursor[], { lengths, satisfied }: AddressNode, reader: FlowReader): void {
  const address = reader.address();
  for (const { family, length, byKey } of lengths) {
    if (family === address.family) openLeaf(open, byKey.get(prefixKey(address, length)), satisfied);
  }
}

function openPort(open: Cursor[], { sizes, satisfied }: PortNode, reader: FlowReader): void {
  const port = reader.port();
  for (const { shift, byBlock } of sizes) openLeaf(open, byBlock.get(port >> shift), satisfied);
}
