// Addresses as text: one text for each address, the one that everybody else writes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { addressBytes, addressFamily, formatAddress, formatIpv4, formatSocketAddress } from './address.ts';

const bytesOf = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
/** Addresses with runs of zeros are what the short form is about. */
const sparse = fc
  .array(fc.oneof(fc.constant(0), fc.nat(0xffff)), { minLength: 8, maxLength: 8 })
  .map((groups) => Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff])));

test('text and bytes of an address lead to each other', () => {
  fc.assert(
    fc.property(fc.oneof(bytesOf(4), bytesOf(16), sparse), (bytes) => {
      const address = formatAddress(bytes);
      assert.equal(formatAddress(addressBytes(address)), address);
      if (bytes.length === 16) assert.deepEqual(addressBytes(address), bytes);
    }),
  );
});

test('an IPv4 address is its dotted quad, wherever it stands', () => {
  fc.assert(
    fc.property(bytesOf(4), fc.nat(20), (bytes, offset) => {
      const text = ipaddr.fromByteArray([...bytes]).toString();
      assert.equal(formatAddress(bytes), text);
      assert.equal(formatIpv4(Uint8Array.from([...new Uint8Array(offset), ...bytes]), offset), text);
    }),
  );
});

test('an IPv6 address is written as RFC 5952 has it', () => {
  fc.assert(
    fc.property(fc.oneof(bytesOf(16), sparse), (bytes) => {
      const address = ipaddr.IPv6.parse(
        Array.from({ length: 8 }, (_, at) =>
          (((bytes[at * 2] ?? 0) << 8) | (bytes[at * 2 + 1] ?? 0)).toString(16),
        ).join(':'),
      );
      const expected = address.isIPv4MappedAddress()
        ? address.toIPv4Address().toString()
        : address.toRFC5952String();
      assert.equal(formatAddress(bytes), expected);
    }),
  );
});

test('an IPv4-mapped address is its IPv4 address, in text and family', () => {
  const bytes = new Uint8Array(16);
  bytes.set([0xff, 0xff, 1, 2, 3, 4], 10);
  assert.equal(formatAddress(bytes), '1.2.3.4');
  assert.equal(addressFamily(formatAddress(bytes)), 4);
});

test('other lengths are no address', () => {
  for (const length of [0, 3, 5, 15, 17])
    assert.throws(() => formatAddress(new Uint8Array(length)), RangeError);
});

test('a port follows, with brackets around IPv6, and none where there is none', () => {
  const [four, six] = [
    formatAddress(Uint8Array.of(1, 2, 3, 4)),
    formatAddress(new Uint8Array(16).fill(1, 15)),
  ];
  assert.deepEqual(
    [formatSocketAddress(four, 443), formatSocketAddress(six, 443), formatSocketAddress(six, 0)],
    ['1.2.3.4:443', '[::1]:443', '::1'],
  );
});
