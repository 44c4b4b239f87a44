// A Decision as a client sends it, and what became of it.
import type * as Wire from '@sallyport/proto';
import type { FlowId } from '../../domain/flow.ts';
import type { Decision, DecisionLifetime, PromptId } from '../../domain/prompt.ts';
import type { DecisionResult } from '../ports.ts';
import { ACTIONS, SCOPES } from './enums.ts';
import { InvalidField, readEnum, readList, readNumber, readToken } from './field.ts';
import { writeRule } from './rule.ts';

const MOST_FLOWS = 4096;
const SHORTEST_MS = 1000;
const LONGEST_MS = 10 * 366 * 86_400_000;

/** Throws an InvalidField. `nowMs`: a date in the past is refused, milliseconds since 1970. */
export function readDecision(request: Wire.DecideRequest, nowMs: number): Decision {
  return {
    promptId: readToken('prompt_id', request.promptId) as PromptId,
    action: readEnum('action', request.action, ACTIONS),
    scope: readEnum('scope', request.scope, SCOPES),
    lifetime: readLifetime(request.lifetime, nowMs),
    ownUserOnly: request.ownUserOnly,
    forContainer: request.forContainer,
    flowIds: readList('flow_ids', request.flowIds, { longest: MOST_FLOWS, read: readFlowId }),
    revision: request.revision === 0 ? undefined : request.revision,
  };
}

function readFlowId(field: string, value: string): FlowId {
  return readToken(field, value) as FlowId;
}

function readLifetime(wire: Wire.DecisionLifetime | undefined, nowMs: number): DecisionLifetime {
  switch (wire?.lifetime) {
    case 'once':
      return { kind: 'once' };
    case 'untilProcessEnds':
      return { kind: 'process', withChildren: false };
    case 'untilProcessTreeEnds':
      return { kind: 'process', withChildren: true };
    case 'durationMs': {
      const range = { from: SHORTEST_MS, to: LONGEST_MS, unit: ' of milliseconds' };
      return { kind: 'duration', durationMs: readNumber('lifetime.duration_ms', wire.durationMs, range) };
    }
    case 'untilMs': {
      const range = { from: nowMs, to: nowMs + LONGEST_MS, unit: ' of milliseconds since 1970' };
      return { kind: 'until', untilMs: readNumber('lifetime.until_ms', wire.untilMs, range) };
    }
    case 'untilRestart':
      return { kind: 'restart' };
    case 'always':
      return { kind: 'always' };
    case undefined:
      throw new InvalidField(
        'lifetime',
        'is missing',
        'one of once, until_process_ends, until_process_tree_ends, duration_ms, until_ms, until_restart, always',
      );
  }
}

export function writeDecisionResult(result: DecisionResult): Wire.DecideResponse {
  return { ...result, rules: result.rules.map(writeRule) };
}
