// What each unary call does: wire to domain, the port, domain to wire. Permission was checked before any of these runs.
import type { EncodedMessage, Request, Response, UnaryMethodName } from '@sallyport/proto';
import type { Client } from '../domain/client.ts';
import type { PromptId } from '../domain/prompt.ts';
import type { RuleId } from '../domain/rule.ts';
import { inSlices } from '../platform/sliced-work.ts';
import type { FirewallPort } from './ports.ts';
import { valueOf } from './refusal.ts';
import { readDecision, writeDecisionResult } from './wire/decision.ts';
import { readExplainQuery, writeExplanation } from './wire/explain.ts';
import { readPresent, readRuleId, readText, readToken } from './wire/field.ts';
import { readHistoryQuery, writeHistoryEntry } from './wire/history.ts';
import { readMeasuredMs, writeKernelReport } from './wire/kernel-report.ts';
import { readRuleDraft, writeListing, writeRule, writeRuleUses } from './wire/rule.ts';
import { readModeChange, writeMode, writeStatus } from './wire/status.ts';

/** Throws (rejects with) a RefusedCall for what is refused. */
export type UnaryHandlers = {
  readonly [M in UnaryMethodName]: (request: Request<M>, client: Client) => Answer<M> | Promise<Answer<M>>;
};

/** Large ones are encoded in slices already. */
export type Answer<M extends UnaryMethodName> = Response<M> | EncodedMessage;

export function unaryHandlers(firewall: FirewallPort, nowMs: () => number): UnaryHandlers {
  return {
    ...promptHandlers(firewall, nowMs),
    ...ruleHandlers(firewall),
    ...ruleTextHandlers(firewall),
    listRuleUses: async () => writeRuleUses(await firewall.ruleUses()),
    getStatus: () => writeStatus(firewall.status()),
    measureKernel: async (request) =>
      writeKernelReport(await firewall.measureKernel(readMeasuredMs(request))),
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
): Pick<UnaryHandlers, 'decide' | 'undoDecision' | 'dismissPrompts'> {
  return {
    decide: async (request, client) =>
      writeDecisionResult(valueOf(await firewall.decide(readDecision(request, nowMs()), client))),
    undoDecision: async (request, client) =>
      valueOf(await firewall.undo(readToken('undo_token', request.undoToken), client)),
    dismissPrompts: async ({ promptId: id }, client) => {
      const promptId = id === '' ? undefined : (readToken('prompt_id', id) as PromptId);
      return { dismissed: valueOf(await firewall.dismissMissed(promptId, client)) };
    },
  };
}

function ruleHandlers({
  rules,
}: FirewallPort): Pick<UnaryHandlers, 'listRules' | 'putRule' | 'deleteRule' | 'setRuleEnabled'> {
  return {
    listRules: () => inSlices(writeListing(rules.list())),
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

/** A request is smaller than this in any case: api/limits.ts. */
const RULE_TEXT = { longest: 1024 * 1024, expected: 'the text of a rule file' };

function ruleTextHandlers({ rules }: FirewallPort): Pick<UnaryHandlers, 'exportRules' | 'readRules'> {
  return {
    exportRules: async ({ ids }) => ({
      text: await inSlices(rules.text(ids.map((id, index) => readRuleId(`ids[${index}]`, id) as RuleId))),
    }),
    readRules: ({ text }) => inSlices(writeListing(rules.read(readText('text', text, RULE_TEXT)))),
  };
}
