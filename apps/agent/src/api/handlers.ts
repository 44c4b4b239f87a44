// What each unary call does: wire to domain, the port, domain to wire. Permission was checked before any of these runs.
import type { Request, Response, UnaryMethodName } from '@sallyport/proto';
import type { Client } from '../domain/client.ts';
import type { RuleId } from '../domain/rule.ts';
import type { FirewallPort } from './ports.ts';
import { valueOf } from './refusal.ts';
import { readDecision, writeDecisionResult } from './wire/decision.ts';
import { readExplainQuery, writeExplanation } from './wire/explain.ts';
import { readPresent, readRuleId, readToken } from './wire/field.ts';
import { readHistoryQuery, writeHistoryEntry } from './wire/history.ts';
import { readRuleDraft, writeProblem, writeRule } from './wire/rule.ts';
import { readModeChange, writeMode, writeStatus } from './wire/status.ts';

/** Throws (rejects with) a RefusedCall for what is refused. */
export type UnaryHandlers = {
  readonly [M in UnaryMethodName]: (
    request: Request<M>,
    client: Client,
  ) => Response<M> | Promise<Response<M>>;
};

export function unaryHandlers(firewall: FirewallPort, nowMs: () => number): UnaryHandlers {
  return {
    ...promptHandlers(firewall, nowMs),
    ...ruleHandlers(firewall),
    getStatus: () => writeStatus(firewall.status()),
    explain: async (request, client) =>
      writeExplanation(await firewall.explain(readExplainQuery(request, client.uid))),
    listHistory: async (request) => {
      const entries = valueOf(await firewall.history(readHistoryQuery(request)));
      return { records: entries.map(writeHistoryEntry) };
    },
    setMode: async (request, client) =>
      writeMode(valueOf(await firewall.setMode(readModeChange(request), client))),
  };
}

function promptHandlers(
  firewall: FirewallPort,
  nowMs: () => number,
): Pick<UnaryHandlers, 'decide' | 'undoDecision'> {
  return {
    decide: async (request, client) =>
      writeDecisionResult(valueOf(await firewall.decide(readDecision(request, nowMs()), client))),
    undoDecision: async (request, client) =>
      valueOf(await firewall.undo(readToken('undo_token', request.undoToken), client)),
  };
}

function ruleHandlers({
  rules,
}: FirewallPort): Pick<UnaryHandlers, 'listRules' | 'putRule' | 'deleteRule' | 'setRuleEnabled'> {
  return {
    listRules: () => {
      const listing = rules.list();
      return { rules: listing.rules.map(writeRule), problems: listing.problems.map(writeProblem) };
    },
    putRule: async (request, client) => {
      const draft = readRuleDraft('rule', readPresent('rule', request.rule, 'the rule to save'));
      return { rule: writeRule(valueOf(await rules.put(draft, client))) };
    },
    deleteRule: async (request, client) => {
      valueOf(await rules.delete(readRuleId('id', request.id) as RuleId, client));
      return {};
    },
    setRuleEnabled: async (request, client) => {
      const change = { ruleId: readRuleId('id', request.id) as RuleId, enabled: request.enabled };
      return { rule: writeRule(valueOf(await rules.setEnabled(change, client))) };
    },
  };
}
