// Who is at the other end of a Unix socket: where a connection becomes a Client.
import type { Socket } from 'node:net';
import { requireInteger } from './checks.ts';
import { native } from './native.ts';

/**
 * As the kernel recorded it when the peer called connect(), or listen() if the peer is the server; later changes of its
 * ids do not show. `pid` is 0 when the peer is in a pid namespace that this process cannot see. `groups` are the
 * supplementary groups (Linux 4.13; empty before).
 */
export interface PeerCredentials {
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
}

/** Throws EAFNOSUPPORT for a socket that is not a Unix socket, ENOTCONN for one without a peer, EBADF, ENOTSOCK. */
export function peerCredentials(fd: number): PeerCredentials {
  return native.peerCredentials(requireInteger('fd', fd, [0, 0x7fffffff]));
}

/** The descriptor of a connected socket; undefined once it is closed, or where this Node version hides it. */
export function socketFileDescriptor(socket: Socket): number | undefined {
  const handle: unknown = '_handle' in socket ? socket._handle : undefined;
  if (typeof handle !== 'object' || handle === null || !('fd' in handle)) return undefined;
  const fd = handle.fd;
  return typeof fd === 'number' && Number.isInteger(fd) && fd >= 0 ? fd : undefined;
}
