// From a window's requests, already checked by the contract, to those of the wire.
import { wireLifetime, wireScope } from '@sallyport/proto';
import type * as Wire from '@sallyport/proto';
import type { Decision, ExplainQuery, HistoryQuery, ModeChange, RuleDraft } from '../shared/desktop-api.ts';
import type { Action, Direction, RuleLifetime } from '../shared/model.ts';

export function writeDecision(decision: Decision): Wire.DecideRequest {
  return {
    ...decision,
    action: writeAction(decision.action),
    scope: wireScope(decision.scope),
    lifetime: wireLifetime(decision.lifetime),
    ownUserOnly: decision.ownUserOnly ?? false,
    forContainer: decision.forContainer ?? false,
  };
}

export function writeRule(draft: RuleDraft): Wire.Rule {
  const { id, matcher, lifetime, action, origin = 'user', createdAtMs = 0, ...rest } = draft;
  return {
    ...rest,
    id: id ?? '',
    action: writeAction(action),
    matcher: {
      app: matcher.app ?? '',
      uid: matcher.uid,
      direction: matcher.direction === undefined ? 'DIRECTION_ANY' : writeDirection(matcher.direction),
      protocols: matcher.protocols,
      addresses: matcher.addresses.map((text) => ({ text })),
      ports: matcher.ports,
    },
    lifetime: writeRuleLifetime(lifetime),
    origin,
    createdAtMs,
    // The agent sets these.
    sentence: '',
    file: '',
  };
}

function writeRuleLifetime(lifetime: RuleLifetime): Wire.RuleLifetime {
  switch (lifetime.kind) {
    case 'always':
      return { lifetime: 'always', always: {} };
    case 'until':
      return { lifetime: 'untilMs', untilMs: lifetime.untilMs };
    case 'process':
      return writeProcess(lifetime);
    case 'restart':
      return { lifetime: 'untilRestart', untilRestart: {} };
  }
}

function writeProcess({
  pid,
  startNs,
  withChildren,
}: Extract<RuleLifetime, { kind: 'process' }>): Wire.RuleLifetime {
  const process = { pid, startNs };
  return withChildren ? { lifetime: 'processTree', processTree: process } : { lifetime: 'process', process };
}

const UNKNOWN_FLOWS = {
  ask: 'UNKNOWN_FLOWS_ASK',
  allow: 'UNKNOWN_FLOWS_ALLOW',
  deny: 'UNKNOWN_FLOWS_DENY',
} as const;

export function writeModeChange(change: ModeChange): Wire.SetModeRequest {
  switch (change.kind) {
    case 'filter':
      return { change: 'filter', filter: {} };
    case 'pause':
      return { change: 'pauseMs', pauseMs: change.pauseMs };
    case 'unknown-flows':
      return { change: 'unknownFlows', unknownFlows: UNKNOWN_FLOWS[change.unknownFlows] };
  }
}

type HistoryFields = Omit<HistoryQuery, 'action' | 'direction'> & {
  readonly action: Wire.Action | undefined;
  readonly direction: Wire.Direction;
};

export function writeHistoryQuery({ action, direction, ...query }: HistoryQuery): HistoryFields {
  return { ...query, action: action && writeAction(action), direction: writeDirection(direction) };
}

export function writeExplainQuery({ direction, ...query }: ExplainQuery): Wire.ExplainRequest {
  return { ...query, direction: writeDirection(direction) };
}

function writeAction(action: Action): Wire.Action {
  return action === 'allow' ? 'ACTION_ALLOW' : 'ACTION_DENY';
}

function writeDirection(direction: Direction | undefined): Wire.Direction {
  if (direction === undefined) return 'DIRECTION_UNSPECIFIED';
  return direction === 'in' ? 'DIRECTION_IN' : 'DIRECTION_OUT';
}
