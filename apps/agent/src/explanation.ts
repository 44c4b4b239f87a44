// Explains a flow that a person describes: which rule decides it, which others it beat, in one sentence.
import type { Explanation, ExplainQuery, StoredRule } from './api/ports.ts';
import { formatSocketAddress } from './domain/address.ts';
import type { Rule } from './domain/rule.ts';
import { explain } from './policy/explain.ts';
import type { FlowSubject } from './policy/flow-subject.ts';
import type { Ruleset } from './policy/ruleset.ts';

export interface ExplainContext {
  readonly ruleset: Ruleset;
  readonly nowMs: number;
  readonly show: (rule: Rule) => StoredRule;
}

export function explainFlow(query: ExplainQuery, context: ExplainContext): Explanation {
  const { outcome, beaten, consulted } = explain(context.ruleset, subjectOf(query), context.nowMs);
  const rule = outcome.kind === 'verdict' ? context.show(outcome.rule) : undefined;
  return {
    outcome: outcome.kind === 'verdict' ? outcome.rule.action : 'ask',
    rule,
    beaten: beaten.map(({ rule: other, beatenBy }) => ({ rule: context.show(other), beatenBy })),
    consultedFields: [...consulted],
    text: textOf(query, { rule, beaten: beaten.length }),
  };
}

function textOf(query: ExplainQuery, found: { rule: StoredRule | undefined; beaten: number }): string {
  const what = `${query.app} to ${formatSocketAddress(query.address, query.port)} (${query.protocol})`;
  if (found.rule === undefined) return `No rule knows ${what}: it would be asked about.`;
  const others =
    found.beaten === 0 ? 'No other rule matches.' : `It comes before ${found.beaten} other matching rules.`;
  const { rule } = found.rule;
  return `${what} is ${rule.action === 'allow' ? 'allowed' : 'refused'} by rule ${rule.id}. ${others}`;
}

/** A described flow has no process instance: rules that are bound to one do not speak for it. */
function subjectOf(query: ExplainQuery): FlowSubject {
  return {
    app: () => query.app,
    direction: () => query.direction,
    uid: () => query.uid,
    protocol: () => query.protocol,
    address: () => query.address,
    port: () => query.port,
    processInstance: () => ({ pid: 0, startNs: 0n }),
  };
}
