// The card: who wants what, why, how far an answer reaches. Its size and the place of its buttons depend on the window alone.
import type { ReactNode } from 'react';
import type { Choice } from '../../shared/answer-options.ts';
import { plainText } from '../../shared/text-safety.ts';
import { classNames } from '../design/class-names.ts';
import { Icon } from '../design/icon.tsx';
import { useWords } from '../language/words.tsx';
import styles from './card.module.css';
import type { CardModel } from './card-model.ts';
import { NoticeList } from './notice-list.tsx';
import { noticesOf } from './notices.ts';
import type { Notice } from './notices.ts';
import { Origin } from './origin.tsx';
import { Question } from './question.tsx';
import { Lifetime, Scope } from './reach.tsx';
import { Sisters } from './sisters.tsx';
import { WaitingLine } from './waiting-time.tsx';

interface CardProps {
  readonly model: CardModel;
  readonly ownUid: number;
  readonly problem: string | undefined;
  readonly onChoose: (choice: Choice) => void;
  readonly onChooseAlong: (flowIds: ReadonlySet<string>) => void;
  readonly answerBar: ReactNode;
}

export function Card({ model, ownUid, problem, onChoose, onChooseAlong, answerBar }: CardProps): ReactNode {
  const words = useWords();
  const { view, card } = model;
  const titleId = `question-${view.id}`;
  const isAboutPackets = view.question.verb === 'send-packets';
  return (
    <article className={styles['card']} aria-labelledby={titleId} data-card={view.id}>
      <div className={classNames(styles['body'], card.isWithdrawn && styles['withdrawn'])}>
        <Question view={view} titleId={titleId} />
        <OverNotice model={model} />
        <NoticeList notices={noticesOf(view)} />
        <dl className={styles['rows']}>
          <Row title={words('who')}>
            <Origin view={view} ownUid={ownUid} />
          </Row>
          {model.isAnswerable && (
            <>
              <Row title={words('covers')}>
                <Scope model={model} onChoose={onChoose} />
              </Row>
              <Row title={words('lasts')}>
                <Lifetime model={model} onChoose={onChoose} />
              </Row>
            </>
          )}
          {(view.sisters.length > 0 || model.gaveUp.length > 0) && !card.isWithdrawn && !isAboutPackets && (
            <Row title={words('also')}>
              <Sisters model={model} onChooseAlong={onChooseAlong} />
            </Row>
          )}
        </dl>
      </div>
      <div className={styles['bottom']}>
        {problem !== undefined && (
          <p className={styles['problem']} role="alert">
            <Icon name="caution" />
            {problem}
          </p>
        )}
        {model.isWaiting ? (
          <WaitingLine openedAtMs={view.openedAtMs} deadlineMs={view.deadlineMs} />
        ) : (
          <div className={styles['rule']} />
        )}
        {answerBar}
      </div>
    </article>
  );
}

function Row({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactNode {
  return (
    <div className={styles['row']}>
      <dt>{title}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Nothing waits any more: what an answer is still good for. */
function OverNotice({ model }: { readonly model: CardModel }): ReactNode {
  const words = useWords();
  const id = overNoticeId(model);
  if (id === undefined) return null;
  return (
    <p className={styles['over']} data-notice={id}>
      <Icon name="info" />
      <bdi>{words(id, { app: plainText(model.view.app.name.parts) })}</bdi>
    </p>
  );
}

function overNoticeId({ card, view, isAnswerable }: CardModel): Notice['id'] | undefined {
  if (card.isWithdrawn) return isAnswerable ? 'notice.withdrawn' : 'notice.withdrawn-no-rule';
  if (!view.missed) return undefined;
  return view.question.verb === 'send-packets' ? 'notice.missed-packets' : 'notice.missed';
}
