// From a rule's meaning to its text: a Rule becomes the keys and values that are written to a file.
import { addressMatcherText, isStored } from '../domain/rule.ts';
import type { Rule } from '../domain/rule.ts';
import { finish } from '../platform/sliced-work.ts';
import type { SlicedWork } from '../platform/sliced-work.ts';
import { writePortRange } from './port-text.ts';
import { writeListItem, writeScalar } from './scalar.ts';
import type { Scalar } from './scalar.ts';
import { RULE_KEYS } from './schema.ts';
import type { RuleEntry, RuleKey } from './schema.ts';

export type EntryValue = Scalar | readonly Scalar[];

/** Written in one go. */
const RULES_IN_A_SLICE = 100;

/** Throws for a rule that lives in memory only. Keys whose value is the default are left out. */
export function ruleToEntry(rule: Rule): RuleEntry {
  if (!isStored(rule))
    throw new Error(`rule ${rule.id} ends with its process or the agent and is never written`);
  const { matcher, lifetime } = rule;
  const entry: { [Key in RuleKey]: RuleEntry[Key] | undefined } = {
    id: rule.id,
    action: rule.action,
    app: matcher.app,
    user: matcher.uid,
    direction: matcher.direction ?? 'any',
    protocol: oneOrList(matcher.protocols),
    address: oneOrList(matcher.addresses?.map(addressMatcherText)),
    port: oneOrList(matcher.ports?.map(writePortRange)),
    priority: rule.priority === 0 ? undefined : rule.priority,
    until: lifetime.kind === 'until' ? timeText(lifetime.untilMs) : undefined,
    enabled: rule.enabled ? undefined : false,
    origin: rule.origin,
    created: timeText(rule.createdAtMs),
    note: rule.note,
  };
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined)) as RuleEntry;
}

function oneOrList<Item>(items: readonly Item[] | undefined): Item | Item[] | undefined {
  return items?.length === 1 ? items[0] : items?.slice();
}

function timeText(timeMs: number): string {
  return new Date(timeMs).toISOString().replace('.000Z', 'Z');
}

/** Lines `key: value` of one rule, in the order of the schema. */
export function entryLines(entry: RuleEntry): readonly string[] {
  return RULE_KEYS.flatMap((key) => {
    const value = entry[key];
    return value === undefined ? [] : [entryLine(key, value)];
  });
}

export function entryLine(key: RuleKey, value: EntryValue): string {
  return `${key}: ${isList(value) ? `[${value.map(writeListItem).join(', ')}]` : writeScalar(value)}`;
}

function isList(value: EntryValue): value is readonly Scalar[] {
  return Array.isArray(value);
}

/** A file that holds one rule. */
export function ruleText(rule: Rule): string {
  return `# Written by Sallyport; edit freely.\n${entryLines(ruleToEntry(rule)).join('\n')}\n`;
}

/** A file that holds any number of rules, which can be imported again. */
export function rulesText(rules: Iterable<Rule>): string {
  return finish(writingRules(rules));
}

/** As `rulesText`. */
export function* writingRules(rules: Iterable<Rule>): SlicedWork<string> {
  const texts: string[] = [];
  for (const rule of rules) {
    texts.push(itemText(rule));
    if (texts.length % RULES_IN_A_SLICE === 0) yield;
  }
  return texts.length === 0 ? '[]\n' : texts.join('');
}

function itemText(rule: Rule): string {
  return entryLines(ruleToEntry(rule))
    .map((line, index) => `${index === 0 ? '- ' : '  '}${line}\n`)
    .join('');
}
