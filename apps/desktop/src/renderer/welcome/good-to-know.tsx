// What else one should have heard once: when nobody answers, when no window is open, how to pause, how to take an answer back.
import type { ReactNode } from 'react';
import { Icon } from '../design/icon.tsx';
import type { IconName } from '../design/icon.tsx';
import { useWords } from '../language/words.tsx';
import type { MessageId } from '../messages/message-id.ts';
import { useDesktopPart } from '../use-desktop.tsx';
import styles from './welcome.module.css';

export function GoodToKnow(): ReactNode {
  const words = useWords();
  const isStrict = useDesktopPart((state) => state.status?.strict === true);
  const facts: readonly (readonly [IconName, MessageId])[] = [
    ['clock', 'welcome.nobody-answers'],
    ['gate-question', isStrict ? 'welcome.nobody-there.strict' : 'welcome.nobody-there'],
    ['pause', 'welcome.pause'],
    ['undo', 'welcome.undo'],
  ];
  return (
    <ul className={styles['facts']}>
      {facts.map(([icon, id]) => (
        <li key={id}>
          <Icon name={icon} />
          {words(id)}
        </li>
      ))}
    </ul>
  );
}
