// A rule for what was seen once, as an answer would make it: bound to the App or to its container, as far as its scope reaches. Pure.
import { PACKET } from './answer-options.ts';
import type { Choice } from './answer-options.ts';
import type { DecisionLifetime, RuleDraft } from './desktop-api.ts';
import type { Action, Direction, RuleLifetime, RuleMatcher } from './model.ts';

export interface Answer extends Choice {
  readonly action: Action;
}

/** One flow of an App. */
export interface Seen {
  readonly app: string;
  readonly direction: Direction;
  readonly protocol: string;
  readonly address: string;
  /** 0 where the protocol has no ports. */
  readonly port: number;
  /** Where an answer may be for it, as the agent proposed it. */
  readonly network?: string | undefined;
  /** Where an answer may be for the user alone. */
  readonly uid?: number | undefined;
  /** Where an answer may be for a whole container, as rules name it. */
  readonly container?: string | undefined;
}

/** Undefined where a rule cannot carry the lifetime: nothing waits, and no process is known to wait for the end of. */
export function ruleFor(seen: Seen, answer: Answer, nowMs: number): RuleDraft | undefined {
  const lifetime = ruleLifetime(answer.lifetime, nowMs);
  if (lifetime === undefined) return undefined;
  const { direction, uid, container } = seen;
  const app = answer.forContainer === true && container !== undefined ? container : seen.app;
  const user = answer.ownUserOnly === true && uid !== undefined ? { uid } : {};
  const matcher = { app, ...user, direction, ...scopeOf(seen, answer.scope) };
  return { enabled: true, action: answer.action, priority: 0, matcher, lifetime, note: '' };
}

export function ruleLifetime(lifetime: DecisionLifetime, nowMs: number): RuleLifetime | undefined {
  switch (lifetime.kind) {
    case 'duration':
      return { kind: 'until', untilMs: nowMs + lifetime.durationMs };
    case 'until':
    case 'restart':
    case 'always':
      return lifetime;
    case 'once':
    case 'process':
      return undefined;
  }
}

function scopeOf(
  { protocol, address, port, network }: Seen,
  scope: Choice['scope'],
): Pick<RuleMatcher, 'protocols' | 'addresses' | 'ports'> {
  if (protocol === PACKET) return { protocols: [protocol], addresses: [], ports: [] };
  const ports = port === 0 ? [] : [{ from: port, to: port }];
  switch (scope) {
    case 'endpoint':
      return { protocols: [protocol], addresses: [address], ports };
    case 'address':
      return { protocols: [], addresses: [address], ports: [] };
    case 'network':
      return { protocols: [], addresses: [network ?? address], ports: [] };
    case 'port':
      return { protocols: [protocol], addresses: [], ports };
    case 'app':
      return { protocols: [], addresses: [], ports: [] };
  }
}
