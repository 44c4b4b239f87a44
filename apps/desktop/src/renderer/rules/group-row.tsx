// The App above its rules.
import type { ReactNode } from 'react';
import { useIntl } from 'react-intl';
import { shownText } from '../../shared/text-safety.ts';
import { AppTile } from '../app-tile.tsx';
import { ForeignText } from '../foreign-text.tsx';
import { useWords } from '../language/words.tsx';
import { MenuName } from '../menu-name.tsx';
import styles from './rule-row.module.css';
import { whoText } from './sentence-values.ts';

interface GroupRowProps {
  /** Undefined: the rules for any App. */
  readonly app: string | undefined;
  readonly count: number;
}

const LONGEST_NAME = 60;
const LONGEST_PATH = 90;

export function GroupRow({ app, count }: GroupRowProps): ReactNode {
  const words = useWords();
  const name = shownText(whoText(useIntl(), app), LONGEST_NAME);
  return (
    <h2 className={styles['group']}>
      <AppTile app={app} name={name} size="line" />
      <span className={styles['groupName']}>
        <ForeignText text={name} />
      </span>
      <MenuName app={app} fileName={name} />
      {app?.startsWith('/') === true && (
        <span className={styles['groupPath']}>
          <ForeignText text={shownText(app, LONGEST_PATH)} isCode />
        </span>
      )}
      <span className={styles['groupCount']}>{words('rules.count', { count })}</span>
    </h2>
  );
}
