// Explanation: which rule decides a flow, and which others would have, had it not come first.
import { endMsOf, ruleMatches } from './compiled-rule.ts';
import type { Rule } from '../domain/rule.ts';
import { evaluate } from './evaluate.ts';
import type { Evaluation } from './evaluate.ts';
import { FlowReader } from './flow-reader.ts';
import type { FlowSubject } from './flow-subject.ts';
import { orderReason, orderedRule } from './rule-order.ts';
import type { OrderReason } from './rule-order.ts';
import type { Ruleset } from './ruleset.ts';

export interface BeatenRule {
  readonly rule: Rule;
  /** In what the deciding rule comes before it. */
  readonly beatenBy: OrderReason;
}

export interface Explanation extends Evaluation {
  readonly decidingRule: Rule | undefined;
  /** Other rules that match the flow, the nearest first. */
  readonly beaten: readonly BeatenRule[];
}

/** Takes time in proportion to the number of rules: for people, not for the data path. */
export function explain(ruleset: Ruleset, subject: FlowSubject, nowMs: number): Explanation {
  const evaluation = evaluate(ruleset, subject, nowMs);
  if (evaluation.outcome.kind === 'ask') return { ...evaluation, decidingRule: undefined, beaten: [] };
  const decidingRule = evaluation.outcome.rule;
  const deciding = orderedRule(decidingRule);
  const beaten = matchingRules(ruleset, subject, nowMs)
    .filter((rule) => rule.id !== decidingRule.id)
    .map((rule) => ({ rule, beatenBy: orderReason(deciding, orderedRule(rule)) }));
  return { ...evaluation, decidingRule, beaten };
}

function matchingRules(ruleset: Ruleset, subject: FlowSubject, nowMs: number): readonly Rule[] {
  const reader = new FlowReader(subject);
  return Array.from(ruleset.index.rules)
    .filter((compiled) => nowMs < endMsOf(compiled.rule) && ruleMatches(compiled, reader, 0))
    .map((compiled) => compiled.rule);
}
