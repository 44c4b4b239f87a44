// Evaluation: which rule decides a flow, and which of the flow's fields that depended on.
import type { Rule } from '../domain/rule.ts';
import type { Verdict } from '../domain/verdict.ts';
import { endMsOf, isProgramUnknown, ruleMatches } from './compiled-rule.ts';
import type { CompiledRule } from './compiled-rule.ts';
import { FlowReader } from './flow-reader.ts';
import { FIELD, fieldSet } from './flow-subject.ts';
import type { FlowField, FlowSubject } from './flow-subject.ts';
import { OpenRules } from './open-rules.ts';
import type { Cursor } from './open-rules.ts';
import { prefixKey } from './prefix.ts';
import type {
  AddressNode,
  AppNode,
  ContainerNode,
  PortNode,
  RuleLeaf,
  RuleList,
  RuleNode,
  SplitNode,
} from './rule-index.ts';
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

function firstMatch({ index }: Ruleset, reader: FlowReader, nowMs: number): CompiledRule | undefined {
  const open = new OpenRules();
  openNode(open, index);
  for (let cursor = open.takeFirst(); cursor !== undefined; cursor = open.takeFirst()) {
    const { node, next, satisfied } = cursor;
    if (node !== undefined && node.kind !== 'list') openInside(open, node, reader);
    else if (nowMs < endMsOf(next.rule) && ruleMatches(next, reader, satisfied)) return next;
    else if (node !== undefined) advance(open, cursor, node);
  }
  return undefined;
}

function advance(open: OpenRules, cursor: Cursor, { rules }: RuleList): void {
  cursor.position += 1;
  const next = rules[cursor.position];
  if (next === undefined) return;
  cursor.next = next;
  open.push(cursor);
}

function openNode(open: OpenRules, node: RuleNode): void {
  const next = node.kind === 'list' ? node.rules[0] : node.rules.first;
  if (next === undefined) return;
  open.push({ next, node, position: 0, satisfied: node.kind === 'list' ? node.satisfied : 0 });
}

function openLeaf(open: OpenRules, leaf: RuleLeaf | undefined, satisfied: number): void {
  if (leaf?.kind === 'rule') open.push({ next: leaf, node: undefined, position: 0, satisfied });
  else if (leaf !== undefined) openNode(open, leaf);
}

function openInside(open: OpenRules, node: SplitNode, reader: FlowReader): void {
  // What has no remote end is not asked for it.
  if (reader.isPacketSocket && (node.kind === 'addresses' || node.kind === 'ports')) return;
  switch (node.kind) {
    case 'parts':
      for (const part of node.parts) openNode(open, part);
      return;
    case 'apps':
      return openApp(open, node, reader);
    case 'containers':
      return openContainer(open, node, reader);
    case 'addresses':
      return openAddress(open, node, reader);
    case 'ports':
      return openPort(open, node, reader);
  }
}

function openApp(open: OpenRules, node: AppNode, reader: FlowReader): void {
  const app = reader.app();
  if (app !== undefined) return openLeaf(open, node.byApp.get(app), FIELD.app);
  openNode(open, node.denies);
  openNode(open, node.processAllows);
}

function openContainer(open: OpenRules, node: ContainerNode, reader: FlowReader): void {
  const container = reader.container();
  if (container === undefined) openNode(open, node.denies);
  else openLeaf(open, node.byContainer.get(container), FIELD.container);
}

function openAddress(open: OpenRules, { lengths, satisfied }: AddressNode, reader: FlowReader): void {
  const address = reader.address();
  for (const { family, length, byKey } of lengths) {
    if (family === address.family) openLeaf(open, byKey.get(prefixKey(address, length)), satisfied);
  }
}

function openPort(open: OpenRules, { sizes, satisfied }: PortNode, reader: FlowReader): void {
  const port = reader.port();
  for (const { shift, byBlock } of sizes) openLeaf(open, byBlock.get(port >> shift), satisfied);
}
