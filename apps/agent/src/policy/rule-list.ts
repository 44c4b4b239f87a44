// Lists of compiled rules in their order, and how a change of a few rules makes another list.
import type { CompiledRule } from './compiled-rule.ts';
import { compareRules } from './rule-order.ts';

/** What becomes of a list of rules. Both are in order. */
export interface RuleChange {
  readonly removed: readonly CompiledRule[];
  readonly added: readonly CompiledRule[];
}

/** Above this a walk over all is faster than a copy for each. */
const FEW = 2;

/** Throws where a removed rule is not in the list, and where an added one has the place of another. */
export function changedList(rules: readonly CompiledRule[], change: RuleChange): readonly CompiledRule[] {
  const { removed, added } = change;
  if (rules.length === 0 && removed.length === 0) return added;
  return removed.length + added.length <= FEW
    ? withFew(rules, change)
    : merged(without(rules, removed), added);
}

function withFew(rules: readonly CompiledRule[], { removed, added }: RuleChange): readonly CompiledRule[] {
  let list = rules;
  for (const rule of removed) list = list.toSpliced(placeOf(list, rule), 1);
  for (const rule of added) list = list.toSpliced(freePlace(list, rule), 0, rule);
  return list;
}

function without(rules: readonly CompiledRule[], removed: readonly CompiledRule[]): readonly CompiledRule[] {
  if (removed.length === 0) return rules;
  const left: CompiledRule[] = [];
  let next = 0;
  for (const rule of rules) {
    if (rule === removed[next]) next += 1;
    else left.push(rule);
  }
  if (next < removed.length) throw notThere(removed[next]);
  return left;
}

function merged(rules: readonly CompiledRule[], added: readonly CompiledRule[]): readonly CompiledRule[] {
  const list: CompiledRule[] = [];
  let at = 0;
  for (const rule of rules) {
    for (let next = added[at]; next !== undefined && isBefore(next, rule); next = added[++at])
      list.push(next);
    list.push(rule);
  }
  return [...list, ...added.slice(at)];
}

function isBefore(added: CompiledRule, rule: CompiledRule): boolean {
  const order = compareRules(added, rule);
  if (order === 0) throw twin(added);
  return order < 0;
}

/** How many rules of the list, from the given one on, are asked before this rule; the place that it has or would have. */
export function lowerBound(
  rules: readonly CompiledRule[],
  rule: Pick<CompiledRule, 'rule' | 'specificity'>,
  from = 0,
): number {
  let [low, high] = [from, rules.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = rules[middle];
    if (other !== undefined && compareRules(other, rule) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function placeOf(rules: readonly CompiledRule[], rule: CompiledRule): number {
  const place = lowerBound(rules, rule);
  if (rules[place] !== rule) throw notThere(rule);
  return place;
}

function freePlace(rules: readonly CompiledRule[], rule: CompiledRule): number {
  const place = lowerBound(rules, rule);
  const other = rules[place];
  if (other !== undefined && compareRules(other, rule) === 0) throw twin(rule);
  return place;
}

function notThere(compiled: CompiledRule | undefined): Error {
  return new Error(`rule ${compiled?.rule.id ?? ''} is to be removed and is not in the ruleset`);
}

function twin({ rule }: CompiledRule): Error {
  return new Error(`two rules have the id ${rule.id}: the order of rules would not be total`);
}
