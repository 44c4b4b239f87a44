// Explains a flow that a person describes: which rule decides it, which others it beat, in one sentence.
import type { Explanation, ExplainQuery, StoredRule } from './api/ports.ts';
import { formatSocketAddress } from './domain/address.ts';
import { isUnidentified } from './domain/app.ts';
import { containerPart } from './domain/container.ts';
import { PACKET } from './domain/flow-key.ts';
import type { Rule } from './domain/rule.ts';
import type { Verdict } from './domain/verdict.ts';
import { explain } from './policy/explain.ts';
import { NO_CONTAINER } from './policy/flow-subject.ts';
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
  const isProgramUnknown = outcome.kind === 'verdict' && isAssumed(outcome.verdict);
  return {
    outcome: outcome.kind === 'verdict' ? outcome.rule.action : 'ask',
    rule,
    beaten: beaten.map(({ rule: other, beatenBy }) => ({ rule: context.show(other), beatenBy })),
    consultedFields: [...consulted],
    text: textOf(query, { rule, beaten: beaten.length, isProgramUnknown }),
  };
}

interface Found {
  readonly rule: StoredRule | undefined;
  readonly beaten: number;
  readonly isProgramUnknown: boolean;
}

function isAssumed({ reason }: Verdict): boolean {
  return reason.kind === 'rule' && reason.isProgramUnknown === true;
}

function textOf(query: ExplainQuery, found: Found): string {
  const what =
    query.protocol === PACKET ? `${query.app} sending raw packets` : `${placeOf(query)} (${query.protocol})`;
  if (found.rule === undefined) return `No rule knows ${what}: it would be asked about.`;
  const others =
    found.beaten === 0
      ? 'No other rule matches.'
      : `It comes before ${found.beaten} other matching ${found.beaten === 1 ? 'rule' : 'rules'}.`;
  const { rule } = found.rule;
  const decided = `${what} is ${rule.action === 'allow' ? 'allowed' : 'refused'} by rule ${rule.id}.`;
  return `${decided} ${found.isProgramUnknown ? `${assumption(rule)} ` : ''}${others}`;
}

function placeOf({ app, direction, address, port }: ExplainQuery): string {
  if (direction === 'out') return `${app} to ${formatSocketAddress(address, port)}`;
  return `${address} to ${app}${port === 0 ? '' : ` on port ${port}`}`;
}

function assumption({ matcher }: Rule): string {
  const whose = matcher.app === undefined ? 'this deny rule' : `the deny rule for ${matcher.app}`;
  return `Its program is not known, so ${whose} applies to it.`;
}

/** A described flow has no process instance: rules that are bound to one do not speak for it. */
function subjectOf(query: ExplainQuery): FlowSubject {
  return {
    isPacketSocket: query.protocol === PACKET,
    app: () => (isUnidentified(query.app) ? undefined : query.app),
    // Where the query names a container alone, of a program in it that no rule names.
    container: () => containerPart(query.app) ?? NO_CONTAINER,
    direction: () => query.direction,
    uid: () => query.uid,
    protocol: () => query.protocol,
    address: () => query.address,
    port: () => query.port,
    processInstance: () => ({ pid: 0, startNs: 0n }),
    lineage: () => [],
  };
}
