// The netlink parser against hand-made and damaged bytes, and the row layout that both languages must share.
import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe, test } from 'node:test';
import fastCheck from 'fast-check';
import { native } from './native.ts';
import { readPacket, type Packet } from './packet.ts';
import { field, fieldCount, kindAnswer, kindPacket, present } from './packetFields.ts';

// <linux/netfilter/nfnetlink_queue.h> and <linux/netlink.h>
const attribute = {
  header: 1,
  verdict: 2,
  mark: 3,
  timestamp: 4,
  inDevice: 5,
  payload: 10,
  capLength: 13,
  skbInfo: 14,
  uid: 16,
};
const packetType = 0x0300;
const verdictType = 0x0301;
const errorType = 2;

function big32(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, index * 4);
  return bytes;
}

function encodeAttribute(type: number, value: Uint8Array, claimedLength = value.length): Buffer {
  const bytes = Buffer.alloc(4 + ((value.length + 3) & ~3));
  bytes.writeUInt16LE(4 + claimedLength, 0);
  bytes.writeUInt16LE(type, 2);
  bytes.set(value, 4);
  return bytes;
}

function encodeMessage(type: number, body: Uint8Array, claimedLength = 16 + body.length): Buffer {
  const header = Buffer.alloc(16);
  header.writeUInt32LE(claimedLength, 0);
  header.writeUInt16LE(type, 4);
  return Buffer.concat([header, body]);
}

const general = Buffer.from([2, 0, 0x12, 0x34]);
const packetHeader = encodeAttribute(attribute.header, Buffer.from([0xff, 0, 0, 1, 0x86, 0xdd, 3]));

function encodePacket(...attributes: readonly Uint8Array[]): Buffer {
  return encodeMessage(packetType, Buffer.concat([general, packetHeader, ...attributes]));
}

function parsePackets(bytes: Uint8Array): Packet[] {
  const rows = new Uint32Array(fieldCount * 16);
  const count = native.parse(bytes, rows);
  const starts = Array.from({ length: count }, (_, index) => index * fieldCount);
  return starts.filter((at) => rows[at] === kindPacket).map((at) => readPacket(rows, at, bytes));
}

function only(packets: readonly Packet[]): Packet {
  equal(packets.length, 1);
  const [packet] = packets;
  ok(packet !== undefined);
  return packet;
}

test('both languages agree on the layout of a row', () => {
  deepEqual(native.fieldNames, Object.keys(field));
  equal(native.fieldNames.length, fieldCount);
});

describe('a damaged message', () => {
  const cases: readonly [string, Uint8Array][] = [
    [
      'whose payload claims more than there is',
      encodePacket(encodeAttribute(attribute.payload, Buffer.from('abcd'), 60_000)),
    ],
    ['whose attribute is shorter than its own header', encodePacket(Buffer.from([3, 0, 10, 0]))],
    ['whose attribute has length zero', encodePacket(Buffer.alloc(4))],
    ['whose mark has three bytes', encodePacket(encodeAttribute(attribute.mark, Buffer.alloc(3)))],
    ['whose timestamp is cut', encodePacket(encodeAttribute(attribute.timestamp, Buffer.alloc(15)))],
    ['with a second packet header', encodePacket(encodeAttribute(attribute.header, Buffer.alloc(7)))],
    ['with stray bytes at the end', encodePacket(Buffer.alloc(3))],
    [
      'that claims to be longer than the datagram',
      encodeMessage(packetType, Buffer.concat([general, packetHeader]), 4000),
    ],
    [
      'whose packet header holds the id only',
      encodeMessage(
        packetType,
        Buffer.concat([general, encodeAttribute(attribute.header, big32(0xff000001))]),
      ),
    ],
  ];
  for (const [name, bytes] of cases) {
    test(`${name} is delivered as malformed with its queue and id`, () => {
      const packet = only(parsePackets(bytes));
      deepEqual([packet.malformed, packet.queue, packet.id], [true, 0x1234, 0xff000001]);
    });
  }

  test('without any packet id is not delivered', () => {
    deepEqual(parsePackets(encodeMessage(packetType, general)), []);
    deepEqual(parsePackets(encodeMessage(packetType, Buffer.alloc(0))), []);
    deepEqual(parsePackets(Buffer.alloc(15)), []);
    deepEqual(parsePackets(Buffer.alloc(64)), []);
  });
});

test('every attribute is read in network byte order', () => {
  const packet = only(
    parsePackets(
      encodePacket(
        encodeAttribute(attribute.mark, big32(0x80000002)),
        encodeAttribute(attribute.timestamp, big32(0, 1_700_000_000, 0, 250_000)),
        encodeAttribute(attribute.inDevice, big32(4)),
        encodeAttribute(attribute.uid, big32(0xfffffffe)),
        encodeAttribute(attribute.capLength, big32(5000)),
        encodeAttribute(attribute.skbInfo, big32(3)),
        encodeAttribute(attribute.payload | 0x8000, Buffer.from('abc')),
      ),
    ),
  );
  const { payload, ...fields } = packet;
  equal(Buffer.from(payload).toString(), 'abc');
  deepEqual(fields, {
    queue: 0x1234,
    id: 0xff000001,
    family: 2,
    hardwareProtocol: 0x86dd,
    hook: 3,
    mark: 0x80000002,
    inDevice: 4,
    outDevice: undefined,
    uid: 0xfffffffe,
    gid: undefined,
    timestampUs: 1_700_000_000_250_000,
    fullLength: 5000,
    isGso: true,
    checksumNotReady: true,
    checksumNotVerified: false,
    malformed: false,
  });
});

test('a message that claims nearly 4 GiB ends the datagram', { timeout: 5000 }, () => {
  for (const claimed of [0xffff_ffff, 0xffff_fffd, 0x8000_0000]) {
    deepEqual(parsePackets(encodeMessage(3, Buffer.alloc(64), claimed)), []);
    equal(
      only(parsePackets(encodeMessage(packetType, Buffer.concat([general, packetHeader]), claimed)))
        .malformed,
      true,
    );
  }
});

test('several messages in one datagram are all read', () => {
  const bytes = Buffer.concat([
    encodePacket(),
    encodeMessage(3, Buffer.alloc(4)),
    encodePacket(),
    encodePacket(),
  ]);
  equal(parsePackets(bytes).length, 3);
});

test('a refused verdict gives its errno and, from the request behind it, the id', () => {
  const request = encodeMessage(
    verdictType,
    Buffer.concat([general, encodeAttribute(attribute.verdict, big32(1, 77))]),
  );
  const error = Buffer.alloc(4);
  error.writeInt32LE(-2);
  const rows = new Uint32Array(fieldCount);
  equal(native.parse(encodeMessage(errorType, Buffer.concat([error, request])), rows), 1);
  deepEqual(
    [rows[field.kind], rows[field.errorNumber], rows[field.id], rows[field.present]],
    [kindAnswer, 2, 77, present.id],
  );
});

const headerLength = 16 + 4 + packetHeader.length;

test('whatever is damaged behind the packet header, the id is delivered and the payload lies inside the bytes', () => {
  const parseDamaged = (bytes: Uint8Array): void => {
    const packet = only(parsePackets(bytes));
    equal(packet.id, 0xff000001);
    ok(packet.payload.length <= bytes.length);
  };
  fastCheck.assert(
    fastCheck.property(fastCheck.uint8Array({ maxLength: 300 }), (tail) => parseDamaged(encodePacket(tail))),
    { numRuns: 5000 },
  );
});

test('cutting a message anywhere behind the packet header keeps its id and marks it malformed', () => {
  const whole = encodePacket(
    encodeAttribute(attribute.uid, big32(0)),
    encodeAttribute(attribute.payload, Buffer.alloc(100)),
  );
  for (let length = headerLength; length < whole.length; length++) {
    const packet = only(parsePackets(whole.subarray(0, length)));
    deepEqual([packet.id, packet.malformed], [0xff000001, true], `cut at ${length}`);
  }
});

test('arbitrary bytes are read without a row that points outside of them', () => {
  const rows = new Uint32Array(fieldCount * 16);
  fastCheck.assert(
    fastCheck.property(
      fastCheck.uint8Array({ maxLength: 400 }),
      fastCheck.constantFrom(packetType, errorType),
      (body, type) => {
        const bytes = encodeMessage(type, body);
        const count = native.parse(bytes, rows);
        for (let at = 0; at < count * fieldCount; at += fieldCount) {
          ok((rows[at + field.payloadOffset] ?? 0) + (rows[at + field.payloadLength] ?? 0) <= bytes.length);
        }
      },
    ),
    { numRuns: 20_000 },
  );
});
