// From a key on an armed card to the request that the agent gets.
import { wireLifetime, wireScope } from '@sallyport/proto';
import type { Flow } from '@sallyport/proto';
import { answerText } from '../view/words.ts';
import { coveredFlows, maySayAlways } from './card.ts';
import type { Card } from './card.ts';
import type { PromptsState, SentAnswer, Step } from './state.ts';

export interface AnswerKey {
  readonly state: PromptsState;
  readonly card: Card;
  readonly key: 'a' | 'A' | 'd' | 'D';
  readonly nowMs: number;
}

/** Sends the answer, or says why it cannot be given. */
export function answerEffect(given: AnswerKey): Step {
  const { state, card, key } = given;
  const refusal = refusalOf(given);
  if (refusal !== undefined) return { state: { ...state, notice: refusal }, effects: [] };
  const action = key === 'a' || key === 'A' ? 'allow' : 'deny';
  const lifetime = isAlways(key) ? ({ kind: 'always' } as const) : card.lifetime;
  const flows = answeredFlows(card);
  const { prompt, scope, ownUserOnly, forContainer } = card;
  const reach = { scope, lifetime, ownUserOnly, forContainer };
  const text = answerText({ prompt, action, ...reach, others: flows.length - 1, nowMs: given.nowMs });
  const answer: SentAnswer = { promptId: prompt.id, revision: prompt.revision, text };
  const request = {
    promptId: prompt.id,
    action: action === 'allow' ? 'ACTION_ALLOW' : 'ACTION_DENY',
    scope: wireScope(scope),
    lifetime: wireLifetime(lifetime),
    ...{ ownUserOnly, forContainer },
    flowIds: flows.map((flow) => flow.id),
    revision: prompt.revision,
  } as const;
  return {
    state: { ...state, pending: answer, notice: undefined },
    effects: [{ kind: 'decide', request, answer }],
  };
}

/** The flows that the answer covers: what the scope covers, or everything that waits. */
export function answeredFlows(card: Card): readonly Flow[] {
  return card.withSisters ? card.prompt.flows : coveredFlows(card.prompt, card.scope);
}

export function isAlways(key: AnswerKey['key']): boolean {
  return key === 'A' || key === 'D';
}

function refusalOf({ state, card, key }: AnswerKey): string | undefined {
  if (state.link.kind !== 'connected') return 'Not connected to the firewall: nothing was answered.';
  if (!state.link.mayDecide) return 'You may look, not answer: only root and the group sallyport may.';
  if (isAlways(key) && !maySayAlways(card))
    return 'No lasting answer for this program: its file has no proven path. a or d answers until it ends.';
  return undefined;
}
