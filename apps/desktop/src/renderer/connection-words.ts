// The state of the connection in words: which message, and what the host said besides.
import type { Connection } from '../shared/state.ts';
import type { CommonMessageId } from './messages/message-id.ts';

export interface ConnectionWords {
  readonly title: Extract<CommonMessageId, `connection.${string}`>;
  /** What this window does about it. */
  readonly text: Extract<CommonMessageId, `connection.${string}`> | undefined;
  /** As the host told it: what happened and what to do; empty while all is well. */
  readonly told: readonly string[];
}

export function connectionWords(connection: Connection): ConnectionWords {
  const { kind } = connection;
  return {
    title: `connection.${kind}`,
    text: kind === 'disconnected' ? 'connection.disconnected.text' : undefined,
    told: kind === 'disconnected' || kind === 'refused' ? told(connection.reason) : [],
  };
}

function told({ text, remedy }: { readonly text: string; readonly remedy: string }): readonly string[] {
  return [text, remedy].filter((sentence) => sentence !== '');
}
