// The contract's calls that go to the agent, each one request. Arguments were checked before; failures are rejections of proto.
import { FirewallError } from '@sallyport/proto';
import type { FirewallClient, Rule as WireRule } from '@sallyport/proto';
import type { Rule } from '../shared/model.ts';
import type { CallHandlers } from './checked-calls.ts';
import { readExplanation, readMode, readProblem, readReport } from './read-event.ts';
import { readHistory, readRule, readRuleUses } from './read-wire.ts';
import {
  writeDecision,
  writeExplainQuery,
  writeHistoryQuery,
  writeModeChange,
  writeRule,
} from './write-wire.ts';

export function agentCalls(
  client: FirewallClient,
): Omit<CallHandlers, 'getState' | 'readTraffic' | 'describeApps' | 'listUsers' | 'setPreferences'> {
  return {
    decide: async (decision) => {
      const answered = await client.decide(writeDecision(decision));
      return { ...answered, rules: answered.rules.map(readRule) };
    },
    undo: (argument) => client.undoDecision(argument),
    dismissPrompts: (argument) => client.dismissPrompts(argument),
    putRule: async (draft) => writtenRule((await client.putRule({ rule: writeRule(draft) })).rule),
    deleteRule: async ({ ruleId }) => {
      await client.deleteRule({ id: ruleId });
    },
    setRuleEnabled: async ({ ruleId, enabled }) =>
      writtenRule((await client.setRuleEnabled({ id: ruleId, enabled })).rule),
    exportRules: ({ ruleIds }) => client.exportRules({ ids: ruleIds }),
    readRules: async (argument) => {
      const { rules, problems } = await client.readRules(argument);
      return { rules: rules.map(readRule), problems: problems.map(readProblem) };
    },
    listRuleUses: async () => readRuleUses(await client.listRuleUses({})),
    explain: async (query) => readExplanation(await client.explain(writeExplainQuery(query))),
    listHistory: async (query) => {
      const { records } = await client.listHistory(writeHistoryQuery(query));
      return records.map((record) => readHistory(record));
    },
    setMode: async (change) => readMode(await client.setMode(writeModeChange(change))),
    getStatus: async () => readReport(await client.getStatus({})),
  };
}

function writtenRule(rule: WireRule | undefined): Rule {
  if (rule === undefined) throw new FirewallError('internal', 'The agent answered without the rule.');
  return readRule(rule);
}
