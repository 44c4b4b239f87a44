// ICMP errors, built here, make real sockets fail at once.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startProbe } from './fixture/probe.ts';
import { needsRoot } from './fixture/root.ts';
import { enterTestNamespace, run } from './fixture/test-namespace.ts';
import type { TestNamespace } from './fixture/test-namespace.ts';
import { openRawSender } from './raw-sender.ts';

const ENOUGH_MS = 50;
const HELD_PORT = 7001;

function checksum(bytes: Buffer): number {
  let sum = 0;
  for (let offset = 0; offset < bytes.length; offset += 2)
    sum += (bytes[offset] ?? 0) * 256 + (bytes[offset + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

/** Destination unreachable, port unreachable, with the offending packet behind it. */
function portUnreachable(family: 4 | 6, packet: Buffer): Buffer {
  const message = Buffer.concat([Buffer.from(family === 4 ? [3, 3] : [1, 4]), Buffer.alloc(6), packet]);
  if (family === 4) message.writeUInt16BE(checksum(message), 2);
  return message;
}

function udpPacket(family: 4 | 6, ports: readonly [number, number]): Buffer {
  const loopback =
    family === 4 ? Buffer.from([127, 0, 0, 1]) : Buffer.concat([Buffer.alloc(15), Buffer.from([1])]);
  const header =
    family === 4 ? Buffer.from('4500001c0000400040110000', 'hex') : Buffer.from('6000000000081140', 'hex');
  const udp = Buffer.alloc(8);
  udp.writeUInt16BE(ports[0], 0);
  udp.writeUInt16BE(ports[1], 2);
  udp.writeUInt16BE(8, 4);
  return Buffer.concat([header, loopback, loopback, udp]);
}

describe('the raw ICMP sender', needsRoot, () => {
  let namespace: TestNamespace;

  before(() => {
    namespace = enterTestNamespace('icmp');
    for (const iptables of ['iptables', 'ip6tables'] as const) {
      run(iptables, '-A', 'INPUT', '-p', 'tcp', '--dport', String(HELD_PORT), '-j', 'DROP');
    }
  });
  after(() => namespace[Symbol.dispose]());

  for (const [family, loopback] of [
    [4, '127.0.0.1'],
    [6, '::1'],
  ] as const) {
    test(`IPv${family}: a connected UDP socket gets ECONNREFUSED`, async () => {
      using probe = startProbe(['receive', loopback, '7002']);
      const [, port] = await probe.nextLine();
      const sender = openRawSender(family);
      sender.send(loopback, portUnreachable(family, udpPacket(family, [Number(port), 7002])));
      assert.equal((await probe.nextLine())[1], 'ECONNREFUSED');
      sender.close();
    });

    test(`IPv${family}: a blocking connect() in SYN-SENT gets ECONNREFUSED within ${ENOUGH_MS} ms`, async () => {
      using capture = startProbe(['capture', 'lo']);
      await capture.nextLine();
      using probe = startProbe(['connect', loopback, String(HELD_PORT), String(6000 + family)]);
      await probe.nextLine();
      const [, packet = ''] = await capture.nextLine();
      const sender = openRawSender(family);
      const startMs = Number(process.hrtime.bigint()) / 1e6;
      sender.send(loopback, portUnreachable(family, Buffer.from(packet, 'hex')));
      const [, result, , endMs] = await probe.nextLine();
      assert.equal(result, 'ECONNREFUSED');
      assert.ok(Number(endMs) - startMs < ENOUGH_MS, `took ${Number(endMs) - startMs} ms`);
      sender.close();
    });
  }

  test('two senders have two cookies', () => {
    const [one, other] = [openRawSender(4), openRawSender(6)];
    assert.notEqual(one.cookie(), other.cookie());
    assert.equal(one.cookie(), one.cookie());
    one.close();
    other.close();
  });

  test('broadcast, the other family and a closed sender are refused with a reason', () => {
    const sender = openRawSender(4);
    const echo = Buffer.from([8, 0, 0xf7, 0xff, 0, 0, 0, 0]);
    assert.throws(() => sender.send('127.255.255.255', echo), { code: 'EACCES', syscall: 'sendto' });
    assert.throws(() => sender.send('::1', echo), { code: 'EINVAL', message: /own family/ });
    sender.close();
    sender.close();
    assert.throws(() => sender.send('127.0.0.1', echo), { code: 'EBADF', message: /closed/ });
    assert.throws(() => sender.cookie(), { code: 'EBADF' });
  });
});
