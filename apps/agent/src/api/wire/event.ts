// The events of Watch.
import type * as Wire from '@sallyport/proto';
import type { Client } from '../../domain/client.ts';
import type { FirewallEvent, FirewallSnapshot } from '../ports.ts';
import { writeHistoryEntry } from './history.ts';
import { writePrompt } from './prompt.ts';
import { writeProblem, writeRule } from './rule.ts';
import { writeTrafficReport } from './traffic.ts';
import { writeHealthCheck, writeMode, writeStatus } from './status.ts';

export function writeSnapshot(snapshot: FirewallSnapshot, client: Client): Wire.WatchEvent {
  return {
    event: 'snapshot',
    snapshot: {
      status: writeStatus(snapshot.status),
      prompts: snapshot.prompts.map(writePrompt),
      rules: snapshot.rules.map(writeRule),
      problems: snapshot.problems.map(writeProblem),
      you: { uid: client.uid, pid: client.pid, mayDecide: client.mayDecide },
    },
  };
}

export function writeEvent(event: FirewallEvent): Wire.WatchEvent {
  switch (event.kind) {
    case 'prompt':
      return { event: 'prompt', prompt: writePrompt(event.prompt) };
    case 'prompt-closed':
      return { event: 'promptClosed', promptClosed: { id: event.promptId, reason: event.reason } };
    case 'rule':
      return { event: 'rule', rule: writeRule(event.rule) };
    case 'rule-deleted':
      return { event: 'ruleDeleted', ruleDeleted: event.ruleId };
    case 'problems':
      return { event: 'ruleProblems', ruleProblems: { problems: event.problems.map(writeProblem) } };
    case 'mode':
      return { event: 'mode', mode: writeMode(event.mode) };
    case 'health':
      return { event: 'health', health: { checks: event.checks.map(writeHealthCheck) } };
    case 'history':
      return { event: 'history', history: writeHistoryEntry(event.entry) };
    case 'traffic':
      return { event: 'traffic', traffic: writeTrafficReport(event.report) };
  }
}
