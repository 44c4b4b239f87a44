// The key of a Flow: what two packets share when they belong to the same conversation.
import type { Address } from './address.ts';

/** Named protocols; every other one is `ip-N` with its IANA number. */
export const PROTOCOL_NUMBERS = {
  icmp: 1,
  tcp: 6,
  udp: 17,
  icmpv6: 58,
  sctp: 132,
  udplite: 136,
} as const;
/**
 * No protocol of the Internet: sending and receiving frames past netfilter, by a packet socket. It has no remote end, and only a
 * rule that names it allows it.
 */
export const PACKET = 'packet';

export type ProtocolName = keyof typeof PROTOCOL_NUMBERS;
export type Protocol = ProtocolName | `ip-${number}` | typeof PACKET;

const NAMES_BY_NUMBER = new Map<number, Protocol>(
  Object.entries(PROTOCOL_NUMBERS).map(([name, number]) => [number, name as ProtocolName]),
);

/** Protocol of an IANA number 0..255. */
export function protocolOf(number: number): Protocol {
  return NAMES_BY_NUMBER.get(number) ?? `ip-${number}`;
}

/** Throws a RangeError for `packet`, which no IP packet carries. */
export function protocolNumber(protocol: Protocol): number {
  if (protocol === PACKET) throw new RangeError('packet sockets have no IANA protocol number');
  return protocol in PROTOCOL_NUMBERS
    ? PROTOCOL_NUMBERS[protocol as ProtocolName]
    : Number(protocol.slice('ip-'.length));
}

/** TCP, UDP, UDP-Lite and SCTP have ports; others carry 0 in both places (ICMP echo: its identifier as local port). */
export function hasPorts(protocol: Protocol): boolean {
  return protocol === 'tcp' || protocol === 'udp' || protocol === 'udplite' || protocol === 'sctp';
}

export type Direction = 'out' | 'in';

export interface FlowKey {
  readonly protocol: Protocol;
  readonly localAddress: Address;
  readonly localPort: number;
  readonly remoteAddress: Address;
  readonly remotePort: number;
  /** Cookie of the network namespace (SO_NETNS_COOKIE). */
  readonly networkNamespace: bigint;
}

/** What its packets show of it, in whichever namespace. */
export type FlowEnds = Omit<FlowKey, 'networkNamespace'>;

/** One string for each key, for use in maps. */
export function flowKeyText(key: FlowKey): string {
  return `${key.protocol} ${key.localAddress}|${key.localPort} ${key.remoteAddress}|${key.remotePort} ${key.networkNamespace}`;
}
