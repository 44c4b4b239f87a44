// sock_diag: which socket has this tuple, which sockets there are, and away with this one. Works in the network namespace
// of the calling thread. Synchronous; at most about 5 s, should the kernel not answer.
import { requireFamily, requireInteger } from './checks.ts';
import { native } from './native.ts';
import type { NativeSocketRecord } from './native.ts';
import { ANY_COOKIE, nativeQuery, protocolNumber, sameTuple } from './socket-query.ts';
import type { SocketEnd, SocketProtocol, SocketQuery } from './socket-query.ts';
import { socketStateMask, socketStateName } from './socket-state.ts';
import type { SocketState } from './socket-state.ts';

/** `inode` and `uid` are 0 for sockets without a file: closed by the program (time-wait), or not yet accepted. */
export interface SocketRecord {
  readonly local: SocketEnd;
  readonly remote: SocketEnd;
  readonly state: SocketState;
  readonly interfaceIndex: number;
  readonly inode: number;
  readonly uid: number;
  readonly cookie: bigint;
}

/**
 * The socket that would receive a packet from remote to local. That may be a listening or unconnected socket: compare the
 * record's own `remote` where it matters. Undefined also where the kernel lacks the protocol.
 */
export function findSocket(query: SocketQuery): SocketRecord | undefined {
  const record = native.findSocket(nativeQuery(query, ANY_COOKIE));
  return record === undefined ? undefined : readRecord(record);
}

export interface SocketSelection {
  readonly family: 4 | 6;
  readonly protocol: SocketProtocol;
  /** Absent: all. */
  readonly states?: readonly SocketState[];
  /** Absent: any. The kernel then tells of no others. */
  readonly localPort?: number;
}

/**
 * Every socket of a family and protocol, some hundred at a time, so that the caller can do something else in between. A
 * socket that neither comes nor goes meanwhile is given once. Throws EAGAIN at the end if some may be missing.
 */
export function* walkSockets(
  selection: SocketSelection,
): Generator<readonly SocketRecord[], void, undefined> {
  const states = selection.states === undefined ? 0xffff_ffff : socketStateMask(selection.states);
  const walk = native.walkSockets(
    requireFamily(selection.family),
    protocolNumber(selection.protocol),
    states,
    requireInteger('localPort', selection.localPort ?? 0, [0, 65_535]),
  );
  try {
    for (let records = walk.next(); records !== undefined; records = walk.next())
      yield records.map(readRecord);
  } finally {
    walk.close();
  }
}

/** All that `walkSockets` gives, at once. */
export function listSockets(selection: SocketSelection): readonly SocketRecord[] {
  return [...walkSockets(selection)].flat();
}

/**
 * Ends a socket: its program gets ECONNABORTED from the call that it is in, or from the next one (TCP: Linux 4.5, UDP: 4.9).
 * Without a cookie only a socket with exactly this tuple is destroyed, so that a flow that is gone never costs the life of
 * a server that listens on its port. With a cookie, the socket with that cookie and no other.
 * Throws EOPNOTSUPP (kernel without CONFIG_INET_DIAG_DESTROY) and EPERM.
 */
export function destroySocket(query: SocketQuery & { readonly cookie?: bigint }): 'destroyed' | 'not-found' {
  const cookie = query.cookie ?? cookieOfExactly(query);
  if (cookie === undefined) return 'not-found';
  return native.destroySocket(nativeQuery(query, cookie)) ? 'destroyed' : 'not-found';
}

function cookieOfExactly(query: SocketQuery): bigint | undefined {
  const record = findSocket(query);
  const isExact = record !== undefined && sameTuple(query, { ...record, protocol: query.protocol });
  return isExact ? record.cookie : undefined;
}

function readRecord(record: NativeSocketRecord): SocketRecord {
  return { ...record, state: socketStateName(record.state) };
}
