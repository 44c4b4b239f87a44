// Builds what another machine is told whose flow is refused: the same that a port says at which nobody listens. A reset for TCP, an
// ICMP error for everything else.
import { buildUnreachable, internetChecksum } from './icmp-error.ts';

const IPV4_HEADER = 20;
const IPV6_HEADER = 40;
const TCP_HEADER = 20;
const TCP = 6;
const ICMP = 1;
const ICMPV6 = 58;
const HOPS = 64;
const RESET_AND_ACK = 0x14;

/** The whole packet that answers `packet`; undefined where that is too short to be answered. */
export function buildRemoteRefusal(packet: Uint8Array): Uint8Array | undefined {
  const isIpv4 = (packet[0] ?? 0) >> 4 === 4;
  const headerLength = isIpv4 ? ((packet[0] ?? 0) & 0x0f) * 4 : IPV6_HEADER;
  const isTcp = packet[isIpv4 ? 9 : 6] === TCP && packet.length >= headerLength + TCP_HEADER;
  const payload = isTcp ? resetOf(packet.subarray(headerLength)) : buildUnreachable(packet);
  if (payload === undefined) return undefined;
  return isIpv4
    ? ipv4Answer(packet, isTcp ? TCP : ICMP, payload)
    : ipv6Answer(packet, isTcp ? TCP : ICMPV6, payload);
}

/** RFC 9293, 3.10.7.1: the answer of a closed port to a SYN. The checksum is still 0. */
function resetOf(segment: Uint8Array): Uint8Array {
  const from = new DataView(segment.buffer, segment.byteOffset, segment.length);
  const reset = new Uint8Array(TCP_HEADER);
  const to = new DataView(reset.buffer);
  to.setUint16(0, from.getUint16(2));
  to.setUint16(2, from.getUint16(0));
  to.setUint32(8, (from.getUint32(4) + 1) >>> 0);
  to.setUint8(12, (TCP_HEADER / 4) << 4);
  to.setUint8(13, RESET_AND_ACK);
  return reset;
}

/** The kernel fills in length, identification and checksum of the header. */
function ipv4Answer(packet: Uint8Array, protocol: number, payload: Uint8Array): Uint8Array {
  const answer = new Uint8Array(IPV4_HEADER + payload.length);
  answer[0] = 0x45;
  answer[8] = HOPS;
  answer[9] = protocol;
  answer.set(packet.subarray(16, 20), 12);
  answer.set(packet.subarray(12, 16), 16);
  answer.set(payload, IPV4_HEADER);
  // That of ICMP has no pseudo header and is there already.
  if (protocol === TCP) setChecksum(answer, { addressesAt: 12, headerLength: IPV4_HEADER, at: 16, protocol });
  return answer;
}

function ipv6Answer(packet: Uint8Array, protocol: number, payload: Uint8Array): Uint8Array {
  const answer = new Uint8Array(IPV6_HEADER + payload.length);
  answer[0] = 0x60;
  new DataView(answer.buffer).setUint16(4, payload.length);
  answer[6] = protocol;
  answer[7] = HOPS;
  answer.set(packet.subarray(24, 40), 8);
  answer.set(packet.subarray(8, 24), 24);
  answer.set(payload, IPV6_HEADER);
  const at = protocol === TCP ? 16 : 2;
  setChecksum(answer, { addressesAt: 8, headerLength: IPV6_HEADER, at, protocol });
  return answer;
}

interface ChecksumPlace {
  readonly addressesAt: number;
  readonly headerLength: number;
  /** From the transport header on. */
  readonly at: number;
  readonly protocol: number;
}

/** Over the pseudo header of both versions: addresses, length, protocol. */
function setChecksum(packet: Uint8Array, { addressesAt, headerLength, at, protocol }: ChecksumPlace): void {
  const addresses = packet.subarray(addressesAt, headerLength);
  const payload = packet.subarray(headerLength);
  const summed = new Uint8Array(addresses.length + 8 + payload.length);
  const view = new DataView(summed.buffer);
  summed.set(addresses);
  view.setUint32(addresses.length, payload.length);
  view.setUint32(addresses.length + 4, protocol);
  summed.set(payload, addresses.length + 8);
  new DataView(packet.buffer).setUint16(headerLength + at, internetChecksum(summed));
}
