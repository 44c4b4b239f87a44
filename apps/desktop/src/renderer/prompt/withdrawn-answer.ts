// An answer to a question whose program gave up. The agent has closed the prompt, so the answer becomes a rule for the next try.
import { offeredLifetimes } from '../../shared/answer-options.ts';
import type { DecisionLifetime, RuleDraft } from '../../shared/desktop-api.ts';
import type { Prompt } from '../../shared/model.ts';
import { ruleFor, ruleLifetime } from '../../shared/rule-for.ts';
import type { Answer } from '../../shared/rule-for.ts';

/** Those that a rule can carry without a waiting flow. */
export function lifetimesOfWithdrawn(prompt: Prompt): readonly DecisionLifetime[] {
  return offeredLifetimes(prompt).filter((lifetime) => ruleLifetime(lifetime, 0) !== undefined);
}

/** One rule for the first flow's scope, always bound to the App. Undefined where the lifetime cannot be had. */
export function ruleForNextTry(prompt: Prompt, answer: Answer, nowMs: number): RuleDraft | undefined {
  const [flow] = prompt.flows;
  if (flow === undefined) return undefined;
  const { direction, protocol, endpoint } = flow;
  const { address, port, network } = endpoint;
  const uid = prompt.processes.find(({ key }) => key === flow.processKey)?.uid;
  const seen = { app: prompt.app.id, direction, protocol, address, port, network, uid };
  return ruleFor(seen, answer, nowMs);
}
