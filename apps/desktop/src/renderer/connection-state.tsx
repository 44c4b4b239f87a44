// A page without a firewall behind it: what is going on, and what to do.
import type { ReactNode } from 'react';
import { safeText } from '../shared/text-safety.ts';
import type { Connection } from '../shared/state.ts';
import { connectionWords } from './connection-words.ts';
import { EmptyState } from './design/empty-state.tsx';
import type { IconName } from './design/icon.tsx';
import { useWords } from './language/words.tsx';

const ICONS: Readonly<Record<Connection['kind'], IconName>> = {
  connecting: 'gate-question',
  connected: 'gate-closed',
  disconnected: 'gate-off',
  refused: 'gate-off',
};

export function ConnectionState({ connection }: { readonly connection: Connection }): ReactNode {
  const words = useWords();
  const { title, text, told } = connectionWords(connection);
  return (
    <EmptyState icon={ICONS[connection.kind]} title={words(title)}>
      {text !== undefined && <p>{words(text)}</p>}
      {told.map((sentence) => (
        <p key={sentence}>{safeText(sentence)}</p>
      ))}
    </EmptyState>
  );
}
