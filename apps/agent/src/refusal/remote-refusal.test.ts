// What another machine is told is what a closed port says, whatever bytes it sent.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { internetChecksum } from './icmp-error.ts';
import { buildRemoteRefusal } from './remote-refusal.ts';

interface Sent {
  readonly isIpv4: boolean;
  readonly protocol: number;
  readonly payload: Uint8Array;
  readonly addresses: Uint8Array;
}

const payloads = fc.uint8Array({ minLength: 20, maxLength: 900 });

function packetOf({ isIpv4, protocol, payload, addresses }: Sent): Uint8Array {
  const header = new Uint8Array(isIpv4 ? 20 : 40);
  header[0] = isIpv4 ? 0x45 : 0x60;
  header[isIpv4 ? 9 : 6] = protocol;
  header.set(addresses.subarray(0, isIpv4 ? 8 : 32), isIpv4 ? 12 : 8);
  return Uint8Array.of(...header, ...payload);
}

const sent: fc.Arbitrary<Sent> = fc.record({
  isIpv4: fc.boolean(),
  protocol: fc.constantFrom(6, 17, 132, 136),
  payload: payloads,
  addresses: fc.uint8Array({ minLength: 32, maxLength: 32 }),
});

/** Over a transport header with its checksum in place and the pseudo header, the checksum is 0. */
function checksumOf(answer: Uint8Array, isIpv4: boolean): number {
  const header = isIpv4 ? 20 : 40;
  const payload = answer.subarray(header);
  const addresses = answer.subarray(isIpv4 ? 12 : 8, header);
  const protocol = answer[isIpv4 ? 9 : 6] ?? 0;
  const length = [payload.length >> 24, payload.length >> 16, payload.length >> 8, payload.length];
  const pseudo = isIpv4 && protocol === 1 ? [] : [...addresses, ...length, 0, 0, 0, protocol];
  return internetChecksum(Uint8Array.of(...pseudo, ...payload));
}

test('an answer goes back the way that the packet came, with a right checksum', () => {
  fc.assert(
    fc.property(sent, (packet) => {
      const bytes = packetOf(packet);
      const answer = buildRemoteRefusal(bytes);
      assert.ok(answer !== undefined);
      const [from, middle, to] = packet.isIpv4 ? [12, 16, 20] : [8, 24, 40];
      assert.deepEqual(answer.subarray(from, middle), bytes.subarray(middle, to));
      assert.deepEqual(answer.subarray(middle, to), bytes.subarray(from, middle));
      assert.equal(checksumOf(answer, packet.isIpv4), 0);
    }),
  );
});

test('a SYN is answered by a reset of its own ports and the next sequence number', () => {
  fc.assert(
    fc.property(sent, (packet) => {
      const bytes = packetOf({ ...packet, protocol: 6 });
      const answer = buildRemoteRefusal(bytes);
      const header = packet.isIpv4 ? 20 : 40;
      const [from, to] = [packet.payload, answer?.subarray(header) ?? new Uint8Array()];
      const view = (of: Uint8Array) => new DataView(of.buffer, of.byteOffset, of.length);
      assert.deepEqual([...to.subarray(0, 4)], [from[2], from[3], from[0], from[1]]);
      assert.equal(view(to).getUint32(8), (view(from).getUint32(4) + 1) % 2 ** 32);
      assert.equal(to[13], 0x14);
    }),
  );
});

test('any bytes give an answer or none, and never a fault', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => void buildRemoteRefusal(bytes)));
});
