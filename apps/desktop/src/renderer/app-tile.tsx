// A tile with the first letter of the App: something to recognise it by, which says nothing of its own.
import type { ReactNode } from 'react';
import type { ShownText } from '../shared/text-safety.ts';
import { classNames } from './design/class-names.ts';
import { Icon } from './design/icon.tsx';
import styles from './app-tile.module.css';

interface AppTileProps {
  readonly name: ShownText;
  /** Beside a line of a list. */
  readonly isSmall?: boolean;
}

export function AppTile({ name, isSmall = false }: AppTileProps): ReactNode {
  const letter = /[\p{L}\p{N}]/u.exec(name.parts[0]?.kind === 'plain' ? name.parts[0].text : '')?.[0];
  return (
    <span className={classNames(styles['tile'], isSmall && styles['small'])} aria-hidden="true">
      {letter === undefined ? <Icon name="app" /> : letter.toUpperCase()}
    </span>
  );
}
