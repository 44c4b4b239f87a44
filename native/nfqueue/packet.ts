// One queued packet, and how it is read from the row of words that the native side filled.
import { field, present } from './packetFields.ts';

export interface Packet {
  readonly queue: number;
  /** What the verdict names. Unique in its queue while the packet waits. */
  readonly id: number;
  /** AF_INET (2), AF_INET6 (10) or AF_BRIDGE (7): whose hook queued it. */
  readonly family: number;
  /** EtherType: 0x0800 or 0x86dd. */
  readonly hardwareProtocol: number;
  /** NF_INET_LOCAL_IN is 1, NF_INET_LOCAL_OUT is 3. */
  readonly hook: number;
  readonly mark: number;
  /** Interface indices; absent where the packet has no such device. */
  readonly inDevice: number | undefined;
  readonly outDevice: number | undefined;
  /** fsuid and fsgid of whoever opened the socket's file; absent when the packet has no such socket or uidGid is off. */
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  /** Microseconds since 1970; the kernel gives it for received packets only. */
  readonly timestampUs: number | undefined;
  /** From the network header on, at most copyRange bytes. A copy: it may be kept. */
  readonly payload: Uint8Array;
  /** Bytes of the packet before it was cut to copyRange. */
  readonly fullLength: number;
  /** Still to be segmented: several wire packets share this id (option gso). */
  readonly isGso: boolean;
  /** The device will fill in the checksum, so the one in the payload is wrong. */
  readonly checksumNotReady: boolean;
  /** Received, and nobody has verified the checksum. */
  readonly checksumNotVerified: boolean;
  /** The kernel's message was damaged or cut: only queue and id are certain. It still has to be answered. */
  readonly malformed: boolean;
}

// <linux/netfilter/nfnetlink_queue.h>
const NFQA_SKB_CSUMNOTREADY = 1;
const NFQA_SKB_GSO = 2;
const NFQA_SKB_CSUM_NOTVERIFIED = 4;

/** Reads the packet in the row that begins at `at`. */
export function readPacket(rows: Uint32Array, at: number, slots: Uint8Array): Packet {
  const word = (index: number): number => rows[at + index] ?? 0;
  const bits = word(field.present);
  const optional = (bit: number, index: number): number | undefined =>
    (bits & bit) === 0 ? undefined : word(index);
  const skbInfo = word(field.skbInfo);
  const payloadOffset = word(field.payloadOffset);
  const payloadLength = word(field.payloadLength);
  return {
    queue: word(field.queue),
    id: word(field.id),
    family: word(field.family),
    hardwareProtocol: word(field.hardwareProtocol),
    hook: word(field.hook),
    mark: word(field.mark),
    inDevice: optional(present.inDevice, field.inDevice),
    outDevice: optional(present.outDevice, field.outDevice),
    uid: optional(present.uid, field.uid),
    gid: optional(present.gid, field.gid),
    timestampUs: (bits & present.timestamp) === 0 ? undefined : readTimestamp(rows, at),
    payload: slots.slice(payloadOffset, payloadOffset + payloadLength),
    fullLength: optional(present.fullLength, field.fullLength) ?? payloadLength,
    isGso: (skbInfo & NFQA_SKB_GSO) !== 0,
    checksumNotReady: (skbInfo & NFQA_SKB_CSUMNOTREADY) !== 0,
    checksumNotVerified: (skbInfo & NFQA_SKB_CSUM_NOTVERIFIED) !== 0,
    malformed: (bits & present.malformed) !== 0,
  };
}

function readTimestamp(rows: Uint32Array, at: number): number {
  const high = rows[at + field.timestampSecondsHigh] ?? 0;
  const low = rows[at + field.timestampSecondsLow] ?? 0;
  return (high * 0x1_0000_0000 + low) * 1_000_000 + (rows[at + field.timestampMicroseconds] ?? 0);
}
