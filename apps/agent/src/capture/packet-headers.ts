// Reads the headers of a queued packet into the parts of a flow key. First step in user space; the bytes are hostile.
// bpf/packet_headers.h reads the same bytes to the same key in the kernel.
import { formatAddress } from '../domain/address.ts';
import type { Address } from '../domain/address.ts';
import { PROTOCOL_NUMBERS, protocolOf } from '../domain/flow-key.ts';
import type { Protocol } from '../domain/flow-key.ts';

export interface PacketHeaders {
  readonly kind: 'headers';
  readonly protocol: Protocol;
  /** IANA number. */
  readonly protocolNumber: number;
  readonly source: Address;
  readonly destination: Address;
  /** 0 for protocols without ports; the identifier of an ICMP echo. */
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** Sequence number of a TCP segment, otherwise 0. */
  readonly sequence: number;
  /** 16 bytes each, IPv4 as ::ffff:a.b.c.d; views into the packet where it is IPv6. */
  readonly sourceBytes: Uint8Array;
  readonly destinationBytes: Uint8Array;
}

export interface MalformedPacket {
  readonly kind: 'malformed';
  readonly reason: string;
}

const IPV4_HEADER = 20;
const IPV6_HEADER = 40;
const MAX_EXTENSION_HEADERS = 8;
const TRANSPORT_START = 8;
const ECHO_START = 6;

const HOP_BY_HOP = 0;
const ROUTING = 43;
const FRAGMENT = 44;
const AUTHENTICATION = 51;
const DESTINATION_OPTIONS = 60;
const EXTENSIONS: ReadonlySet<number> = new Set([
  HOP_BY_HOP,
  ROUTING,
  FRAGMENT,
  AUTHENTICATION,
  DESTINATION_OPTIONS,
]);
const ECHO_TYPES: ReadonlyMap<number, ReadonlySet<number>> = new Map([
  [PROTOCOL_NUMBERS.icmp, new Set([0, 8])],
  [PROTOCOL_NUMBERS.icmpv6, new Set([128, 129])],
]);
const WITH_PORTS: ReadonlySet<number> = new Set([
  PROTOCOL_NUMBERS.tcp,
  PROTOCOL_NUMBERS.udp,
  PROTOCOL_NUMBERS.udplite,
  PROTOCOL_NUMBERS.sctp,
]);

/** Headers of an IPv4 or IPv6 packet whose first byte is the IP header's. Never throws, whatever the bytes. */
export function readPacketHeaders(packet: Uint8Array): PacketHeaders | MalformedPacket {
  const version = (packet[0] ?? 0) >> 4;
  if (version === 4) return readIpv4(packet);
  if (version === 6) return readIpv6(packet);
  return { kind: 'malformed', reason: packet.length === 0 ? 'empty packet' : `IP version ${version}` };
}

function readIpv4(packet: Uint8Array): PacketHeaders | MalformedPacket {
  if (packet.length < IPV4_HEADER) return { kind: 'malformed', reason: 'IPv4 header cut short' };
  const isFirstFragment = (uint16(packet, 6) & 0x1fff) === 0;
  return {
    ...readTransport(packet, {
      protocol: byte(packet, 9),
      offset: isFirstFragment ? (byte(packet, 0) & 0x0f) * 4 : undefined,
    }),
    source: formatAddress(packet.subarray(12, 16)),
    destination: formatAddress(packet.subarray(16, 20)),
    sourceBytes: mapped(packet.subarray(12, 16)),
    destinationBytes: mapped(packet.subarray(16, 20)),
  };
}

function readIpv6(packet: Uint8Array): PacketHeaders | MalformedPacket {
  if (packet.length < IPV6_HEADER) return { kind: 'malformed', reason: 'IPv6 header cut short' };
  const sourceBytes = packet.subarray(8, 24);
  const destinationBytes = packet.subarray(24, 40);
  return {
    ...readTransport(packet, skipExtensions(packet)),
    source: formatAddress(sourceBytes),
    destination: formatAddress(destinationBytes),
    sourceBytes,
    destinationBytes,
  };
}

/** Where the transport header is; `offset` is undefined in a later fragment and where the chain is cut short. */
interface TransportPlace {
  readonly protocol: number;
  readonly offset: number | undefined;
}

function skipExtensions(packet: Uint8Array): TransportPlace {
  let place: TransportPlace = { protocol: byte(packet, 6), offset: IPV6_HEADER };
  for (let count = 0; count < MAX_EXTENSION_HEADERS && EXTENSIONS.has(place.protocol); count++) {
    if (place.offset === undefined || place.offset + 4 > packet.length)
      return { ...place, offset: undefined };
    place = nextHeader(packet, place.protocol, place.offset);
  }
  return place;
}

function nextHeader(packet: Uint8Array, kind: number, offset: number): TransportPlace {
  const protocol = byte(packet, offset);
  const length = byte(packet, offset + 1);
  if (kind === AUTHENTICATION) return { protocol, offset: offset + (length + 2) * 4 };
  if (kind !== FRAGMENT) return { protocol, offset: offset + (length + 1) * 8 };
  const isFirstFragment = (uint16(packet, offset + 2) & 0xfff8) === 0;
  return { protocol, offset: isFirstFragment ? offset + 8 : undefined };
}

interface Transport {
  readonly kind: 'headers';
  readonly protocol: Protocol;
  readonly protocolNumber: number;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly sequence: number;
}

function readTransport(packet: Uint8Array, place: TransportPlace): Transport {
  const { protocol, offset } = place;
  const none = {
    kind: 'headers',
    protocol: protocolOf(protocol),
    protocolNumber: protocol,
    sourcePort: 0,
    destinationPort: 0,
    sequence: 0,
  } as const;
  if (offset === undefined) return none;
  if (WITH_PORTS.has(protocol))
    return offset + TRANSPORT_START > packet.length ? none : withPorts(packet, offset, none);
  const echoTypes = ECHO_TYPES.get(protocol);
  const isEcho =
    echoTypes !== undefined && offset + ECHO_START <= packet.length && echoTypes.has(byte(packet, offset));
  return isEcho ? { ...none, sourcePort: uint16(packet, offset + 4) } : none;
}

function withPorts(packet: Uint8Array, offset: number, none: Transport): Transport {
  const isTcp = none.protocolNumber === PROTOCOL_NUMBERS.tcp;
  return {
    ...none,
    sourcePort: uint16(packet, offset),
    destinationPort: uint16(packet, offset + 2),
    sequence: isTcp ? uint16(packet, offset + 4) * 0x10000 + uint16(packet, offset + 6) : 0,
  };
}

function mapped(ipv4: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(16);
  bytes[10] = 0xff;
  bytes[11] = 0xff;
  bytes.set(ipv4, 12);
  return bytes;
}

function byte(packet: Uint8Array, offset: number): number {
  return packet[offset] ?? 0;
}

function uint16(packet: Uint8Array, offset: number): number {
  return (byte(packet, offset) << 8) | byte(packet, offset + 1);
}
