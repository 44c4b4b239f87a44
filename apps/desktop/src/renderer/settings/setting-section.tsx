// One group of settings: what it is about, and its rows.
import { useId } from 'react';
import type { ReactNode } from 'react';
import styles from './setting-section.module.css';

interface SettingSectionProps {
  readonly title: string;
  readonly text?: string;
  readonly children: ReactNode;
}

export function SettingSection({ title, text, children }: SettingSectionProps): ReactNode {
  const id = useId();
  return (
    <section className={styles['section']} aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {text !== undefined && <p className={styles['text']}>{text}</p>}
      {children}
    </section>
  );
}
