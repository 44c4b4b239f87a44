// Packets and rules for the tests: everything stays in the namespace that the test runs in.
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { run, timeoutMs } from './namespace.ts';

export type AddressFamily = 4 | 6;

const loopback = { 4: '127.0.0.1', 6: '::1' } as const;

/** Queues locally sent packets to `port`. */
export function queueUdp(port: number, queue: number, family: AddressFamily = 4): void {
  const command = family === 4 ? 'iptables' : 'ip6tables';
  run(
    command,
    '-A',
    'OUTPUT',
    '-p',
    'udp',
    '--dport',
    String(port),
    '-j',
    'NFQUEUE',
    '--queue-num',
    String(queue),
  );
}

export function queueSyn(port: number, queue: number): void {
  const match = ['-p', 'tcp', '--dport', String(port), '--syn'];
  run('iptables', '-A', 'OUTPUT', ...match, '-j', 'NFQUEUE', '--queue-num', String(queue));
}

export class UdpReceiver {
  readonly received: Buffer[] = [];
  readonly port: number;
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.port = socket.address().port;
    socket.on('message', (message) => this.received.push(message));
  }

  static async open(family: AddressFamily = 4): Promise<UdpReceiver> {
    const socket = createSocket(family === 4 ? 'udp4' : 'udp6');
    socket.bind(0, loopback[family]);
    await once(socket, 'listening');
    return new UdpReceiver(socket);
  }

  close(): void {
    this.#socket.close();
  }
}

/** Sends from one connected socket; each call waits until the kernel took the datagram. */
export class UdpSender {
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  static async open(port: number, family: AddressFamily = 4): Promise<UdpSender> {
    const socket = createSocket(family === 4 ? 'udp4' : 'udp6');
    socket.on('error', () => undefined);
    socket.connect(port, loopback[family]);
    await once(socket, 'connect');
    return new UdpSender(socket);
  }

  /** True if the kernel took it; false for EPERM, which a dropped packet gives. */
  send(message: string | Uint8Array): Promise<boolean> {
    return new Promise((resolve) => {
      this.#socket.send(message, (error) => resolve(error === null));
    });
  }

  close(): void {
    this.#socket.close();
  }
}

export async function listenTcp(): Promise<Server> {
  const server = createServer((socket) => socket.on('error', () => undefined).resume());
  server.listen({ port: 0, host: loopback[4], backlog: 1024 });
  await once(server, 'listening');
  return server;
}

export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

export async function connectTcp(port: number): Promise<void> {
  const socket = connect(port, loopback[4]);
  await once(socket, 'connect');
  socket.resetAndDestroy();
}

export async function until(what: string, isTrue: () => boolean): Promise<void> {
  for (const deadline = Date.now() + timeoutMs / 3; Date.now() < deadline; await sleep(5)) {
    if (isTrue()) return;
  }
  throw new Error(`Waited ${timeoutMs / 3} ms in vain until ${what}`);
}
