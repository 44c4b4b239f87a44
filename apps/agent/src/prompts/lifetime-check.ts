// Which lifetimes a decision about an App may have: a rule must not outlive what proves who it is about.
import { mayCarryLastingRule, type App } from '../domain/app.ts';
import type { Decision, DecisionLifetime } from '../domain/prompt.ts';
import type { DecisionRefusal } from './outcomes.ts';

/** Undefined when the lifetime is fine. A rule for a whole container is not about the App (answering.ts). */
export function refuseLifetime(
  { lifetime, forContainer }: Pick<Decision, 'lifetime' | 'forContainer'>,
  app: App,
  wallMs: number,
): DecisionRefusal | undefined {
  if (!isSound(lifetime, wallMs))
    return {
      kind: 'refused',
      reason: 'invalid-lifetime',
      text: 'The answer has no effect: its time is already over. Choose a time that lies ahead.',
    };
  if (lifetime.kind === 'once' || forContainer || mayCarryLastingRule(app)) return undefined;
  if (lifetime.kind !== 'process') return notAllowed(app, 'once or until the process ends');
  return app.identity.kind === 'unknown' ? notAllowed(app, 'once') : undefined;
}

function isSound(lifetime: DecisionLifetime, wallMs: number): boolean {
  if (lifetime.kind === 'duration') return Number.isFinite(lifetime.durationMs) && lifetime.durationMs > 0;
  if (lifetime.kind === 'until') return Number.isFinite(lifetime.untilMs) && lifetime.untilMs > wallMs;
  return true;
}

function notAllowed(app: App, allowed: string): DecisionRefusal {
  return {
    kind: 'refused',
    reason: 'lifetime-not-allowed',
    text: `${app.name} has no proven path, so a rule could later hold for another program. Answer ${allowed}.`,
  };
}
