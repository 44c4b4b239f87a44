// Who is behind a question: the chain that started it, whose it is, and where its file lies. What only a program itself says is
// set in italics.
import type { ReactNode } from 'react';
import type { ChainLink, PromptView } from '../../shared/prompt-view.ts';
import { plainText } from '../../shared/text-safety.ts';
import { ForeignText } from '../foreign-text.tsx';
import { Say, useWords } from '../language/words.tsx';
import { MenuName } from '../menu-name.tsx';
import { Details } from './details.tsx';
import { LinkName } from './link-name.tsx';
import styles from './origin.module.css';

const LINKS_SHOWN = 4;

interface OriginProps {
  readonly view: PromptView;
  readonly ownUid: number;
}

export function Origin({ view, ownUid }: OriginProps): ReactNode {
  return (
    <div className={styles['origin']}>
      <Chain links={view.chain} />
      <Details key={view.id} view={view} beside={<FileLine view={view} ownUid={ownUid} />} />
    </div>
  );
}

function FileLine({ view, ownUid }: OriginProps): ReactNode {
  return (
    <p className={styles['file']}>
      <MenuName app={view.app.id} fileName={view.app.name} />
      {view.app.path !== undefined && (
        <span>
          <ForeignText text={view.app.path} isCode />
        </span>
      )}
      {view.chain[0] !== undefined && (
        <span>
          <Say id="who.pid" values={{ pid: String(view.chain[0].pid) }} />
        </span>
      )}
      <span>
        <User user={view.user} ownUid={ownUid} />
      </span>
    </p>
  );
}

function Chain({ links }: { readonly links: readonly ChainLink[] }): ReactNode {
  const words = useWords();
  const hidden = links.length - LINKS_SHOWN;
  return (
    <ol className={styles['chain']} aria-label={words('details.list')}>
      {links.slice(0, LINKS_SHOWN).map((link) => (
        <li key={link.pid}>
          <LinkName link={link} />
        </li>
      ))}
      {hidden > 0 && <li className={styles['more']}>{words('chain.more', { count: hidden })}</li>}
    </ol>
  );
}

function User({ user, ownUid }: { readonly user: PromptView['user']; readonly ownUid: number }): ReactNode {
  const words = useWords();
  if (user === undefined) return null;
  const name = user.name === undefined ? undefined : plainText(user.name.parts);
  if (user.uid === 0) return <strong>{words('who.root')}</strong>;
  if (name === undefined) return words('who.uid', { uid: String(user.uid) });
  return user.uid === ownUid ? words('who.you', { name }) : <strong>{words('who.other', { name })}</strong>;
}
