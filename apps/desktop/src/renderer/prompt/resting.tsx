// The prompt window without a card: nothing asks, everything was put aside, or there is no firewall to ask.
import type { ReactNode } from 'react';
import type { Prompt } from '../../shared/model.ts';
import type { DesktopState } from '../../shared/state.ts';
import { ConnectionState } from '../connection-state.tsx';
import { EmptyState } from '../design/empty-state.tsx';
import { useWords } from '../language/words.tsx';
import { MainWindowLink } from '../main-window-link.tsx';
import styles from './resting.module.css';
import { WaitingList } from './waiting-list.tsx';

interface RestingProps {
  readonly state: DesktopState;
  readonly aside: readonly Prompt[];
  readonly onPick: (promptId: string) => void;
}

export function Resting({ state, aside, onPick }: RestingProps): ReactNode {
  return (
    <div className={styles['resting']} aria-live="polite">
      <Content state={state} aside={aside} onPick={onPick} />
    </div>
  );
}

function Content({ state, aside, onPick }: RestingProps): ReactNode {
  const words = useWords();
  if (state.connection.kind !== 'connected') return <ConnectionState connection={state.connection} />;
  if (aside.length > 0)
    return (
      <EmptyState icon="gate-question" title={words('aside.title', { count: aside.length })}>
        <p>{words('aside.text')}</p>
        <WaitingList deck={{ behind: [], aside }} onPick={onPick} />
      </EmptyState>
    );
  return (
    <EmptyState icon="gate-closed" title={words('empty.title')} actions={<MainWindowLink />}>
      <p>{words('empty.text')}</p>
    </EmptyState>
  );
}
