// Following the agent in a stream of lines, through its restarts, until the command is stopped.
import type { WatchEvent } from '@sallyport/proto';
import type { CommandContext } from '../command.ts';
import { jsonLine } from '../document.ts';
import { safeText } from '../view/safe-text.ts';

export interface FollowOptions {
  readonly history: boolean;
  readonly traffic?: boolean;
  readonly event: (event: WatchEvent) => void;
}

/** Resolves when the command is stopped. Says once when the connection is lost, not for each attempt to get it back. */
export async function followEvents(context: CommandContext, options: FollowOptions): Promise<void> {
  let isLost = false;
  const { history, traffic = false } = options;
  for await (const update of context.connect().watch({ history, traffic, signal: context.stop })) {
    if (update.kind === 'event') options.event(update.event);
    else if (!isLost) sayLost(context, update.error.message);
    isLost = update.kind === 'disconnected';
  }
}

function sayLost(context: CommandContext, reason: string): void {
  if (context.json) context.print(jsonLine({ event: 'disconnected', reason }));
  else context.warn(`Lost the firewall; trying again by itself. ${safeText(reason)}`);
}
