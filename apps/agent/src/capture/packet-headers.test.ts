// Headers of real shapes and of hostile bytes: whatever arrives, reading ends with headers or with a reason.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readPacketHeaders } from './packet-headers.ts';

function ipv4(
  protocol: number,
  transport: readonly number[],
  fragment: readonly [number, number] = [0, 0],
): Uint8Array {
  const header = [0x45, 0, 0, 0, 0, 0, ...fragment, 64, protocol, 0, 0, 10, 0, 0, 2, 1, 2, 3, 4];
  return Uint8Array.from([...header, ...transport]);
}

function ipv6(nextHeader: number, rest: readonly number[]): Uint8Array {
  const source = [0xfd, 0x66, ...Array<number>(13).fill(0), 2];
  const destination = [0x20, 0x01, 0x0d, 0xb8, ...Array<number>(11).fill(0), 1];
  return Uint8Array.from([0x60, 0, 0, 0, 0, 0, nextHeader, 64, ...source, ...destination, ...rest]);
}

const SYN = [0x30, 0x39, 0x01, 0xbb, 0xde, 0xad, 0xbe, 0xef, 0, 0, 0, 0, 0x50, 2, 0, 0, 0, 0, 0, 0];
const PARTS = { protocol: 'tcp', sourcePort: 12345, destinationPort: 443, sequence: 0xdeadbeef };

function parts(packet: Uint8Array) {
  const headers = readPacketHeaders(packet);
  assert.ok(headers.kind === 'headers');
  const { protocol, sourcePort, destinationPort, sequence } = headers;
  return { protocol, sourcePort, destinationPort, sequence };
}

test('a SYN over IPv4 and IPv6', () => {
  assert.deepEqual(parts(ipv4(6, SYN)), PARTS);
  assert.deepEqual(parts(ipv6(6, SYN)), PARTS);
  const headers = readPacketHeaders(ipv6(6, SYN));
  assert.ok(headers.kind === 'headers');
  assert.deepEqual([headers.source, headers.destination], ['fd66::2', '2001:db8::1']);
});

test('a header of another version than the packet is none: its addresses would be made up', () => {
  assert.deepEqual(readPacketHeaders(ipv4(6, SYN), 6), {
    kind: 'malformed',
    reason: 'IP version 4 in an IPv6 packet',
  });
  assert.equal(readPacketHeaders(ipv6(6, SYN), 4).kind, 'malformed');
  assert.equal(readPacketHeaders(ipv6(6, SYN), 6).kind, 'headers');
});

test('extension headers are skipped, eight at the most', () => {
  const destinationOptions = [60, 0, 1, 4, 0, 0, 0, 0];
  const last = [6, 0, 1, 4, 0, 0, 0, 0];
  assert.deepEqual(parts(ipv6(0, [...destinationOptions, ...last, ...SYN])), PARTS);
  const tooMany = Array.from({ length: 9 }, () => destinationOptions).flat();
  assert.deepEqual(parts(ipv6(60, [...tooMany, ...SYN])).sourcePort, 0);
});

test('an authentication header counts its length in units of four', () => {
  assert.deepEqual(parts(ipv6(51, [6, 1, 0, 0, ...Array<number>(8).fill(0), ...SYN])), PARTS);
});

test('a later fragment has no ports, the first one has', () => {
  assert.deepEqual(parts(ipv4(6, SYN, [0x20, 0])), PARTS);
  assert.deepEqual(parts(ipv4(6, SYN, [0x20, 1])), {
    ...PARTS,
    sourcePort: 0,
    destinationPort: 0,
    sequence: 0,
  });
  assert.deepEqual(parts(ipv6(44, [6, 0, 0, 1, 0, 0, 0, 0, ...SYN])), PARTS);
  assert.deepEqual(parts(ipv6(44, [6, 0, 0, 9, 0, 0, 0, 0, ...SYN])).sourcePort, 0);
});

test('an echo request has its identifier as local port, other ICMP has none', () => {
  assert.equal(parts(ipv4(1, [8, 0, 0, 0, 0x12, 0x34, 0, 1])).sourcePort, 0x1234);
  assert.equal(parts(ipv4(1, [3, 3, 0, 0, 0x12, 0x34, 0, 1])).sourcePort, 0);
  assert.equal(parts(ipv6(58, [128, 0, 0, 0, 0x12, 0x34, 0, 1])).sourcePort, 0x1234);
});

test('cut short anywhere, a packet has a reason or no ports', () => {
  for (let length = 0; length < 28; length++) {
    const headers = readPacketHeaders(ipv4(6, SYN).subarray(0, length));
    assert.equal(headers.kind, length < 20 ? 'malformed' : 'headers');
    if (headers.kind === 'headers') assert.equal(headers.destinationPort, 0);
  }
  assert.deepEqual(readPacketHeaders(Uint8Array.of(0x70)), { kind: 'malformed', reason: 'IP version 7' });
});

test('no bytes make it throw, read far, or report a port out of range', () => {
  const hostile = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.uint8Array({ minLength: 1, maxLength: 200 }).map((bytes) => Uint8Array.from([0x60, ...bytes])),
    fc.uint8Array({ minLength: 1, maxLength: 200 }).map((bytes) => Uint8Array.from([0x4f, ...bytes])),
  );
  fc.assert(
    fc.property(hostile, (bytes) => {
      const headers = readPacketHeaders(bytes);
      if (headers.kind === 'malformed') return headers.reason !== '';
      return (
        headers.sourcePort <= 0xffff && headers.destinationPort <= 0xffff && headers.sequence <= 0xffff_ffff
      );
    }),
    { numRuns: 5000 },
  );
});
