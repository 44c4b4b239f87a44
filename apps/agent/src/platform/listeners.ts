// Which socket of this machine a packet from outside is for, as the kernel itself would find it, and who shares its place.
import { findSocket, walkSockets } from '@sallyport/linux';
import type { SocketProtocol, SocketRecord } from '@sallyport/linux';
import type { FlowEnds } from '../domain/flow-key.ts';
import { addressOf } from './open-sockets.ts';

export type { SocketProtocol };

export interface Listener {
  readonly socketCookie: bigint;
  /** Of the socket's file; 0 where it has none. */
  readonly inode: number;
  readonly localAddress: string;
  readonly interfaceIndex: number;
  /** Of datagrams: it has one remote end. */
  readonly isConnected: boolean;
}

/** `open`: the packet belongs to a connection that is there already. */
export type Receiver =
  | { readonly kind: 'listener'; readonly listener: Listener }
  | { readonly kind: 'open' }
  | { readonly kind: 'nobody' };

export type Arrival = FlowEnds & { readonly interfaceIndex: number };

const NOBODY: Receiver = { kind: 'nobody' };

/** TCP, UDP, UDP-Lite. */
export function receiverOf(arrival: Arrival): Receiver {
  const found = find(arrival, arrival.remotePort);
  if (found === undefined) return NOBODY;
  if (arrival.protocol !== 'tcp' || found.state === 'listen') return listenerOf(found);
  if (found.state !== 'time-wait') return { kind: 'open' };
  // The kernel lets a new connection take the place of one that is over: nothing is at port 0 but the listener.
  const behind = find(arrival, 0);
  return behind?.state === 'listen' ? listenerOf(behind) : NOBODY;
}

function find(arrival: Arrival, remotePort: number): SocketRecord | undefined {
  return findSocket({
    protocol: arrival.protocol as SocketProtocol,
    local: { address: arrival.localAddress, port: arrival.localPort },
    remote: { address: arrival.remoteAddress, port: remotePort },
    interfaceIndex: arrival.interfaceIndex,
  });
}

function listenerOf(record: SocketRecord): Receiver {
  return { kind: 'listener', listener: toListener(record) };
}

function toListener({ cookie, inode, local, state, interfaceIndex }: SocketRecord): Listener {
  return {
    socketCookie: cookie,
    ...{ inode, interfaceIndex },
    localAddress: addressOf(local.address),
    isConnected: state === 'established',
  };
}

/** All at one port. Takes up to milliseconds where there are thousands of sockets. */
export function listenersAt(protocol: SocketProtocol, port: number): readonly Listener[] {
  const found: Listener[] = [];
  const states = protocol === 'udp' || protocol === 'udplite' ? {} : { states: ['listen'] as const };
  for (const family of [4, 6] as const)
    for (const records of walkSockets({ family, protocol, ...states }))
      for (const record of records) if (record.local.port === port) found.push(toListener(record));
  return found;
}
