// The prompt window: one card at a time, the stack behind it, and what just happened below it.
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { preferredChoice } from '../../shared/answer-options.ts';
import { mayAnswer } from '../../shared/reduce.ts';
import { plainText, shownText } from '../../shared/text-safety.ts';
import type { Prompt } from '../../shared/model.ts';
import { Dialog } from '../design/dialog.tsx';
import { ToastRegion } from '../design/toasts.tsx';
import { useWords } from '../language/words.tsx';
import { usePreferences } from '../preferences.tsx';
import { ShowToastContext } from '../show-toast.ts';
import { useDesktopState } from '../use-desktop.tsx';
import { cardModel } from './card-model.ts';
import type { Picked } from './card-model.ts';
import { CurrentCard } from './current-card.tsx';
import { HelpDialog } from './help-dialog.tsx';
import styles from './prompt-page.module.css';
import { questionText } from './question.tsx';
import { Resting } from './resting.tsx';
import { StackBar } from './stack-bar.tsx';
import { WaitingList } from './waiting-list.tsx';
import { useDeck } from './use-deck.tsx';
import { useLater } from './use-later.ts';
import { useToasts } from '../use-toasts.ts';

const ELSEWHERE_SHOWN_MS = 6000;

export function PromptPage(): ReactNode {
  const words = useWords();
  const state = useDesktopState();
  const toasts = useToasts();
  const preferences = usePreferences();
  const [picked, setPicked] = useState<Picked>();
  const [opened, setOpened] = useState<'list' | 'help'>();
  const elsewhereText = (prompt: Prompt, reason: string): string => {
    const app = plainText(shownText(prompt.app.name, 60).parts);
    return words(reason === 'ruled' || reason === 'expired' ? `elsewhere.${reason}` : 'elsewhere.decided', {
      app,
    });
  };
  const { deck, store } = useDeck((prompt, reason) =>
    toasts.show({ icon: 'info', text: elsewhereText(prompt, reason), showMs: ELSEWHERE_SHOWN_MS }),
  );
  const model =
    deck.card === undefined ? undefined : cardModel(deck.card, picked, preferredChoice(preferences));
  const later = useLater(store, model === undefined && opened === undefined);
  const question = model === undefined ? words('app.name') : questionText(words, model.view.question);
  useEffect(() => {
    document.title = question;
  }, [question]);

  return (
    <ShowToastContext value={toasts.show}>
      <main
        className={styles['window']}
        data-connection={state.connection.kind}
        data-prompts={state.prompts.length}
      >
        <StackBar deck={deck} onOpen={setOpened} />
        <div className={styles['stack']} data-depth={Math.min(2, deck.behind.length)}>
          {model === undefined ? (
            <Resting state={state} aside={deck.aside} onPick={store.pick} />
          ) : (
            <CurrentCard
              model={model}
              you={state.you}
              connection={state.connection}
              mayAnswer={mayAnswer(state)}
              isCovered={opened !== undefined}
              onHelp={() => setOpened('help')}
              onLater={later}
              {...{ store, toasts, picked, setPicked }}
            />
          )}
        </div>
        <p className="only-spoken" aria-live="polite">
          {model !== undefined && words('announce.waiting', { question, others: deck.behind.length })}
        </p>
        <div className={styles['toasts']}>
          <ToastRegion
            label={words('notices')}
            closeLabel={words('close')}
            toasts={toasts.shown}
            onClose={toasts.close}
          />
        </div>
        <Dialog
          title={words('stack.title')}
          closeLabel={words('close')}
          isOpen={opened === 'list'}
          onClose={() => setOpened(undefined)}
        >
          <WaitingList
            deck={deck}
            onPick={(promptId) => {
              setOpened(undefined);
              store.pick(promptId);
            }}
          />
        </Dialog>
        <HelpDialog isOpen={opened === 'help'} onClose={() => setOpened(undefined)} />
      </main>
    </ShowToastContext>
  );
}
