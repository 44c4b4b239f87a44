// The card in front, with its arming, its keys and its answer.
import type { ReactNode } from 'react';
import { following, sameLifetime } from '../../shared/answer-options.ts';
import type { Choice } from '../../shared/answer-options.ts';
import type { ArmingIntent, ArmingStep } from '../../shared/arming.ts';
import type { Connection, DesktopState } from '../../shared/state.ts';
import { connectionWords } from '../connection-words.ts';
import { useWords } from '../language/words.tsx';
import { AnswerBar } from './answer-bar.tsx';
import { Card } from './card.tsx';
import type { CardModel, Picked } from './card-model.ts';
import type { DeckStore } from './deck-store.ts';
import { useAnswer } from './use-answer.ts';
import { useArming } from './use-arming.ts';
import { useCardKeys } from './use-card-keys.ts';
import type { Toasts } from '../use-toasts.ts';
import { WaitingWords } from './waiting-time.tsx';

interface CurrentCardProps {
  readonly model: CardModel;
  readonly you: DesktopState['you'];
  readonly connection: Connection;
  readonly mayAnswer: boolean;
  readonly store: DeckStore;
  readonly toasts: Toasts;
  readonly picked: Picked | undefined;
  readonly setPicked: (picked: Picked) => void;
  /** A dialog lies above the card. */
  readonly isCovered: boolean;
  readonly onHelp: () => void;
  readonly onLater: () => void;
}

export function CurrentCard(props: CurrentCardProps): ReactNode {
  const { model, you, connection, mayAnswer, store, toasts, picked, setPicked } = props;
  const { isCovered, onHelp, onLater } = props;
  const words = useWords();
  const { view, card, choice } = model;
  const { isBusy, problem, answer } = useAnswer(store, toasts, view.id);
  const takesAnswers = mayAnswer && model.isAnswerable && !isCovered && !isBusy;
  // What a key would do now: a preference that changes under the person's eyes arms the card anew.
  const preselected = `${view.preselected.scope} ${view.preselected.lifetime.kind}`;
  const contentKey = `${view.contentKey} ${card.isWithdrawn ? 'withdrawn' : ''} ${preselected}`;
  const arming = useArming(takesAnswers ? contentKey : undefined);

  const own = picked?.promptId === view.id ? picked : undefined;
  const choose = (next: Choice): void =>
    setPicked({ promptId: view.id, choice: next, alongIds: own?.alongIds ?? new Set() });
  const act = (intent: ArmingIntent | undefined): void => {
    if (intent === 'later') onLater();
    if (intent === 'allow' || intent === 'deny') answer(model, intent);
    if (intent === 'next-scope') choose({ ...choice, scope: nextScope(model) });
    if (intent === 'next-lifetime') choose({ ...choice, lifetime: nextLifetime(model) });
  };
  const press = (button: 'allow' | 'deny', atMs: number): ArmingStep =>
    arming.tell({ kind: 'press', button, atMs });
  useCardKeys({ arming, isCovered, onIntent: act, onHelp });

  const bar = (
    <AnswerBar
      arming={arming}
      isBusy={isBusy}
      isAnswerable={model.isAnswerable}
      laterLabel={card.isWithdrawn ? words('dismiss') : words('later')}
      note={<Note {...{ model, connection, mayDecide: you.mayDecide }} />}
      onPress={(button, atMs) => act(press(button, atMs).intent)}
      onLater={onLater}
    />
  );
  return (
    <Card
      model={model}
      ownUid={you.uid}
      problem={problem}
      onChoose={choose}
      onChooseAlong={(alongIds) => setPicked({ promptId: view.id, choice, alongIds })}
      answerBar={bar}
    />
  );
}

interface NoteProps {
  readonly model: CardModel;
  readonly connection: Connection;
  readonly mayDecide: boolean;
}

/** Beside the buttons: the time left, or why nothing can be answered now. */
function Note({ model: { view, isWaiting }, connection, mayDecide }: NoteProps): ReactNode {
  const words = useWords();
  if (connection.kind !== 'connected') {
    const { title, text } = connectionWords(connection);
    return (
      <>
        {words(title)} {text !== undefined && words(text)}
      </>
    );
  }
  if (!mayDecide) return words('only-looking.text');
  return isWaiting ? <WaitingWords openedAtMs={view.openedAtMs} deadlineMs={view.deadlineMs} /> : null;
}

function nextScope({ view, choice }: CardModel): Choice['scope'] {
  return following(view.scopes, (scope) => scope === choice.scope) ?? choice.scope;
}

function nextLifetime({ lifetimes, choice }: CardModel): Choice['lifetime'] {
  return following(lifetimes, (lifetime) => sameLifetime(lifetime, choice.lifetime)) ?? choice.lifetime;
}
