// Reads the headers of a queued packet into the parts of a flow key. First step in user space; the bytes are hostile.
// bpf/packet_headers.h reads the same bytes to the same key in the kernel.
import { formatAddress, formatIpv4 } from '../domain/address.ts';
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
  /** 16 bytes each, IPv4 as ::ffff:a.b.c.d. */
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

/**
 * Headers of an IPv4 or IPv6 packet whose first byte is the IP header's. Never throws, whatever the bytes. `expected` is the
 * version that the kernel treats the packet as: a raw socket may write another one, with other addresses, into its header.
 */
export function readPacketHeaders(packet: Uint8Array, expected?: 4 | 6): PacketHeaders | MalformedPacket {
  const version = (packet[0] ?? 0) >> 4;
  if (packet.length > 0 && expected !== undefined && version !== expected)
    return { kind: 'malformed', reason: `IP version ${version} in an IPv${expected} packet` };
  if (version === 4) return readIpv4(packet);
  if (version === 6) return readIpv6(packet);
  return { kind: 'malformed', reason: packet.length === 0 ? 'empty packet' : `IP version ${version}` };
}

// No views into the packet here: the buffer behind a small one would have to be moved out of V8's heap for the first of them.
function readIpv4(packet: Uint8Array): PacketHeaders | MalformedPacket {
  if (packet.length < IPV4_HEADER) return { kind: 'malformed', reason: 'IPv4 header cut short' };
  const isFirstFragment = (uint16(packet, 6) & 0x1fff) === 0;
  const offset = isFirstFragment ? (byte(packet, 0) & 0x0f) * 4 : undefined;
  return withTransport(
    packet,
    { protocol: byte(packet, 9), offset },
    {
      source: formatIpv4(packet, 12),
      destination: formatIpv4(packet, 16),
      sourceBytes: mapped(packet, 12),
      destinationBytes: mapped(packet, 16),
    },
  );
}

function readIpv6(packet: Uint8Array): PacketHeaders | MalformedPacket {
  if (packet.length < IPV6_HEADER) return { kind: 'malformed', reason: 'IPv6 header cut short' };
  const sourceBytes = packet.slice(8, 24);
  const destinationBytes = packet.slice(24, 40);
  return withTransport(packet, skipExtensions(packet), {
    source: formatAddress(sourceBytes),
    destination: formatAddress(destinationBytes),
    sourceBytes,
    destinationBytes,
  });
}

type Addresses = Pick<PacketHeaders, 'source' | 'destination' | 'sourceBytes' | 'destinationBytes'>;

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

function withTransport(packet: Uint8Array, place: TransportPlace, addresses: Addresses): PacketHeaders {
  const { source, destination, sourceBytes, destinationBytes } = addresses;
  const { protocol } = place;
  const ports = portsAt(packet, place);
  const hasPorts = ports !== undefined && WITH_PORTS.has(protocol);
  return {
    kind: 'headers',
    protocol: protocolOf(protocol),
    protocolNumber: protocol,
    source,
    destination,
    sourcePort: ports === undefined ? 0 : uint16(packet, ports),
    destinationPort: hasPorts ? uint16(packet, ports + 2) : 0,
    sequence: hasPorts && protocol === PROTOCOL_NUMBERS.tcp ? uint32(packet, ports + 4) : 0,
    sourceBytes,
    destinationBytes,
  };
}

/** Where the source port is, or the identifier of an echo; undefined where there is neither or not all of it. */
function portsAt(packet: Uint8Array, { protocol, offset }: TransportPlace): number | undefined {
  if (offset === undefined) return undefined;
  if (WITH_PORTS.has(protocol)) return offset + TRANSPORT_START > packet.length ? undefined : offset;
  const isEcho = ECHO_TYPES.get(protocol)?.has(byte(packet, offset)) === true;
  return isEcho && offset + ECHO_START <= packet.length ? offset + 4 : undefined;
}

function mapped(packet: Uint8Array, offset: number): Uint8Array {
  const bytes = new Uint8Array(16);
  bytes[10] = 0xff;
  bytes[11] = 0xff;
  for (let index = 0; index < 4; index++) bytes[12 + index] = byte(packet, offset + index);
  return bytes;
}

function byte(packet: Uint8Array, offset: number): number {
  return packet[offset] ?? 0;
}

function uint16(packet: Uint8Array, offset: number): number {
  return (byte(packet, offset) << 8) | byte(packet, offset + 1);
}

function uint32(packet: Uint8Array, offset: number): number {
  return uint16(packet, offset) * 0x10000 + uint16(packet, offset + 2);
}
