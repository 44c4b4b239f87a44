// Compares two ways to answer bursts: one system call a verdict, and one system call a batch.
// Usage (root): unshare --net node bench/burst.ts PACKETS
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openQueue, type Packet, type Queue } from '../index.ts';

const packetCount = Number(process.argv[2] ?? 60_000);

const ways: Readonly<Record<string, (queue: Queue, packets: readonly Packet[]) => void>> = {
  'verdict each': (queue, packets) => {
    for (const packet of packets) queue.verdict(packet.id, 'drop');
  },
  verdictMany: (queue, packets) => {
    queue.verdictMany(
      packets.map((packet) => packet.id),
      'drop',
    );
  },
};

function flood(): string {
  return `
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for _ in range(${packetCount}):
    try: s.sendto(b'x' * 100, ('127.0.0.1', 9))
    except OSError: pass
`;
}

async function measure(name: string): Promise<void> {
  let batches = 0;
  let cpu = process.cpuUsage();
  const queue = openQueue({ queue: 1, maxLength: 100_000 }, (packets) => {
    batches++;
    ways[name]?.(queue, packets);
  });
  cpu = process.cpuUsage();
  await once(spawn('python3', ['-c', flood()]), 'exit');
  await new Promise((resolve) => setTimeout(resolve, 200));
  const used = process.cpuUsage(cpu);
  const { received } = queue.stats();
  const perPacket = (used.user + used.system) / received;
  console.log(
    `${name.padEnd(13)} ${received} packets in ${batches} batches, ${perPacket.toFixed(2)} us CPU a packet`,
  );
  queue.close();
}

execFileSync('ip', ['link', 'set', 'lo', 'up']);
execFileSync('iptables', ['-A', 'OUTPUT', '-p', 'udp', '-j', 'NFQUEUE', '--queue-num', '1']);
for (let round = 0; round < 3; round++) for (const name of Object.keys(ways)) await measure(name);
