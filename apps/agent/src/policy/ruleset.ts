// Ruleset: the compiled, immutable, totally ordered rules, with a generation. A change of a few rules makes another one that
// shares with it what is the same.
import type { NetworkName } from '../domain/address.ts';
import type { Rule, RuleId } from '../domain/rule.ts';
import { compileRule } from './compiled-rule.ts';
import type { CompiledRule } from './compiled-rule.ts';
import { changingIndex, EMPTY_INDEX } from './index-change.ts';
import { networkPrefixes } from './networks.ts';
import type { NetworkPrefixes } from './networks.ts';
import type { Cidr } from './prefix.ts';
import type { RuleNode } from './rule-index.ts';
import { compareRules, orderedRule } from './rule-order.ts';
import { allAtOnce, filtered, mapped, sorted } from './steps.ts';
import type { Steps } from './steps.ts';

export interface Ruleset {
  /** Goes up with every change; verdicts cached under an older one are void. */
  readonly generation: number;
  /** Of the enabled rules. */
  readonly index: RuleNode;
  readonly networks: NetworkPrefixes;
  /** How many rules deny. */
  readonly denies: number;
  /** Rules that end by the clock. */
  readonly ending: ReadonlySet<Rule>;
}

export interface RulesetOptions {
  readonly generation: number;
  /** What this machine adds to the named networks: `resolvers`, and `broadcast` addresses of its interfaces. */
  readonly networks: ReadonlyMap<NetworkName, readonly Cidr[]>;
}

/** A rule that is another now is removed and added. */
export interface RulesetChange {
  readonly removed: readonly Rule[];
  readonly added: readonly Rule[];
}

/** Disabled rules are left out. Throws for two rules with one id, and for rules that `compileRule` refuses. */
export function compileRuleset(rules: readonly Rule[], options: RulesetOptions): Ruleset {
  refuseTwins(rules);
  const networks = networkPrefixes(options.networks);
  const empty = {
    generation: options.generation,
    index: EMPTY_INDEX,
    networks,
    denies: 0,
    ending: new Set<Rule>(),
  };
  return changedRuleset(empty, { removed: [], added: rules }, options.generation);
}

/**
 * What `compileRuleset` makes of the rules after the change, for much less work. Throws as it does, but of twins it finds
 * only those that are equal in all that puts rules in order; and for a removed rule that is not in the ruleset.
 */
export function changedRuleset(ruleset: Ruleset, change: RulesetChange, generation: number): Ruleset {
  return allAtOnce(changingRuleset(ruleset, change, generation));
}

/** The same in steps. */
export function* changingRuleset(
  ruleset: Ruleset,
  change: RulesetChange,
  generation: number,
): Steps<Ruleset> {
  const removed = yield* filtered(change.removed, isEnabled);
  const added = yield* filtered(change.added, isEnabled);
  const index = yield* changedIndex(ruleset, { removed, added });
  const [gone, come] = [yield* filtered(removed, isDeny), yield* filtered(added, isDeny)];
  const denies = ruleset.denies + come.length - gone.length;
  const ending = yield* changedEnding(ruleset.ending, { removed, added });
  return { ...ruleset, generation, index, denies, ending };
}

/** Where most rules go it is less work to begin with nothing. Of enabled rules. */
function* changedIndex(ruleset: Ruleset, { removed, added }: RulesetChange): Steps<RuleNode> {
  const { index, networks } = ruleset;
  const incoming = yield* mapped(added, (rule) => compileRule(rule, networks));
  if (2 * removed.length > index.rules.length) {
    const all = (yield* withoutRules(ruleset, removed)).concat(incoming);
    return yield* changingIndex(EMPTY_INDEX, { removed: [], added: yield* sorted(all, compareRules) });
  }
  const outgoing = yield* mapped(removed, (rule) => compiledOf(ruleset, rule));
  return yield* changingIndex(index, {
    removed: yield* sorted(outgoing, compareRules),
    added: yield* sorted(incoming, compareRules),
  });
}

/** Throws where one of them is not there. */
function* withoutRules({ index }: Ruleset, removed: readonly Rule[]): Steps<readonly CompiledRule[]> {
  const gone = new Set<RuleId>();
  yield* mapped(removed, ({ id }) => gone.add(id));
  const all = index.kind === 'list' ? index.rules : index.rules.all;
  const left = yield* filtered(all, ({ rule }) => !gone.has(rule.id));
  if (left.length + removed.length === all.length) return left;
  throw notThere(removed.find((rule) => all.every((other) => other.rule.id !== rule.id)) ?? removed[0]);
}

/** The same rules where the named networks are others. */
export function rulesetWithNetworks(ruleset: Ruleset, { generation, networks }: RulesetOptions): Ruleset {
  const affected = rulesOf(ruleset).filter(namesNetwork);
  const without = changedRuleset(ruleset, { removed: affected, added: [] }, generation);
  const renamed = { ...without, networks: networkPrefixes(networks) };
  return changedRuleset(renamed, { removed: [], added: affected }, generation);
}

/** The enabled rules, first asked first. */
export function rulesOf({ index }: Ruleset): readonly Rule[] {
  return Array.from(index.rules, ({ rule }) => rule);
}

function namesNetwork({ matcher }: Rule): boolean {
  return matcher.addresses?.some(({ kind }) => kind === 'network') === true;
}

function isEnabled({ enabled }: Rule): boolean {
  return enabled;
}

function compiledOf({ index }: Ruleset, rule: Rule): CompiledRule {
  const ordered = orderedRule(rule);
  const compiled =
    index.kind === 'list'
      ? index.rules.find((other) => compareRules(other, ordered) === 0)
      : index.rules.find(ordered);
  if (compiled !== undefined) return compiled;
  throw notThere(rule);
}

function notThere(rule: Rule | undefined): Error {
  return new Error(`rule ${rule?.id ?? ''} is to be removed and is not in the ruleset`);
}

function isDeny({ action }: Rule): boolean {
  return action === 'deny';
}

function* changedEnding(
  ending: ReadonlySet<Rule>,
  { removed, added }: RulesetChange,
): Steps<ReadonlySet<Rule>> {
  const gone = yield* filtered(removed, endsByClock);
  const come = yield* filtered(added, endsByClock);
  if (gone.length + come.length === 0) return ending;
  const changed = new Set(ending);
  for (const rule of gone) changed.delete(rule);
  for (const rule of come) changed.add(rule);
  return changed;
}

function endsByClock({ lifetime }: Rule): boolean {
  return lifetime.kind === 'until';
}

function refuseTwins(rules: readonly Rule[]): void {
  const ids = new Set<string>();
  for (const { id } of rules.filter(isEnabled)) {
    if (ids.has(id)) throw new Error(`two rules have the id ${id}: the order of rules would not be total`);
    ids.add(id);
  }
}
