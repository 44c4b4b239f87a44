// Ruleset: the compiled, immutable, totally ordered rules, with a generation.
import type { NetworkName } from '../domain/address.ts';
import type { Rule } from '../domain/rule.ts';
import { compileRule } from './compiled-rule.ts';
import type { CompiledRule } from './compiled-rule.ts';
import { networkPrefixes } from './networks.ts';
import type { Cidr } from './prefix.ts';
import { buildIndex } from './rule-index.ts';
import type { Section } from './rule-index.ts';
import { compareRules, orderedRule } from './rule-order.ts';

export interface Ruleset {
  /** Goes up with every change; verdicts cached under an older one are void. */
  readonly generation: number;
  /** The enabled rules, first asked first. */
  readonly rules: readonly CompiledRule[];
  readonly index: readonly Section[];
}

export interface RulesetOptions {
  readonly generation: number;
  /** What this machine adds to the named networks: `resolvers`, and `broadcast` addresses of its interfaces. */
  readonly networks: ReadonlyMap<NetworkName, readonly Cidr[]>;
}

/** Disabled rules are left out. Throws for two rules with one id, and for rules that `compileRule` refuses. */
export function compileRuleset(rules: readonly Rule[], options: RulesetOptions): Ruleset {
  const networks = networkPrefixes(options.networks);
  const ordered = rules.filter((rule) => rule.enabled).map(orderedRule);
  refuseTwins(ordered.map(({ rule }) => rule));
  ordered.sort(compareRules);
  const compiled = ordered.map(({ rule }, rank) => compileRule(rule, rank, networks));
  return { generation: options.generation, rules: compiled, index: buildIndex(compiled) };
}

function refuseTwins(rules: readonly Rule[]): void {
  const ids = new Set<string>();
  for (const { id } of rules) {
    if (ids.has(id)) throw new Error(`two rules have the id ${id}: the order of rules would not be total`);
    ids.add(id);
  }
}
