// Packets in, verdicts out: against the kernel, with real packets.
import { deepEqual, equal, ok } from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { openQueue, type Packet } from './index.ts';
import { namespaceTest, run } from './test/namespace.ts';
import {
  connectTcp,
  listenTcp,
  portOf,
  queueSyn,
  queueUdp,
  UdpReceiver,
  UdpSender,
  until,
} from './test/traffic.ts';

const file = import.meta.filename;

namespaceTest('a packet accepted in the callback arrives, with all its fields read', file, async () => {
  const receiver = await UdpReceiver.open();
  queueUdp(receiver.port, 7);
  const seen: Packet[] = [];
  const queue = openQueue({ queue: 7 }, (packets) => {
    for (const packet of packets) {
      seen.push(packet);
      queue.verdict(packet.id, 'accept');
    }
  });
  const sender = await UdpSender.open(receiver.port);
  ok(await sender.send('hello'));
  await until('the datagram arrived', () => receiver.received.length === 1);
  const [packet] = seen;
  ok(packet !== undefined);
  const { payload, ...fields } = packet;
  deepEqual(fields, {
    queue: 7,
    id: 1,
    family: 2,
    hardwareProtocol: 0x0800,
    hook: 3,
    mark: 0,
    inDevice: undefined,
    outDevice: 1,
    uid: 0,
    gid: 0,
    timestampUs: undefined,
    fullLength: 33,
    isGso: false,
    checksumNotReady: true,
    checksumNotVerified: false,
    malformed: false,
  });
  equal(Buffer.from(payload).subarray(28).toString(), 'hello');
  deepEqual(
    { ...queue.stats(), kernel: undefined },
    {
      received: 1,
      malformed: 0,
      verdicts: 1,
      errors: 0,
      enoent: 0,
      overruns: 0,
      kernel: undefined,
    },
  );
  for (const open of [sender, receiver, queue]) open.close();
});

namespaceTest('500 held connections go on when they are answered later, last one first', file, async () => {
  const server = await listenTcp();
  queueSyn(portOf(server), 1);
  const held: number[] = [];
  const queue = openQueue({ queue: 1 }, (packets) => held.push(...packets.map((packet) => packet.id)));
  let connected = 0;
  const all = Array.from({ length: 500 }, () => connectTcp(portOf(server)).then(() => connected++));
  await until('all are held', () => held.length === 500);
  equal(connected, 0);
  equal(queue.stats().kernel?.waiting, 500);
  for (const id of held.reverse()) queue.verdict(id, 'accept');
  await Promise.all(all);
  equal(connected, 500);
  equal(queue.stats().kernel?.waiting, 0);
  queue.close();
  server.close();
});

namespaceTest('a dropped packet does not arrive, and its neighbours do', file, async () => {
  const receiver = await UdpReceiver.open();
  queueUdp(receiver.port, 1);
  const queue = openQueue({ queue: 1 }, (packets) => {
    for (const packet of packets)
      queue.verdict(packet.id, packet.payload.at(-1) === 0x78 ? 'drop' : 'accept');
  });
  const sender = await UdpSender.open(receiver.port);
  for (const message of ['1', 'x', '3']) await sender.send(message);
  await until('two arrived', () => receiver.received.length === 2);
  await sleep(50);
  deepEqual(receiver.received.map(String), ['1', '3']);
  for (const open of [sender, receiver, queue]) open.close();
});

namespaceTest('verdictMany answers each packet that it names and no other', file, async () => {
  const receiver = await UdpReceiver.open();
  queueUdp(receiver.port, 1);
  const held: Packet[] = [];
  const queue = openQueue({ queue: 1 }, (packets) => held.push(...packets));
  const sender = await UdpSender.open(receiver.port);
  for (let index = 0; index < 200; index++) await sender.send(String(index));
  await until('all are held', () => held.length === 200);
  queue.verdictMany(
    held.filter((packet) => packet.id % 2 === 0).map((packet) => packet.id),
    'accept',
  );
  await until('half arrived', () => receiver.received.length === 100);
  equal(queue.stats().kernel?.waiting, 100);
  for (const open of [sender, receiver, queue]) open.close();
});

namespaceTest('several queues are open at once and each gets its own packets', file, async () => {
  const receivers = await Promise.all([1, 2, 3].map(() => UdpReceiver.open()));
  const seen: string[] = [];
  const queues = receivers.map((receiver, index) => {
    queueUdp(receiver.port, 100 + index);
    const queue = openQueue({ queue: 100 + index }, (packets) => {
      for (const packet of packets) {
        seen.push(`${packet.queue}:${Buffer.from(packet.payload).subarray(28).toString()}`);
        queue.verdict(packet.id, 'accept');
      }
    });
    return queue;
  });
  for (const [index, receiver] of receivers.entries()) {
    const sender = await UdpSender.open(receiver.port);
    await sender.send(`to ${index}`);
    sender.close();
  }
  await until('all arrived', () => receivers.every((receiver) => receiver.received.length === 1));
  deepEqual(seen.sort(), ['100:to 0', '101:to 1', '102:to 2']);
  for (const open of [...receivers, ...queues]) open.close();
});

namespaceTest('an IPv6 packet says so', file, async () => {
  const receiver = await UdpReceiver.open(6);
  queueUdp(receiver.port, 1, 6);
  const seen: Packet[] = [];
  const queue = openQueue({ queue: 1 }, (packets) => {
    seen.push(...packets);
    for (const packet of packets) queue.verdict(packet.id, 'accept');
  });
  const sender = await UdpSender.open(receiver.port, 6);
  await sender.send('six');
  await until('it arrived', () => receiver.received.length === 1);
  equal(seen[0]?.family, 10);
  equal(seen[0].hardwareProtocol, 0x86dd);
  equal((seen[0].payload[0] ?? 0) >> 4, 6);
  for (const open of [sender, receiver, queue]) open.close();
});

namespaceTest(
  'a GSO packet comes whole under one id, cut to copyRange, and arrives complete',
  file,
  async () => {
    const server = await listenTcp();
    const match = ['-p', 'tcp', '--dport', String(portOf(server)), '-m', 'length', '--length', '2000:65535'];
    run('ip', 'link', 'set', 'lo', 'mtu', '1500');
    run('iptables', '-A', 'OUTPUT', ...match, '-j', 'NFQUEUE', '--queue-num', '1');
    const seen: Packet[] = [];
    const queue = openQueue({ queue: 1, copyRange: 100 }, (packets) => {
      seen.push(...packets);
      for (const packet of packets) queue.verdict(packet.id, 'accept');
    });
    let bytes = 0;
    server.on('connection', (socket) => socket.on('data', (data) => (bytes += data.length)));
    const { connect } = await import('node:net');
    const client = connect(portOf(server), '127.0.0.1', () => client.end(Buffer.alloc(300_000)));
    await until('everything arrived', () => bytes === 300_000);
    const big = seen.filter((packet) => packet.isGso && packet.fullLength > 1500);
    ok(big.length > 0, `${seen.length} packets, none of them GSO`);
    ok(seen.every((packet) => packet.payload.length === 100 && packet.fullLength > 100));
    server.close();
    queue.close();
  },
);

namespaceTest("the uid is the sender's, and absent for a packet that has no process", file, async () => {
  const seen: Packet[] = [];
  run('iptables', '-A', 'OUTPUT', '-j', 'NFQUEUE', '--queue-num', '1');
  const queue = openQueue({ queue: 1 }, (packets) => {
    seen.push(...packets);
    for (const packet of packets) queue.verdict(packet.id, 'accept');
  });
  const { spawn } = await import('node:child_process');
  const script =
    "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 9))";
  spawn('python3', ['-c', script], { uid: 65534, gid: 65533 });
  await until('datagram and ICMP refusal passed', () => seen.length === 2);
  deepEqual(
    seen.map((packet) => [packet.uid, packet.gid]),
    [
      [65534, 65533],
      [undefined, undefined],
    ],
  );
  queue.close();
});

namespaceTest(
  'uidGid off leaves the uid out, a mark is read, and a verdict can set another',
  file,
  async () => {
    const receiver = await UdpReceiver.open();
    run('iptables', '-t', 'mangle', '-A', 'OUTPUT', '-p', 'udp', '-j', 'MARK', '--set-mark', '0x80000001');
    queueUdp(receiver.port, 1);
    run('iptables', '-A', 'OUTPUT', '-m', 'mark', '--mark', '0xffffffff');
    run('iptables', '-t', 'mangle', '-A', 'POSTROUTING', '-m', 'mark', '--mark', '0xfffffffe');
    const seen: Packet[] = [];
    const queue = openQueue({ queue: 1, uidGid: false }, (packets) => {
      seen.push(...packets);
      for (const packet of packets) queue.verdict(packet.id, 'accept', { mark: 0xfffffffe });
    });
    const sender = await UdpSender.open(receiver.port);
    await sender.send('marked');
    await until('it arrived', () => receiver.received.length === 1);
    equal(seen[0]?.uid, undefined);
    equal(seen[0]?.mark, 0x80000001);
    ok(/\s1\s+34\s/u.test(run('iptables', '-t', 'mangle', '-L', 'POSTROUTING', '-nvx')));
    for (const open of [sender, receiver, queue]) open.close();
  },
);

namespaceTest('a repeated packet comes again under a new id', file, async () => {
  const receiver = await UdpReceiver.open();
  queueUdp(receiver.port, 1);
  const ids: number[] = [];
  const queue = openQueue({ queue: 1 }, (packets) => {
    for (const { id } of packets) queue.verdict(id, ids.push(id) < 3 ? 'repeat' : 'accept');
  });
  const sender = await UdpSender.open(receiver.port);
  await sender.send('again');
  await until('it arrived', () => receiver.received.length === 1);
  deepEqual(ids, [1, 2, 3]);
  for (const open of [sender, receiver, queue]) open.close();
});

namespaceTest('a received packet has its device and, where the kernel stamped it, a time', file, async () => {
  const receiver = await UdpReceiver.open();
  run('iptables', '-A', 'INPUT', '-p', 'udp', '-j', 'NFQUEUE', '--queue-num', '1');
  const seen: Packet[] = [];
  const queue = openQueue({ queue: 1 }, (packets) => {
    seen.push(...packets);
    for (const packet of packets) queue.verdict(packet.id, 'accept');
  });
  const sender = await UdpSender.open(receiver.port);
  await sender.send('in');
  await until('it arrived', () => receiver.received.length === 1);
  equal(seen[0]?.hook, 1);
  equal(seen[0].inDevice, 1);
  ok(seen[0].timestampUs === undefined || Math.abs(seen[0].timestampUs / 1000 - Date.now()) < 60_000);
  for (const open of [sender, receiver, queue]) open.close();
});
