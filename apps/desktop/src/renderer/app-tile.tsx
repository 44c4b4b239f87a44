// What an App is recognised by: the icon that its desktop entry claims for it, else the first letter of its name, which says nothing of
// its own. An icon is foreign bytes: it is the source of an <img> and nothing else.
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { ShownText } from '../shared/text-safety.ts';
import { classNames } from './design/class-names.ts';
import { Icon } from './design/icon.tsx';
import styles from './app-tile.module.css';
import { useAppLook } from './use-app-look.tsx';

interface AppTileProps {
  /** Its id; undefined where no program is known. */
  readonly app: string | undefined;
  readonly name: ShownText | undefined;
  /** `line` for a line of text, `row` for a row of a list. */
  readonly size?: 'line' | 'row' | 'card';
}

export function AppTile({ app, name, size = 'card' }: AppTileProps): ReactNode {
  const icon = useAppLook(app)?.icon;
  const [brokenIcon, setBrokenIcon] = useState<string>();
  const sized = classNames(styles['tile'], styles[size]);
  if (icon === undefined || icon === brokenIcon)
    return (
      <span className={classNames(sized, styles['letter'])} aria-hidden="true">
        <Letter name={name} />
      </span>
    );
  return (
    <span className={sized} aria-hidden="true">
      <img
        className={styles['icon']}
        src={icon}
        alt=""
        decoding="async"
        draggable={false}
        onError={() => setBrokenIcon(icon)}
      />
    </span>
  );
}

function Letter({ name }: { readonly name: ShownText | undefined }): ReactNode {
  const [first] = name?.parts ?? [];
  const letter = /[\p{L}\p{N}]/u.exec(first?.kind === 'plain' ? first.text : '')?.[0];
  return letter === undefined ? <Icon name="app" /> : letter.toUpperCase();
}
