// Status, health and Mode on the wire.
import type * as Wire from '@sallyport/proto';
import { FAILURE_TABLE, failureAction } from '../../domain/failure-policy.ts';
import type { FailureCase } from '../../domain/failure-policy.ts';
import type { Mode } from '../../domain/mode.ts';
import type { AgentStatus, HealthCheck, ModeChange } from '../ports.ts';
import { UNKNOWN_FLOWS, writeAction, writeHealthState, writeUnknownFlows } from './enums.ts';
import { InvalidField, readEnum, readNumber } from './field.ts';

const LONGEST_PAUSE_MS = 86_400_000;

export function writeStatus(status: AgentStatus): Wire.Status {
  return {
    ...status,
    mode: writeMode(status.mode),
    counters: status.counters.map(({ name, value }) => ({ name, value: String(value) })),
    health: status.health.map(writeHealthCheck),
    failureTable: writeFailureTable(status.strict),
    rulesetGeneration: String(status.rulesetGeneration),
    memoryBytes: String(status.memoryBytes),
  };
}

function writeFailureTable(strict: boolean): Wire.FailureLine[] {
  return (Object.keys(FAILURE_TABLE) as FailureCase[]).map((name) => ({
    name,
    when: FAILURE_TABLE[name].when,
    action: writeAction(failureAction(name, strict)),
    then: FAILURE_TABLE[name].then,
  }));
}

export function writeHealthCheck(check: HealthCheck): Wire.HealthCheck {
  return { ...check, state: writeHealthState(check.state), remedy: check.remedy ?? '' };
}

export function writeMode(mode: Mode): Wire.Mode {
  return {
    filtering: mode.filtering === 'on',
    pausedUntilMs: mode.pausedUntilMs ?? 0,
    unknownFlows: writeUnknownFlows(mode.unknownFlows),
  };
}

/** Throws an InvalidField. */
export function readModeChange(request: Wire.SetModeRequest): ModeChange {
  switch (request.change) {
    case 'filter':
      return { kind: 'filter' };
    case 'pauseMs': {
      const range = { from: 1, to: LONGEST_PAUSE_MS, unit: ' of milliseconds' };
      return { kind: 'pause', pauseMs: readNumber('pause_ms', request.pauseMs, range) };
    }
    case 'unknownFlows':
      return {
        kind: 'unknown-flows',
        unknownFlows: readEnum('unknown_flows', request.unknownFlows, UNKNOWN_FLOWS),
      };
    case undefined:
      throw new InvalidField('change', 'is missing', 'one of filter, pause_ms, unknown_flows');
  }
}
