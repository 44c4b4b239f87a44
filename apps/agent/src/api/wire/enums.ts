// The enums of the wire and the words of the domain, both ways.
import type {
  Action as WireAction,
  DecisionScope as WireScope,
  Direction as WireDirection,
  HealthState,
  UnknownFlows,
} from '@sallyport/proto';
import type { Direction } from '../../domain/flow-key.ts';
import type { Mode } from '../../domain/mode.ts';
import type { DecisionScope } from '../../domain/prompt.ts';
import type { Action } from '../../domain/rule.ts';
import type { HealthCheck } from '../ports.ts';

export const ACTIONS = { ACTION_ALLOW: 'allow', ACTION_DENY: 'deny' } as const satisfies Partial<
  Record<WireAction, Action>
>;

export const DIRECTIONS = { DIRECTION_OUT: 'out', DIRECTION_IN: 'in' } as const satisfies Partial<
  Record<WireDirection, Direction>
>;

export const SCOPES = {
  DECISION_SCOPE_ENDPOINT: 'endpoint',
  DECISION_SCOPE_ADDRESS: 'address',
  DECISION_SCOPE_PORT: 'port',
  DECISION_SCOPE_APP: 'app',
  DECISION_SCOPE_NETWORK: 'network',
} as const satisfies Partial<Record<WireScope, DecisionScope>>;

export const UNKNOWN_FLOWS = {
  UNKNOWN_FLOWS_ASK: 'ask',
  UNKNOWN_FLOWS_ALLOW: 'allow',
  UNKNOWN_FLOWS_DENY: 'deny',
} as const satisfies Partial<Record<UnknownFlows, Mode['unknownFlows']>>;

export function writeAction(action: Action): WireAction {
  return action === 'allow' ? 'ACTION_ALLOW' : 'ACTION_DENY';
}

export function writeDirection(direction: Direction | undefined): WireDirection {
  if (direction === undefined) return 'DIRECTION_UNSPECIFIED';
  return direction === 'out' ? 'DIRECTION_OUT' : 'DIRECTION_IN';
}

export function writeUnknownFlows(unknownFlows: Mode['unknownFlows']): UnknownFlows {
  switch (unknownFlows) {
    case 'ask':
      return 'UNKNOWN_FLOWS_ASK';
    case 'allow':
      return 'UNKNOWN_FLOWS_ALLOW';
    case 'deny':
      return 'UNKNOWN_FLOWS_DENY';
  }
}

export function writeHealthState(state: HealthCheck['state']): HealthState {
  switch (state) {
    case 'ok':
      return 'HEALTH_STATE_OK';
    case 'degraded':
      return 'HEALTH_STATE_DEGRADED';
    case 'broken':
      return 'HEALTH_STATE_BROKEN';
  }
}
