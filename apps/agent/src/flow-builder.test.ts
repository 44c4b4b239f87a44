import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPacketHeaders } from './capture/packet-headers.ts';
import type { PacketHeaders } from './capture/packet-headers.ts';
import { buildFlow, flowKeyOf, flowMapKeyOf } from './flow-builder.ts';
import { flowOf } from './prompts/test-flows.ts';

/** A SYN from 10.0.0.2:40000 to 1.2.3.4:443, as it leaves. */
function synHeaders(): PacketHeaders {
  const packet = Buffer.alloc(40);
  packet.set([0x45, 0, 0, 40], 0);
  packet.set([64, 6], 8);
  packet.set([10, 0, 0, 2, 1, 2, 3, 4], 12);
  packet.writeUInt16BE(40_000, 20);
  packet.writeUInt16BE(443, 22);
  packet.writeUInt32BE(0x01020304, 24);
  packet[32] = 0x50;
  packet[33] = 0x02;
  const headers = readPacketHeaders(packet);
  assert.ok(headers.kind === 'headers', JSON.stringify(headers));
  return headers;
}

test('the source of an outgoing packet is the local end, in the flow map and in the flow', () => {
  const headers = synHeaders();
  const { localAddress, remoteAddress, ...rest } = flowMapKeyOf(headers);
  assert.deepEqual([...localAddress.slice(-4)], [10, 0, 0, 2]);
  assert.deepEqual([...remoteAddress.slice(-4)], [1, 2, 3, 4]);
  assert.deepEqual(rest, { sequence: 0x01020304, localPort: 40_000, remotePort: 443, protocol: 6 });
  assert.deepEqual(flowKeyOf(headers, 5n), {
    protocol: 'tcp',
    localAddress: '10.0.0.2',
    localPort: 40_000,
    remoteAddress: '1.2.3.4',
    remotePort: 443,
    networkNamespace: 5n,
  });
});

test('every flow has an id of its own, its remote end and no name that nobody looked up', () => {
  const { key, process } = flowOf();
  const parts = { key, process, socketCookie: 9n, startedAtMs: 3 };
  const [one, other] = [buildFlow(parts), buildFlow(parts)];
  assert.notEqual(one.id, other.id);
  assert.deepEqual(one.endpoint, { address: key.remoteAddress, port: key.remotePort, name: undefined });
  assert.deepEqual([one.direction, one.socketCookie, one.startedAtMs], ['out', 9n, 3]);
});
