// The whole question in one sentence, and under it what is known of the other end, with its evidence.
import type { ReactNode } from 'react';
import type { PromptView, Question as QuestionParts, Target } from '../../shared/prompt-view.ts';
import { plainText } from '../../shared/text-safety.ts';
import { ForeignText } from '../foreign-text.tsx';
import { Say, useWords } from '../language/words.tsx';
import type { Words } from '../language/words.tsx';
import { AppTile } from '../app-tile.tsx';
import styles from './question.module.css';
import { protocolName, usualService } from '../services.ts';

export function Question({
  view,
  titleId,
}: {
  readonly view: PromptView;
  readonly titleId: string;
}): ReactNode {
  const { appName, verb, socketAddress, port } = view.question;
  const app = (
    <strong>
      <ForeignText text={appName} />
    </strong>
  );
  const target = <strong className={styles['target']}>{socketAddress}</strong>;
  return (
    <header className={styles['question']}>
      <AppTile app={view.app.id} name={appName} />
      <div>
        <h1 id={titleId} className={styles['sentence']}>
          <Say id={`question.${verb}`} values={{ app, target, port: String(port) }} />
        </h1>
        <p className={styles['evidence']}>
          <Evidence view={view} />
        </p>
      </div>
    </header>
  );
}

/** Of the other end, where there is one. */
function Evidence({ view }: { readonly view: PromptView }): ReactNode {
  const words = useWords();
  if (view.question.verb === 'send-packets') return words('evidence.packets');
  return (
    <>
      <TargetName target={view.target} />
      <span>
        <Service target={view.target} />
      </span>
    </>
  );
}

/** The same as plain text, for the window's title and for a screen reader. */
export function questionText(words: Words, { appName, verb, socketAddress, port }: QuestionParts): string {
  return words(`question.${verb}`, {
    app: plainText(appName.parts),
    target: socketAddress,
    port: String(port),
  });
}

function TargetName({ target }: { readonly target: Target }): ReactNode {
  if (target.name === undefined)
    return (
      <span>
        <Say id="evidence.no-name" />
      </span>
    );
  const name = (
    <b className={styles['name']}>
      <ForeignText text={target.name.text} />
    </b>
  );
  const evidence = <ForeignText text={target.name.evidence} />;
  return (
    <span>
      <Say id="evidence.name" values={{ name, evidence }} />
    </span>
  );
}

function Service({ target }: { readonly target: Target }): ReactNode {
  const words = useWords();
  const protocol = protocolName(target.protocol);
  if (target.port === 0) return words('service.no-port', { protocol });
  const service = usualService(target.protocol, target.port);
  const port = String(target.port);
  return service === undefined
    ? words('service.plain', { protocol, port })
    : words('service.named', { protocol, port, service });
}
