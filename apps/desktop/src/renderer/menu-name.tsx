// What an App is called in the menu of the desktop. Whoever wrote the entry claims it, so that it never stands in the place of the file's
// name, and is told as a claim.
import type { ReactNode } from 'react';
import { shownText } from '../shared/text-safety.ts';
import type { ShownText } from '../shared/text-safety.ts';
import { ForeignText } from './foreign-text.tsx';
import { useWords } from './language/words.tsx';
import styles from './menu-name.module.css';
import { useAppLook } from './use-app-look.tsx';

interface MenuNameProps {
  readonly app: string | undefined;
  /** As it is shown beside this one. */
  readonly fileName: ShownText | undefined;
}

const NAME_CHARACTERS = 60;

/** Nothing where no entry has one, or where it says the same. */
export function MenuName({ app, fileName }: MenuNameProps): ReactNode {
  const words = useWords();
  const name = useAppLook(app)?.name;
  if (name === undefined || name.toLowerCase() === fileName?.full.toLowerCase()) return null;
  return (
    <span className={styles['menuName']} title={words('app.menu-name')} data-menu-name>
      <ForeignText text={shownText(name, NAME_CHARACTERS)} isClaimed />
    </span>
  );
}
