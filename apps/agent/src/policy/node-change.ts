// What a change of rules makes of one node of the index, and of the leaves of a map. What comes out depends on the rules
// alone, not on the changes that led to them.
import type { CompiledRule } from './compiled-rule.ts';
import { FIELD } from './flow-subject.ts';
import type { KeyedChanges } from './keyed-changes.ts';
import type { RuleLeaf, RuleNode, SplitNode } from './rule-index.ts';
import { changedList } from './rule-list.ts';
import type { RuleChange } from './rule-list.ts';
import { RuleSequence } from './rule-sequence.ts';
import type { ShardedMap } from './sharded-map.ts';

/** Lists up to this many conditions are walked, longer ones are split. */
const LONGEST_PLAIN_LIST = 16;

/** What is known of the rules of a node, and how they are split when they are many. */
export interface Level {
  /** Mask of fields that hold for them. */
  readonly satisfied: number;
  /** Undefined: they stay a list. `before` was made by this, or is undefined; then `change` adds all rules. */
  readonly split: ((before: SplitNode | undefined, change: SplitChange) => SplitNode) | undefined;
}

export interface SplitChange extends RuleChange {
  /** All rules after the change. */
  readonly rules: RuleSequence;
  readonly satisfied: number;
}

export function changedNode(before: RuleNode | undefined, change: RuleChange, level: Level): RuleNode {
  if (before === undefined) return fromList([], change, level);
  if (change.removed.length + change.added.length === 0) return before;
  return before.kind === 'list' ? fromList(before.rules, change, level) : fromSplit(before, change, level);
}

function fromList(
  before: readonly CompiledRule[],
  change: RuleChange,
  { satisfied, split }: Level,
): RuleNode {
  const rules = changedList(before, change);
  if (split === undefined || isShort(rules, satisfied)) return { kind: 'list', rules, satisfied };
  return split(undefined, { removed: [], added: rules, rules: RuleSequence.of(rules), satisfied });
}

function fromSplit(before: SplitNode, change: RuleChange, { satisfied, split }: Level): RuleNode {
  const rules = before.rules.with(change);
  const few = rules.length <= LONGEST_PLAIN_LIST ? [...rules] : undefined;
  if (split === undefined || (few !== undefined && isShort(few, satisfied)))
    return { kind: 'list', rules: few ?? [...rules], satisfied };
  return split(before, { ...change, rules, satisfied });
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

export function changedLeaves<Key extends number | string>(
  map: ShardedMap<Key, RuleLeaf>,
  changes: KeyedChanges<Key>,
  level: Level,
): ShardedMap<Key, RuleLeaf> {
  const leaves = new Map<Key, RuleLeaf | undefined>();
  const alone = new Map<CompiledRule, RuleLeaf | undefined>();
  for (const [key, change] of changes) {
    const before = map.get(key);
    leaves.set(
      key,
      before === undefined ? newLeaf(change, level, alone) : changedLeaf(before, change, level),
    );
  }
  return map.with(leaves);
}

/** Keys that have the same rule alone share one leaf: a rule with a long list stays small. */
function newLeaf(
  change: RuleChange,
  level: Level,
  alone: Map<CompiledRule, RuleLeaf | undefined>,
): RuleLeaf | undefined {
  const [only, second] = change.added;
  if (only === undefined || second !== undefined) return leafOf(changedNode(undefined, change, level));
  if (!alone.has(only)) alone.set(only, leafOf(changedNode(undefined, change, level)));
  return alone.get(only);
}

function changedLeaf(before: RuleLeaf, change: RuleChange, level: Level): RuleLeaf | undefined {
  const node: RuleNode =
    before.kind === 'rule' ? { kind: 'list', rules: [before], satisfied: level.satisfied } : before;
  return leafOf(changedNode(node, change, level));
}

function leafOf(node: RuleNode): RuleLeaf | undefined {
  return node.kind === 'list' && node.rules.length < 2 ? node.rules[0] : node;
}
