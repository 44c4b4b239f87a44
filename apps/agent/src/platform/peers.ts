// Who is at the other end of a connection to our Unix socket, as the kernel says.
import type { Socket } from 'node:net';
import { peerCredentials, socketFileDescriptor } from '@sallyport/linux';
import type { PeerCredentials } from '@sallyport/linux';

/** Undefined where the socket is closed already. Throws where the kernel does not tell. */
export function peerCredentialsOf(socket: Socket): PeerCredentials | undefined {
  const descriptor = socketFileDescriptor(socket);
  return descriptor === undefined ? undefined : peerCredentials(descriptor);
}
