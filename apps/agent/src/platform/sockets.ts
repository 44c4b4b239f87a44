// Ends sockets whose flow is refused or taken back, and sends the ICMP errors that make a refusal immediate.
import { destroySocket, isSystemError, openPacketSender, openRawSender } from '@sallyport/linux';
import type { RawSender, SocketProtocol } from '@sallyport/linux';
import type { FlowEnds } from '../domain/flow-key.ts';

export type { RawSender };

const DESTROYABLE: ReadonlySet<string> = new Set<SocketProtocol>(['tcp', 'udp', 'udplite', 'sctp', 'dccp']);

export type DestroyOutcome = 'destroyed' | 'not-found' | 'not-supported';

/**
 * Ends the socket of a flow: its program gets ECONNABORTED at once. By the cookie where it is known, so that a socket that
 * took over the port is never hit. A socket that is bound to an interface is found only by its index. `not-supported`: the protocol or the kernel has no way (CONFIG_INET_DIAG_DESTROY).
 */
export function destroyFlowSocket(key: FlowEnds, socketCookie: bigint, interfaceIndex = 0): DestroyOutcome {
  if (!DESTROYABLE.has(key.protocol)) return 'not-supported';
  const query = {
    protocol: key.protocol as SocketProtocol,
    local: { address: key.localAddress, port: key.localPort },
    remote: { address: key.remoteAddress, port: key.remotePort },
    interfaceIndex,
  };
  try {
    return destroySocket(socketCookie === 0n ? query : { ...query, cookie: socketCookie });
  } catch (error) {
    if (isSystemError(error) && ['EOPNOTSUPP', 'ENOENT', 'EINVAL'].includes(error.code))
      return 'not-supported';
    throw error;
  }
}

/** The two raw sockets that carry refusals; opened once, receive nothing. Needs CAP_NET_RAW. */
export interface RefusalSenders {
  readonly v4: RawSender;
  readonly v6: RawSender;
}

/** The two that answer other machines from the very address that was spoken to. */
export function openPacketSenders(): RefusalSenders {
  return { v4: openPacketSender(4), v6: openPacketSender(6) };
}

export function openIcmpSenders(): RefusalSenders {
  return { v4: openRawSender(4), v6: openRawSender(6) };
}
