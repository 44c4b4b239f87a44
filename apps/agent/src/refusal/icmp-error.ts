// Builds the ICMP error that tells a program at once that its packet was refused, in place of a long time-out.

const ICMP_UNREACHABLE = 3;
const ICMPV6_UNREACHABLE = 1;
/** Port unreachable: connect() and connected datagram sockets fail with ECONNREFUSED at once (RFC 792, RFC 4443). */
const PORT_UNREACHABLE_V4 = 3;
const PORT_UNREACHABLE_V6 = 4;
const HEADER = 8;
/** As much of the packet as the kernel needs to find the socket: IPv6 header, extensions, ports. */
const MAX_QUOTED_BYTES = 512;
const MINIMUM_QUOTED_BYTES = 28;

/** An ICMP error about `packet` from its ICMP header on; undefined where the packet is too short to be quoted. */
export function buildUnreachable(packet: Uint8Array): Uint8Array | undefined {
  if (packet.length < MINIMUM_QUOTED_BYTES) return undefined;
  const isIpv4 = (packet[0] ?? 0) >> 4 === 4;
  const quoted = packet.subarray(0, MAX_QUOTED_BYTES);
  const message = new Uint8Array(HEADER + quoted.length);
  message[0] = isIpv4 ? ICMP_UNREACHABLE : ICMPV6_UNREACHABLE;
  message[1] = isIpv4 ? PORT_UNREACHABLE_V4 : PORT_UNREACHABLE_V6;
  message.set(quoted, HEADER);
  // The kernel fills in the checksum of ICMPv6, not of ICMP.
  if (isIpv4) new DataView(message.buffer).setUint16(2, internetChecksum(message));
  return message;
}

/** RFC 1071, over all bytes; the checksum field must hold 0. */
export function internetChecksum(bytes: Uint8Array): number {
  let sum = 0;
  for (let index = 0; index < bytes.length; index += 2)
    sum += ((bytes[index] ?? 0) << 8) | (bytes[index + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
