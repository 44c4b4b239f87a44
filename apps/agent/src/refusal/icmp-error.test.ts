// Every packet may be refused, whatever bytes a program wrote into it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { buildUnreachable, internetChecksum } from './icmp-error.ts';

const LONGEST = 8 + 512;
const anyBytes = fc.uint8Array({ maxLength: 1500, size: 'max' });

test('the example of RFC 1071 has its checksum', () => {
  const bytes = Uint8Array.of(0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7);
  assert.equal(internetChecksum(bytes), 0xffff ^ 0xddf2);
  assert.equal(internetChecksum(Uint8Array.of(0xff)), 0xffff ^ 0xff00);
});

test('any bytes give nothing or an error that quotes them, never longer than the kernel needs', () => {
  fc.assert(
    fc.property(anyBytes, (packet) => {
      const message = buildUnreachable(packet);
      if (packet.length < 28) return assert.equal(message, undefined);
      assert.ok(message !== undefined && message.length <= LONGEST);
      assert.equal(message.length, Math.min(8 + packet.length, LONGEST));
      assert.deepEqual(message.subarray(8), packet.subarray(0, 512));
    }),
  );
});

test('an IPv4 packet gets an ICMP error whose checksum is right, all others one that the kernel completes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 28, maxLength: 600 }), fc.boolean(), (packet, isIpv4) => {
      packet[0] = isIpv4 ? 0x45 : 0x60;
      const message = buildUnreachable(packet);
      assert.ok(message !== undefined);
      // Over a message with its checksum in place, the checksum is 0.
      if (isIpv4) assert.equal(internetChecksum(message), 0);
      assert.deepEqual([...message.subarray(0, 2)], isIpv4 ? [3, 3] : [1, 4]);
      if (!isIpv4) assert.deepEqual([...message.subarray(2, 4)], [0, 0]);
      assert.deepEqual([...message.subarray(4, 8)], [0, 0, 0, 0]);
    }),
  );
});
