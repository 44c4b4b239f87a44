// The events of Watch.
import { snapshotInParts } from '@sallyport/proto';
import type * as Wire from '@sallyport/proto';
import type { Client } from '../../domain/client.ts';
import type { SlicedWork } from '../../platform/sliced-work.ts';
import type { FirewallEvent, FirewallSnapshot } from '../ports.ts';
import { writeHistoryEntry } from './history.ts';
import { writePrompt } from './prompt.ts';
import { addRules, writeProblem, writeRule } from './rule.ts';
import { writeTrafficReport } from './traffic.ts';
import { writeHealthCheck, writeMode, writeStatus } from './status.ts';

/** The event that begins a Watch, in slices. */
export function* writeSnapshot(snapshot: FirewallSnapshot, client: Client): SlicedWork<Wire.EncodedMessage> {
  const message = snapshotInParts();
  message.add({
    status: writeStatus(snapshot.status),
    prompts: snapshot.prompts.map(writePrompt),
    problems: snapshot.problems.map(writeProblem),
    you: { uid: client.uid, pid: client.pid, mayDecide: client.mayDecide },
  });
  yield* addRules(message, snapshot.rules);
  return message.finish();
}

/** `many-rules` ends a stream instead. */
export type TellableEvent = Exclude<FirewallEvent, { kind: 'many-rules' }>;

export function writeEvent(event: TellableEvent): Wire.WatchEvent {
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
