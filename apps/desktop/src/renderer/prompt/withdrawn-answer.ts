// An answer to a question whose program gave up. The agent has closed the prompt, so the answer becomes a rule for the next try.
import { offeredLifetimes } from '../../shared/answer-options.ts';
import type { Choice } from '../../shared/answer-options.ts';
import type { DecisionLifetime, RuleDraft } from '../../shared/desktop-api.ts';
import type { Prompt } from '../../shared/model.ts';
import { ruleFor, ruleLifetime } from '../../shared/rule-for.ts';
import type { Answer } from '../../shared/rule-for.ts';

/** Those that a rule can carry without a waiting flow. */
export function lifetimesOfWithdrawn(
  prompt: Prompt,
  choice: Pick<Choice, 'forContainer'> = {},
): readonly DecisionLifetime[] {
  return offeredLifetimes(prompt, choice).filter((lifetime) => ruleLifetime(lifetime, 0) !== undefined);
}

/** One rule for the first flow's scope, bound to the App or to its container. Undefined where the lifetime cannot be had. */
export function ruleForNextTry(prompt: Prompt, answer: Answer, nowMs: number): RuleDraft | undefined {
  const [flow] = prompt.flows;
  if (flow === undefined) return undefined;
  const { direction, protocol, endpoint } = flow;
  const { address, port, network } = endpoint;
  const uid = prompt.processes.find(({ key }) => key === flow.processKey)?.uid;
  const { app, container } = prompt;
  const seen = { app: app.id, container, direction, protocol, address, port, network, uid };
  return ruleFor(seen, answer, nowMs);
}
