// How far an answer reaches, from the words of front ends to those of the wire.
import type { DecisionLifetime, DecisionScope } from './gen/firewall.ts';

const SCOPES = {
  endpoint: 'DECISION_SCOPE_ENDPOINT',
  address: 'DECISION_SCOPE_ADDRESS',
  network: 'DECISION_SCOPE_NETWORK',
  port: 'DECISION_SCOPE_PORT',
  app: 'DECISION_SCOPE_APP',
} as const satisfies Readonly<Record<string, DecisionScope>>;

export type AnswerScope = keyof typeof SCOPES;

export type AnswerLifetime =
  | { readonly kind: 'once' }
  | { readonly kind: 'process'; readonly withChildren: boolean }
  | { readonly kind: 'duration'; readonly durationMs: number }
  /** Milliseconds since 1970. */
  | { readonly kind: 'until'; readonly untilMs: number }
  | { readonly kind: 'restart' }
  | { readonly kind: 'always' };

export function wireScope(scope: AnswerScope): DecisionScope {
  return SCOPES[scope];
}

export function wireLifetime(lifetime: AnswerLifetime): DecisionLifetime {
  switch (lifetime.kind) {
    case 'once':
      return { lifetime: 'once', once: {} };
    case 'process':
      return lifetime.withChildren
        ? { lifetime: 'untilProcessTreeEnds', untilProcessTreeEnds: {} }
        : { lifetime: 'untilProcessEnds', untilProcessEnds: {} };
    case 'duration':
      return { lifetime: 'durationMs', durationMs: lifetime.durationMs };
    case 'until':
      return { lifetime: 'untilMs', untilMs: lifetime.untilMs };
    case 'restart':
      return { lifetime: 'untilRestart', untilRestart: {} };
    case 'always':
      return { lifetime: 'always', always: {} };
  }
}
