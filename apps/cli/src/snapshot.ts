// The agent's first word on a watch: everything that waits, at one moment.
import type { FirewallClient, Prompt, Snapshot } from '@sallyport/proto';
import { CommandFailure } from './exit-codes.ts';

/** One snapshot; does not wait for an agent that is away. Rejects with a FirewallError. */
export async function takeSnapshot(client: FirewallClient, signal: AbortSignal): Promise<Snapshot> {
  for await (const update of client.watch({ signal, reconnect: false })) {
    if (update.kind === 'event' && update.event.event === 'snapshot') return update.event.snapshot;
  }
  throw new CommandFailure('refused', 'The agent sent no snapshot.');
}

/** The prompt of that id. Throws a CommandFailure (not found). */
export function findPrompt(snapshot: Snapshot, id: string): Prompt {
  const prompt = snapshot.prompts.find((candidate) => candidate.id === id);
  if (prompt !== undefined) return prompt;
  throw new CommandFailure(
    'notFound',
    `There is no prompt "${id}": it may have been answered, or its time ran out.`,
    {
      remedy: 'sallyport prompts list shows what waits.',
    },
  );
}
