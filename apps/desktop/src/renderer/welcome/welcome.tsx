// The welcome at the first start: what the firewall does with what no rule knows, what happens when nobody answers, and one choice.
import { useState } from 'react';
import type { ReactNode } from 'react';
import { mayAnswer } from '../../shared/reduce.ts';
import type { UnknownFlows } from '../../shared/report.ts';
import { Button } from '../design/button.tsx';
import { ChoiceList } from '../design/choice-list.tsx';
import { Dialog } from '../design/dialog.tsx';
import { errorText } from '../error-text.ts';
import { useWords } from '../language/words.tsx';
import { useChoose } from '../preferences.tsx';
import { useDesktop, useDesktopPart } from '../use-desktop.tsx';
import { GoodToKnow } from './good-to-know.tsx';
import styles from './welcome.module.css';

const MODES = ['ask', 'allow', 'deny'] as const;

/** Until it was read or left once; again when the settings ask for it. */
export function Welcome(): ReactNode {
  const words = useWords();
  const choose = useChoose();
  const isOpen = useDesktopPart(
    ({ preferences, status }) => preferences?.chosen.isWelcomed === false && status !== undefined,
  );
  const leave = (): void => choose({ isWelcomed: true });
  const { picked, pick, problem, begin } = useBeginning(leave);
  const isAllowed = useDesktopPart(mayAnswer);
  return (
    <Dialog
      title={words('welcome.title')}
      closeLabel={words('close')}
      isOpen={isOpen}
      onClose={() => isOpen && leave()}
      actions={
        <Button kind="primary" onClick={() => void begin()}>
          {words('welcome.begin')}
        </Button>
      }
    >
      <div className={styles['welcome']}>
        <p>{words('welcome.text')}</p>
        {isAllowed && picked !== undefined && (
          <ChoiceList
            label={words('welcome.modes')}
            choices={MODES.map((value) => ({
              value,
              label: words(`settings.unknown-flows.${value}`),
              text: words(`welcome.mode.${value}`),
            }))}
            value={picked}
            onChange={pick}
          />
        )}
        {!isAllowed && <p>{words('banner.only-looking')}</p>}
        {problem !== undefined && <p role="alert">{problem}</p>}
        <GoodToKnow />
      </div>
    </Dialog>
  );
}

interface Beginning {
  /** The mode that is in force until another one is picked. */
  readonly picked: UnknownFlows | undefined;
  readonly pick: (mode: UnknownFlows) => void;
  readonly problem: string | undefined;
  readonly begin: () => Promise<void>;
}

/** What was picked is set by the button alone: whoever only closes the welcome changes nothing. */
function useBeginning(leave: () => void): Beginning {
  const words = useWords();
  const { api } = useDesktop();
  const current = useDesktopPart((state) => state.mode?.unknownFlows);
  const [choice, pick] = useState<UnknownFlows>();
  const [problem, setProblem] = useState<string>();
  const begin = async (): Promise<void> => {
    const isChange = choice !== undefined && choice !== current;
    const outcome = isChange ? await api.setMode({ kind: 'unknown-flows', unknownFlows: choice }) : undefined;
    if (outcome?.ok === false) return setProblem(errorText(words, outcome.error));
    setProblem(undefined);
    pick(undefined);
    leave();
  };
  return { picked: choice ?? current, pick, problem, begin };
}
