// Which socket the agent is looked for at, and who must own it.
import { lstatSync } from 'node:fs';
import type { ConnectOptions } from '@sallyport/proto';

/** Without a path it is the agent's own. One that somebody names and owns themselves is theirs to trust; every other one must be root's. */
export function agentSocket(socketPath: string | undefined): Pick<ConnectOptions, 'socketPath' | 'ownerUid'> {
  const own = process.getuid?.() ?? 0;
  const isOwn = socketPath !== undefined && lstatSync(socketPath, { throwIfNoEntry: false })?.uid === own;
  return { socketPath, ownerUid: isOwn ? own : 0 };
}
