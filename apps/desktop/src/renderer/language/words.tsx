// How components speak: `useWords` for text, `Say` for sentences with parts that are set off.
import { useMemo } from 'react';
import type { ReactNode } from 'react';
import { useIntl } from 'react-intl';
import type { MessageId } from '../messages/message-id.ts';

type Value = string | number;

export type Words = (id: MessageId, values?: Readonly<Record<string, Value>>) => string;

export function useWords(): Words {
  const intl = useIntl();
  return useMemo(() => (id, values) => intl.formatMessage({ id }, values), [intl]);
}

interface SayProps {
  readonly id: MessageId;
  readonly values?: Readonly<Record<string, ReactNode>>;
}

/** The whole sentence is one message: its parts stand where the language wants them. */
export function Say({ id, values }: SayProps): ReactNode {
  const intl = useIntl();
  return <>{intl.formatMessage({ id }, values === undefined ? undefined : keyed(values))}</>;
}

function keyed(values: Readonly<Record<string, ReactNode>>): Record<string, ReactNode> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      typeof value === 'object' ? <span key={name}>{value}</span> : value,
    ]),
  );
}
