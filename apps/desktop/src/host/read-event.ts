// From events and reports of the wire to changes of the desktop's state.
import type * as Wire from '@sallyport/proto';
import type { Explanation } from '../shared/desktop-api.ts';
import type { RuleProblem } from '../shared/model.ts';
import type { AgentReport, HealthCheck, Mode, UnknownFlows } from '../shared/report.ts';
import type { AgentSnapshot, Change } from '../shared/state.ts';
import { readAction, readHistory, readPrompt, readRule } from './read-wire.ts';

/** Enough to know a command again; a thousand of them are 4 MB. */
export const COMMAND_CHARACTERS_KEPT = 4096;

/** Undefined for an event that changes no state, or that this version does not know. */
export function readEvent(event: Wire.WatchEvent): Change | undefined {
  switch (event.event) {
    case 'snapshot':
      return { kind: 'agent', agent: readSnapshot(event.snapshot) };
    case 'prompt':
      return { kind: 'prompt', prompt: readPrompt(event.prompt) };
    case 'promptClosed':
      return { kind: 'prompt-closed', promptId: event.promptClosed.id, reason: event.promptClosed.reason };
    case 'rule':
      return { kind: 'rule', rule: readRule(event.rule) };
    case 'ruleDeleted':
      return { kind: 'rule-deleted', ruleId: event.ruleDeleted };
    case 'ruleProblems':
      return { kind: 'problems', problems: event.ruleProblems.problems.map(readProblem) };
    case 'mode':
      return { kind: 'mode', mode: readMode(event.mode) };
    case 'health':
      return { kind: 'health', checks: event.health.checks.map(readCheck) };
    case 'history':
      return { kind: 'history', entries: [readHistory(event.history, COMMAND_CHARACTERS_KEPT)] };
    // Followed on a stream of its own, while somebody looks (traffic-follower.ts).
    case 'traffic':
    case undefined:
      return undefined;
  }
}

function readSnapshot(snapshot: Wire.Snapshot): AgentSnapshot {
  return {
    ...readReport(snapshot.status),
    you: { uid: snapshot.you?.uid ?? -1, mayDecide: snapshot.you?.mayDecide ?? false },
    prompts: snapshot.prompts.map(readPrompt),
    rules: snapshot.rules.map(readRule),
    problems: snapshot.problems.map(readProblem),
  };
}

/** What an agent that told no status is known to be. */
const NO_STATUS: Wire.Status = {
  version: '',
  agentPid: 0,
  startedAtMs: 0,
  strict: false,
  correlator: '',
  rules: 0,
  promptsOpen: 0,
  promptsMissed: 0,
  flowsHeld: 0,
  clients: 0,
  counters: [],
  health: [],
  failureTable: [],
  rulesetGeneration: '0',
  memoryBytes: '0',
};

export function readReport(report: Wire.Status = NO_STATUS): AgentReport {
  const { mode, health, failureTable, ...status } = report;
  const lines = failureTable.map((line) => ({ ...line, action: readAction(line.action) }));
  return {
    status: { ...status, failureTable: lines },
    mode: readMode(mode),
    health: health.map(readCheck),
  };
}

const UNKNOWN_FLOWS: ReadonlyMap<string, UnknownFlows> = new Map([
  ['UNKNOWN_FLOWS_ASK', 'ask'],
  ['UNKNOWN_FLOWS_ALLOW', 'allow'],
  ['UNKNOWN_FLOWS_DENY', 'deny'],
]);

/** A mode that nobody told is shown as paused: nobody is told that they are protected on a guess. */
export function readMode(mode: Wire.Mode | undefined): Mode {
  if (mode === undefined) return { kind: 'paused', untilMs: 0, unknownFlows: 'ask' };
  const unknownFlows = UNKNOWN_FLOWS.get(mode.unknownFlows) ?? 'ask';
  if (mode.filtering) return { kind: 'filtering', unknownFlows };
  return { kind: 'paused', untilMs: mode.pausedUntilMs, unknownFlows };
}

function readCheck({ name, state, text, remedy }: Wire.HealthCheck): HealthCheck {
  return { name, state: readHealth(state), text, remedy };
}

function readHealth(state: Wire.HealthState): HealthCheck['state'] {
  if (state === 'HEALTH_STATE_OK') return 'ok';
  return state === 'HEALTH_STATE_BROKEN' ? 'broken' : 'degraded';
}

export function readProblem({ line, ...rest }: Wire.RuleProblem): RuleProblem {
  return { ...rest, line: line === 0 ? undefined : line };
}

export function readExplanation(response: Wire.ExplainResponse): Explanation {
  const { outcome, rule, beaten, consultedFields, text } = response;
  return {
    outcome: outcome === 'allow' || outcome === 'deny' ? outcome : 'ask',
    rule: rule && readRule(rule),
    beaten: beaten.flatMap(({ rule: loser, beatenBy }) =>
      loser === undefined ? [] : [{ rule: readRule(loser), beatenBy }],
    ),
    consultedFields,
    text,
  };
}
