// One missed question: who wanted what and when, how far an answer reaches, and the two answers.
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useIntl } from 'react-intl';
import {
  coveredFlows,
  offeredChoice,
  offeredLifetimes,
  preferredChoice,
} from '../../shared/answer-options.ts';
import type { Choice } from '../../shared/answer-options.ts';
import type { Prompt } from '../../shared/model.ts';
import { promptView } from '../../shared/prompt-view.ts';
import type { PromptView } from '../../shared/prompt-view.ts';
import { plainText } from '../../shared/text-safety.ts';
import { AnswerChoice } from '../answer-choice.tsx';
import { AppTile } from '../app-tile.tsx';
import { Button } from '../design/button.tsx';
import { classNames } from '../design/class-names.ts';
import { ForeignText } from '../foreign-text.tsx';
import { Say, useWords } from '../language/words.tsx';
import { usePreferences } from '../preferences.tsx';
import { protocolName } from '../services.ts';
import styles from './missed-card.module.css';
import { useAnswerMissed } from './use-answer-missed.ts';

interface MissedCardProps {
  readonly prompt: Prompt;
  readonly isAllowed: boolean;
  readonly onDismiss: (promptId: string) => void;
}

export function MissedCard({ prompt, isAllowed, onDismiss }: MissedCardProps): ReactNode {
  const view = promptView(prompt, preferredChoice(usePreferences()));
  if (view === undefined) return null;
  return (
    <article className={styles['card']} aria-label={view.sentence.full} data-missed={view.id}>
      <AppTile app={view.app.id} name={view.app.name} />
      <div className={styles['body']}>
        <Question view={view} />
        <Answers prompt={prompt} view={view} isAllowed={isAllowed} onDismiss={onDismiss} />
      </div>
    </article>
  );
}

function Question({ view }: { readonly view: PromptView }): ReactNode {
  const intl = useIntl();
  const words = useWords();
  const { appName, verb, socketAddress, port } = view.question;
  const time = intl.formatDate(view.openedAtMs, { dateStyle: 'medium', timeStyle: 'short' });
  const starter = view.chain[1]?.name;
  return (
    <header>
      <h2>
        <Say
          id={`question.${verb}`}
          values={{
            app: <ForeignText text={appName} />,
            target: <bdi>{socketAddress}</bdi>,
            port: String(port),
          }}
        />
      </h2>
      <p className={styles['quiet']}>
        {starter === undefined
          ? words('missed.when', { time })
          : words('missed.when-by', { time, starter: plainText(starter.parts) })}
      </p>
      {view.app.path !== undefined && (
        <p className={styles['quiet']}>
          <ForeignText isCode text={view.app.path} />
        </p>
      )}
    </header>
  );
}

interface TargetsProps {
  readonly view: PromptView;
  /** Those that an answer is about. */
  readonly coveredIds: ReadonlySet<string>;
}

function Targets({ view, coveredIds }: TargetsProps): ReactNode {
  const words = useWords();
  const targets = [view.target, ...view.sisters];
  return (
    <ul className={styles['targets']} aria-label={words('missed.targets')}>
      {targets.map(({ flowId, socketAddress, name, protocol }) => (
        <li key={flowId} className={classNames(!coveredIds.has(flowId) && styles['quiet'])}>
          {socketAddress}{' '}
          <span className={styles['quiet']}>
            {name !== undefined && <ForeignText text={name.text} />} {protocolName(protocol)}
          </span>
          {!coveredIds.has(flowId) && <span className="only-spoken">{words('missed.not-covered')}</span>}
        </li>
      ))}
    </ul>
  );
}

interface AnswersProps extends MissedCardProps {
  readonly view: PromptView;
}

function Answers({ prompt, view, isAllowed, onDismiss }: AnswersProps): ReactNode {
  const words = useWords();
  const [picked, setPicked] = useState<Choice>();
  const { answer, isBusy, problem } = useAnswerMissed(prompt);
  const lifetimes = offeredLifetimes(prompt, picked);
  const choice = offeredChoice(picked ?? view.preselected, { ...view, lifetimes });
  const canAnswer = isAllowed && view.lifetimes.some(({ kind }) => kind !== 'once');
  const covered = canAnswer ? coveredFlows(prompt.flows, choice.scope) : prompt.flows;
  return (
    <>
      <Targets view={view} coveredIds={new Set(covered.map(({ id }) => id))} />
      {canAnswer && (
        <AnswerChoice
          appName={plainText(view.app.name.parts)}
          endpoint={view.target}
          user={view.user}
          container={view.container}
          lifetimes={lifetimes}
          choice={choice}
          onChoose={setPicked}
        />
      )}
      {problem !== undefined && (
        <p role="alert" className={styles['problem']}>
          {problem}
        </p>
      )}
      <div className={styles['answers']}>
        {isAllowed && (
          <Button kind="quiet" onClick={() => onDismiss(view.id)}>
            {words('missed.dismiss')}
          </Button>
        )}
        {canAnswer && (
          <>
            <Button kind="deny" icon="deny" disabled={isBusy} onClick={() => answer('deny', choice)}>
              {words('deny')}
            </Button>
            <Button kind="allow" icon="allow" disabled={isBusy} onClick={() => answer('allow', choice)}>
              {words('allow')}
            </Button>
          </>
        )}
      </div>
    </>
  );
}
