// What happens when there is more than the queue or the program can take, and when packets vanish.
import { deepEqual, equal, ok } from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { openQueue, type Packet } from './index.ts';
import { namespaceTest, run } from './test/namespace.ts';
import { queueUdp, UdpReceiver, UdpSender, until } from './test/traffic.ts';

const file = import.meta.filename;

namespaceTest('a packet beyond maxLength is dropped and counted', file, async () => {
  const receiver = await UdpReceiver.open();
  queueUdp(receiver.port, 1);
  const held: Packet[] = [];
  const queue = openQueue({ queue: 1, maxLength: 10 }, (packets) => held.push(...packets));
  const sender = await UdpSender.open(receiver.port);
  for (let index = 0; index < 15; index++) await sender.send(String(index));
  await until('ten are held', () => held.length === 10);
  equal(queue.stats().kernel?.queueDropped, 5);
  equal(queue.stats().kernel?.waiting, 10);
  queue.setMaxLength(11);
  await sender.send('one more');
  await until('eleven are held', () => held.length === 11);
  for (const open of [sender, receiver, queue]) open.close();
});

namespaceTest('with failOpen a packet beyond maxLength passes', file, async () => {
  const receiver = await UdpReceiver.open();
  queueUdp(receiver.port, 1);
  const held: Packet[] = [];
  const queue = openQueue({ queue: 1, maxLength: 10, failOpen: true }, (packets) => held.push(...packets));
  const sender = await UdpSender.open(receiver.port);
  for (let index = 0; index < 15; index++) await sender.send(String(index));
  await until('five passed', () => receiver.received.length === 5);
  deepEqual(receiver.received.map(String), ['10', '11', '12', '13', '14']);
  equal(queue.stats().kernel?.queueDropped, 0);
  for (const open of [sender, receiver, queue]) open.close();
});

namespaceTest('packets that do not fit the receive buffer are counted as overruns', file, async () => {
  const receiver = await UdpReceiver.open();
  queueUdp(receiver.port, 1);
  let seen = 0;
  const queue = openQueue({ queue: 1, receiveBufferBytes: 8192 }, (packets) => {
    seen += packets.length;
    queue.verdictMany(
      packets.map((packet) => packet.id),
      'accept',
    );
  });
  run(process.execPath, '-e', floodScript(receiver.port, 200));
  const { overruns, kernel } = queue.stats();
  ok(overruns > 0);
  equal(kernel?.userDropped, overruns);
  await until('the rest came', () => seen === 200 - overruns);
  for (const open of [receiver, queue]) open.close();
});

namespaceTest('setMaxLength loses no packet that is already in the receive buffer', file, async () => {
  const receiver = await UdpReceiver.open();
  queueUdp(receiver.port, 1);
  const ids: number[] = [];
  let isInside = false;
  const queue = openQueue({ queue: 1 }, (packets) => {
    ok(!isInside, 'the callback was entered again');
    isInside = true;
    ids.push(...packets.map((packet) => packet.id));
    queue.setMaxLength(4000);
    queue.verdictMany(
      packets.map((packet) => packet.id),
      'accept',
    );
    isInside = false;
  });
  run(process.execPath, '-e', floodScript(receiver.port, 100));
  queue.setMaxLength(3000);
  await until('all were seen', () => ids.length === 100);
  deepEqual(
    ids.sort((a, b) => a - b),
    Array.from({ length: 100 }, (_, index) => index + 1),
  );
  await until('all arrived', () => receiver.received.length === 100);
  for (const open of [receiver, queue]) open.close();
});

namespaceTest(
  'a verdict on a packet whose chain was deleted comes back as ENOENT with its id',
  file,
  async () => {
    const receiver = await UdpReceiver.open();
    queueUdp(receiver.port, 1);
    const held: number[] = [];
    const refused: unknown[] = [];
    const queue = openQueue({ queue: 1, onVerdictError: (error) => refused.push(error) }, (packets) =>
      held.push(...packets.map((packet) => packet.id)),
    );
    const sender = await UdpSender.open(receiver.port);
    for (const message of ['1', '2', '3']) await sender.send(message);
    await until('all are held', () => held.length === 3);
    run('nft', 'delete', 'table', 'ip', 'filter');
    queue.verdict(2, 'accept');
    queue.verdictMany([3, 1], 'drop');
    await until('three refusals came', () => refused.length === 3);
    deepEqual(
      refused,
      [2, 3, 1].map((id) => ({ id, errno: 2, code: 'ENOENT' })),
    );
    equal(queue.stats().enoent, 3);
    equal(queue.stats().errors, 0);
    for (const open of [sender, receiver, queue]) open.close();
  },
);

namespaceTest(
  'refused verdicts are counted without a listener, and a listener that throws loses no packet',
  file,
  async () => {
    const receiver = await UdpReceiver.open();
    queueUdp(receiver.port, 1);
    const uncaught: unknown[] = [];
    process.on('uncaughtException', (error) => uncaught.push(error.message));
    const seen: number[] = [];
    const onVerdictError = (): never => {
      throw new Error('thrown by onVerdictError');
    };
    const queue = openQueue({ queue: 1, onVerdictError }, (packets) =>
      seen.push(...packets.map((packet) => packet.id)),
    );
    queue.verdict(12345, 'accept');
    run(process.execPath, '-e', floodScript(receiver.port, 1));
    await until('the packet was seen', () => seen.length === 1);
    deepEqual(uncaught, ['thrown by onVerdictError']);
    queue.close();
    const silent = openQueue({ queue: 1 }, () => undefined);
    silent.verdict(1, 'drop');
    await until('it was counted', () => silent.stats().enoent === 1);
    for (const open of [receiver, silent]) open.close();
  },
);

namespaceTest('4000 times opening and closing leaks no descriptor', file, async () => {
  const descriptors = (): number => readdirSync('/proc/self/fd').length;
  openQueue({ queue: 1 }, () => undefined).close();
  await sleep(20);
  const before = descriptors();
  for (let index = 0; index < 4000; index++) {
    openQueue({ queue: index & 3 }, () => undefined).close();
    if (index % 500 === 0) await sleep(1);
  }
  equal(descriptors(), before);
});

const packetCount = Number(process.env['NFQUEUE_TEST_PACKETS'] ?? 200_000);

namespaceTest(`memory does not grow over ${packetCount} packets`, file, async () => {
  const receiver = await UdpReceiver.open();
  receiver.received.push = () => 0;
  queueUdp(receiver.port, 1);
  let seen = 0;
  const queue = openQueue({ queue: 1, maxLength: 10_000 }, (packets) => {
    seen += packets.length;
    for (const packet of packets) queue.verdict(packet.id, 'drop');
  });
  const step = packetCount / 10;
  const { spawn } = await import('node:child_process');
  const resident: number[] = [];
  for (let round = 1; round <= 10; round++) {
    spawn('python3', ['-c', pythonFlood(receiver.port, step)], { stdio: 'inherit' });
    await until('the round was seen', () => seen + lost(queue) >= round * step);
    globalThis.gc?.();
    resident.push(process.memoryUsage.rss());
  }
  const growth = (resident.at(-1) ?? 0) - (resident[2] ?? 0);
  ok(seen > packetCount / 2, `only ${seen} packets were seen`);
  ok(growth < 8 * 1024 * 1024, `resident bytes grew by ${growth}: ${resident.join(' ')}`);
  for (const open of [receiver, queue]) open.close();
});

function lost(queue: ReturnType<typeof openQueue>): number {
  const kernel = queue.stats().kernel;
  return (kernel?.queueDropped ?? 0) + (kernel?.userDropped ?? 0);
}

// One socket may have about 256 datagrams waiting, so many sockets send.
function floodScript(port: number, count: number): string {
  return `
    const { createSocket } = require('node:dgram');
    let left = ${count};
    for (let index = 0; index < ${count}; index++) {
      const socket = createSocket('udp4');
      socket.send('x', ${port}, '127.0.0.1', () => { socket.close(); left--; });
    }`;
}

function pythonFlood(port: number, count: number): string {
  return `
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setblocking(True)
for _ in range(${count}):
    try: s.sendto(b'x' * 100, ('127.0.0.1', ${port}))
    except OSError: pass
`;
}
