// What a card shows and takes, from the deck's card and what the person chose on it. Pure.
import { coveredFlows, offeredChoice, offeredLifetimes } from '../../shared/answer-options.ts';
import type { Choice } from '../../shared/answer-options.ts';
import type { DecisionLifetime } from '../../shared/desktop-api.ts';
import { promptView } from '../../shared/prompt-view.ts';
import type { PromptView, Target } from '../../shared/prompt-view.ts';
import type { Card } from './deck.ts';
import { lifetimesOfWithdrawn } from './withdrawn-answer.ts';

/** What a person chose on one card; it outlives changes of the card. */
export interface Picked {
  readonly promptId: string;
  readonly choice?: Choice;
  /** Sisters that are answered along with what the scope covers. */
  readonly alongIds: ReadonlySet<string>;
}

export interface CardModel {
  readonly card: Card;
  readonly view: PromptView;
  readonly lifetimes: readonly DecisionLifetime[];
  readonly choice: Choice;
  /** The flows that an answer given now is about. */
  readonly answeredIds: readonly string[];
  /** Those of them that the scope covers in any case. */
  readonly coveredIds: ReadonlySet<string>;
  readonly gaveUp: readonly Target[];
  /** False for a card that is over and can carry no rule. */
  readonly isAnswerable: boolean;
  /** Something is held until the answer, or until the time is over. */
  readonly isWaiting: boolean;
}

/** `preferred` is what the person wants their questions to begin with. */
export function cardModel(card: Card, picked: Picked | undefined, preferred?: Choice): CardModel | undefined {
  const view = promptView(card.prompt, preferred);
  if (view === undefined) return undefined;
  const own = picked?.promptId === card.prompt.id ? picked : undefined;
  const chosen = inContainer(view, own?.choice ?? view.preselected);
  const lifetimesOf = card.isWithdrawn ? lifetimesOfWithdrawn : offeredLifetimes;
  const lifetimes = lifetimesOf(card.prompt, chosen);
  const choice = offeredChoice(chosen, { ...view, lifetimes });
  const coveredIds = new Set(coveredFlows(card.prompt.flows, choice.scope).map((flow) => flow.id));
  const ids = card.prompt.flows.map((flow) => flow.id);
  return {
    card,
    view,
    lifetimes,
    choice,
    coveredIds,
    answeredIds: ids.filter((id) => coveredIds.has(id) || own?.alongIds.has(id) === true),
    gaveUp: goneTargets(card),
    isAnswerable: lifetimes.length > 0,
    isWaiting: !card.isWithdrawn && !view.missed && view.question.verb !== 'send-packets',
  };
}

/** The flows that wait may come from other containers now. */
function inContainer({ container }: PromptView, choice: Choice): Choice {
  return container === undefined && choice.forContainer === true
    ? { ...choice, forContainer: false }
    : choice;
}

function goneTargets({ prompt, gaveUp }: Card): readonly Target[] {
  const [first, ...others] = gaveUp;
  if (first === undefined) return [];
  const gone = promptView({ ...prompt, flows: [first, ...others] });
  return gone === undefined ? [] : [gone.target, ...gone.sisters];
}
