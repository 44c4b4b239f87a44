// A rule for what was seen: allow or deny, how far, how long. Written at once, and taken back with one click.
import { useState } from 'react';
import type { ReactNode } from 'react';
import { HOUR, DAY, PACKET } from '../../shared/answer-options.ts';
import type { Choice } from '../../shared/answer-options.ts';
import { readContainerApp } from '../../shared/container-app.ts';
import type { RuleDraft } from '../../shared/desktop-api.ts';
import type { Action } from '../../shared/model.ts';
import { containerLabel, placeText } from '../../shared/prompt-view.ts';
import { ruleFor } from '../../shared/rule-for.ts';
import type { Answer, Seen } from '../../shared/rule-for.ts';
import { plainText, safeText } from '../../shared/text-safety.ts';
import { AnswerChoice } from '../answer-choice.tsx';
import { appName } from '../app-words.ts';
import { Button } from '../design/button.tsx';
import { Chips } from '../design/chips.tsx';
import { Dialog } from '../design/dialog.tsx';
import { errorText } from '../error-text.ts';
import { useWords } from '../language/words.tsx';
import { useDesktop } from '../use-desktop.tsx';
import styles from './rule-from-dialog.module.css';
import { useRuleToast } from './use-rule-toast.ts';

const LIFETIMES = [HOUR, DAY, { kind: 'restart' }, { kind: 'always' }] as const;
const FIRST: Choice = { scope: 'endpoint', lifetime: HOUR };

interface RuleFromDialogProps {
  /** Undefined: closed. */
  readonly seen: Seen | undefined;
  readonly onClose: () => void;
}

export function RuleFromDialog({ seen, onClose }: RuleFromDialogProps): ReactNode {
  const words = useWords();
  return (
    <Dialog
      title={words('rule-from.title')}
      closeLabel={words('close')}
      isOpen={seen !== undefined}
      onClose={onClose}
    >
      {seen !== undefined && <Content seen={seen} onClose={onClose} />}
    </Dialog>
  );
}

interface Subjects {
  /** What a rule for every program of its container names; undefined where it is in none with a name. */
  readonly container: string | undefined;
  /** A name that another program could take may be refused only. */
  readonly mayAllow: boolean;
}

function subjectsOf(app: string): Subjects {
  const place = readContainerApp(app);
  const container = place?.isNamed === true ? place.place : undefined;
  return { container, mayAllow: container !== undefined || app.startsWith('/') };
}

function draftNow(seen: Seen, answer: Answer): RuleDraft | undefined {
  return ruleFor({ ...seen, container: subjectsOf(seen.app).container }, answer, Date.now());
}

function Content({ seen, onClose }: { readonly seen: Seen; readonly onClose: () => void }): ReactNode {
  const words = useWords();
  const { api } = useDesktop();
  const toastRule = useRuleToast();
  const { container, mayAllow } = subjectsOf(seen.app);
  const [action, setAction] = useState<Action>('deny');
  const [choice, setChoice] = useState(FIRST);
  const [problem, setProblem] = useState<string>();
  const [isBusy, setIsBusy] = useState(false);
  const write = async (): Promise<void> => {
    const draft = draftNow(seen, { action, ...choice });
    if (draft === undefined) return;
    setIsBusy(true);
    const outcome = await api.putRule(draft);
    setIsBusy(false);
    if (!outcome.ok) return setProblem(errorText(words, outcome.error));
    toastRule(outcome.value, action);
    onClose();
  };
  const app = plainText(appName(seen.app)?.parts ?? []);
  return (
    <div className={styles['content']}>
      <p className={styles['about']}>
        {words('rule-from.about', {
          app,
          target:
            seen.protocol === PACKET
              ? words('history.packets')
              : placeText({ ...seen, address: safeText(seen.address) }),
        })}
      </p>
      <Chips
        label={words('rule-from.action')}
        options={(mayAllow ? (['deny', 'allow'] as const) : (['deny'] as const)).map((value) => ({
          value,
          label: words(value),
        }))}
        value={action}
        onChange={setAction}
      />
      {!mayAllow && <p className={styles['about']}>{words('rule-from.only-deny')}</p>}
      <AnswerChoice
        appName={app}
        endpoint={seen}
        container={containerLabel(container)}
        lifetimes={LIFETIMES}
        choice={choice}
        onChoose={setChoice}
      />
      {problem !== undefined && (
        <p role="alert" className={styles['problem']}>
          {problem}
        </p>
      )}
      <div className={styles['actions']}>
        <Button onClick={onClose}>{words('rule-from.cancel')}</Button>
        <Button kind="primary" disabled={isBusy} onClick={() => void write()}>
          {words('rule-from.write')}
        </Button>
      </div>
    </div>
  );
}
