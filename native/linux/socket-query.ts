// How a caller names a socket: protocol and two ends, brought into the one form that the kernel's lookup understands.
import { SocketAddress, isIPv4, isIPv6 } from 'node:net';
import { requireInteger } from './checks.ts';
import type { NativeSocketQuery } from './native.ts';

const PROTOCOLS = { tcp: 6, udp: 17, dccp: 33, sctp: 132, udplite: 136 } as const;
const MAPPED_PREFIX = '::ffff:';

export type SocketProtocol = keyof typeof PROTOCOLS;

export interface SocketEnd {
  readonly address: string;
  readonly port: number;
}

/**
 * Both addresses of one family, as text without a zone; IPv4-mapped IPv6 is looked up as the IPv4 that it is. A listening
 * or unconnected socket has the remote end 0.0.0.0:0 or [::]:0. `interfaceIndex` is needed to find sockets that are bound
 * to an interface, link-local ones among them.
 */
export interface SocketQuery {
  readonly protocol: SocketProtocol;
  readonly local: SocketEnd;
  readonly remote: SocketEnd;
  readonly interfaceIndex?: number;
}

/** Any cookie. The kernel's INET_DIAG_NOCOOKIE in both halves. */
export const ANY_COOKIE = 0xffff_ffff_ffff_ffffn;

export function nativeQuery(query: SocketQuery, cookie: bigint): NativeSocketQuery {
  const { family, local, remote } = sameFamily(query);
  return {
    family,
    protocol: protocolNumber(query.protocol),
    localAddress: local,
    localPort: requireInteger('local.port', query.local.port, [0, 65535]),
    remoteAddress: remote,
    remotePort: requireInteger('remote.port', query.remote.port, [0, 65535]),
    interfaceIndex: requireInteger('interfaceIndex', query.interfaceIndex ?? 0, [0, 0x7fffffff]),
    cookie,
  };
}

export function protocolNumber(protocol: SocketProtocol): number {
  if (Object.hasOwn(PROTOCOLS, protocol)) return PROTOCOLS[protocol];
  throw new TypeError(
    `Unknown protocol ${JSON.stringify(protocol)}: use one of ${Object.keys(PROTOCOLS).join(', ')}.`,
  );
}

export function sameTuple(one: SocketQuery, other: SocketQuery): boolean {
  return sameEnd(one.local, other.local) && sameEnd(one.remote, other.remote);
}

function sameEnd(one: SocketEnd, other: SocketEnd): boolean {
  return one.port === other.port && canonical(one.address) === canonical(other.address);
}

function sameFamily(query: SocketQuery): { family: 4 | 6; local: string; remote: string } {
  const local = canonical(query.local.address);
  const remote = canonical(query.remote.address);
  if (!isIPv4(local) && !isIPv4(remote)) return { family: 6, local, remote };
  // An IPv6 socket bound to a mapped address has the remote end [::]:0 until it is connected.
  return { family: 4, local: asIPv4(local, remote), remote: asIPv4(remote, local) };
}

function asIPv4(address: string, other: string): string {
  if (isIPv4(address)) return address;
  if (address === '::') return '0.0.0.0';
  throw new TypeError(`The two ends of a socket are of one family, but they are ${address} and ${other}.`);
}

function canonical(text: string): string {
  if (isIPv4(text)) return text;
  if (!isIPv6(text) || text.includes('%')) {
    throw new TypeError(`Not an IPv4 or IPv6 address without a zone: ${JSON.stringify(text)}.`);
  }
  const address = new SocketAddress({ address: text, family: 'ipv6' }).address;
  const mapped = address.startsWith(MAPPED_PREFIX) ? address.slice(MAPPED_PREFIX.length) : address;
  return isIPv4(mapped) ? mapped : address;
}
