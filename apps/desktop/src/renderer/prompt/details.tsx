// Everything that is known of the chain: each process with its file, and its command line as it tells it.
import type { ReactNode } from 'react';
import type { ChainLink, PromptView } from '../../shared/prompt-view.ts';
import { Disclosure } from '../design/disclosure.tsx';
import { ForeignText } from '../foreign-text.tsx';
import { Say, useWords } from '../language/words.tsx';
import styles from './details.module.css';
import { usePreferences } from '../preferences.tsx';
import { LinkName } from './link-name.tsx';

interface DetailsProps {
  readonly view: PromptView;
  readonly beside: ReactNode;
}

export function Details({ view, beside }: DetailsProps): ReactNode {
  const words = useWords();
  return (
    <Disclosure
      summary={words('details.summary')}
      beside={beside}
      isOpenAtFirst={usePreferences().promptDetailsOpen}
    >
      <ol className={styles['processes']} aria-label={words('details.list')}>
        {view.chain.map((link, index) => (
          <li key={link.pid} className={styles['process']}>
            <p>
              <b>
                <LinkName link={link} />
              </b>{' '}
              <span className={styles['quiet']}>
                <Say id="who.pid" values={{ pid: String(link.pid) }} />
              </span>
            </p>
            {link.path !== undefined && (
              <p title={words('who.proven')}>
                <ForeignText text={link.path} isCode />
              </p>
            )}
            <CommandLine link={link} isWhole={index === 0} />
          </li>
        ))}
      </ol>
    </Disclosure>
  );
}

/** The asking process's own is shown whole, in a box of its own; those of its ancestors are cut in the middle. */
function CommandLine({ link, isWhole }: { readonly link: ChainLink; readonly isWhole: boolean }): ReactNode {
  const words = useWords();
  if (link.commandLine.full === '')
    return <p className={styles['quiet']}>{words('details.no-command-line')}</p>;
  return (
    <figure className={styles['command']}>
      <figcaption className={styles['quiet']}>{words('details.command-line')}</figcaption>
      {isWhole ? (
        <pre
          className={styles['whole']}
          tabIndex={0}
          role="region"
          aria-label={words('details.command-line')}
        >
          <bdi dir="ltr">{link.commandLine.full}</bdi>
        </pre>
      ) : (
        <ForeignText text={link.commandLine} isCode isClaimed />
      )}
    </figure>
  );
}
