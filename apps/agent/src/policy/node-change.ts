// What a change of rules makes of one node of the index, and of the leaves of a map. What comes out depends on the rules
// alone, not on the changes that led to them.
import type { CompiledRule } from './compiled-rule.ts';
import { FIELD } from './flow-subject.ts';
import type { KeyedChanges } from './keyed-changes.ts';
import type { RuleLeaf, RuleList, RuleNode, SplitNode } from './rule-index.ts';
import { changedList } from './rule-list.ts';
import type { RuleChange } from './rule-list.ts';
import { RuleSequence } from './rule-sequence.ts';
import type { ShardedMap } from './sharded-map.ts';
import { ITEMS_IN_A_STEP } from './steps.ts';
import type { Steps } from './steps.ts';

/** Lists up to this many conditions are walked, longer ones are split. */
const LONGEST_PLAIN_LIST = 16;

/** What is known of the rules of a node, and how they are split when they are many. */
export interface Level {
  /** Mask of fields that hold for them. */
  readonly satisfied: number;
  /** Undefined: they stay a list. `before` was made by this, or is undefined; then `change` adds all rules. */
  readonly split: ((before: SplitNode | undefined, change: SplitChange) => Steps<SplitNode>) | undefined;
}

export interface SplitChange extends RuleChange {
  /** All rules after the change. */
  readonly rules: RuleSequence;
  readonly satisfied: number;
}

export function* changingNode(
  before: RuleNode | undefined,
  change: RuleChange,
  level: Level,
): Steps<RuleNode> {
  if (before === undefined) return yield* fromList([], change, level);
  if (change.removed.length + change.added.length === 0) return before;
  return before.kind === 'list'
    ? yield* fromList(before.rules, change, level)
    : yield* fromSplit(before, change, level);
}

function* fromList(before: readonly CompiledRule[], change: RuleChange, level: Level): Steps<RuleNode> {
  const { satisfied, split } = level;
  const list = listOf(before, change, level);
  if (split === undefined || isShort(list.rules, satisfied)) return list;
  const { rules } = list;
  return yield* split(undefined, { removed: [], added: rules, rules: RuleSequence.of(rules), satisfied });
}

function listOf(before: readonly CompiledRule[], change: RuleChange, { satisfied }: Level): RuleList {
  return { kind: 'list', rules: changedList(before, change), satisfied };
}

function* fromSplit(before: SplitNode, change: RuleChange, { satisfied, split }: Level): Steps<RuleNode> {
  const rules = yield* before.rules.changing(change);
  const few = rules.length <= LONGEST_PLAIN_LIST ? [...rules] : undefined;
  if (split === undefined || (few !== undefined && isShort(few, satisfied)))
    return { kind: 'list', rules: few ?? [...rules], satisfied };
  return yield* split(before, { ...change, rules, satisfied });
}

function isShort(rules: readonly CompiledRule[], satisfied: number): boolean {
  if (rules.length > LONGEST_PLAIN_LIST) return false;
  let conditions = 0;
  for (const { prefixes, rule } of rules) {
    conditions += 1;
    if ((satisfied & FIELD.address) === 0) conditions += Math.max(prefixes.length - 1, 0);
    if ((satisfied & FIELD.port) === 0) conditions += Math.max((rule.matcher.ports?.length ?? 0) - 1, 0);
  }
  return conditions <= LONGEST_PLAIN_LIST;
}

export function* changingLeaves<Key extends number | string>(
  map: ShardedMap<Key, RuleLeaf>,
  changes: KeyedChanges<Key>,
  level: Level,
): Steps<ShardedMap<Key, RuleLeaf>> {
  const leaves = new Map<Key, RuleLeaf | undefined>();
  const alone = new Map<CompiledRule, RuleLeaf | undefined>();
  let done = 0;
  for (const [key, change] of changes) {
    const before = map.get(key);
    const list = plainLeaf(before, change, level);
    if (list !== undefined) leaves.set(key, leafOf(list));
    else if (before !== undefined) leaves.set(key, yield* changingLeaf(before, change, level));
    else leaves.set(key, yield* newLeaf(change, level, alone));
    done += 1 + change.removed.length + change.added.length;
    if (done < ITEMS_IN_A_STEP) continue;
    done = 0;
    yield;
  }
  return yield* map.changing(leaves);
}

/** What most leaves become: a short list, which takes no steps. Undefined where it is more. */
function plainLeaf(before: RuleLeaf | undefined, change: RuleChange, level: Level): RuleList | undefined {
  if (before !== undefined && before.kind !== 'rule' && before.kind !== 'list') return undefined;
  const rules = before === undefined ? [] : before.kind === 'rule' ? [before] : before.rules;
  const list = listOf(rules, change, level);
  return level.split === undefined || isShort(list.rules, level.satisfied) ? list : undefined;
}

/** Keys that have the same rule alone share one leaf: a rule with a long list stays small. */
function* newLeaf(
  change: RuleChange,
  level: Level,
  alone: Map<CompiledRule, RuleLeaf | undefined>,
): Steps<RuleLeaf | undefined> {
  const [only, second] = change.added;
  if (only === undefined || second !== undefined)
    return leafOf(yield* changingNode(undefined, change, level));
  if (!alone.has(only)) alone.set(only, leafOf(yield* changingNode(undefined, change, level)));
  return alone.get(only);
}

function* changingLeaf(before: RuleLeaf, change: RuleChange, level: Level): Steps<RuleLeaf | undefined> {
  const node: RuleNode =
    before.kind === 'rule' ? { kind: 'list', rules: [before], satisfied: level.satisfied } : before;
  return leafOf(yield* changingNode(node, change, level));
}

function leafOf(node: RuleNode): RuleLeaf | undefined {
  return node.kind === 'list' && node.rules.length < 2 ? node.rules[0] : node;
}
