// Which processes have a socket open, as /proc tells it: a walk over the descriptors of every process.
import { requireInteger } from './checks.ts';
import { native } from './native.ts';

/** A descriptor of a process that leads to a socket. */
export interface SocketHolder {
  readonly pid: number;
  readonly descriptor: number;
  /** Of the socket, as sock_diag and /proc/net tell it. */
  readonly inode: number;
}

/**
 * All descriptors of all processes that lead to one of these sockets; a process may have several, and several processes may have
 * one socket. True of the moment of the walk, which takes about a microsecond for each descriptor on the machine. Needs root to
 * see those of others.
 */
export function socketHolders(inodes: readonly number[]): readonly SocketHolder[] {
  for (const inode of inodes) requireInteger('inode', inode, [0, Number.MAX_SAFE_INTEGER]);
  return inodes.length === 0 ? [] : native.socketHolders(inodes);
}
