// sock_diag on real sockets in a network namespace of the test's own.
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readdirSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { startProbe } from './fixture/probe.ts';
import { needsRoot } from './fixture/root.ts';
import { enterTestNamespace, run } from './fixture/test-namespace.ts';
import type { TestNamespace } from './fixture/test-namespace.ts';
import { destroySocket, findSocket, listSockets, walkSockets } from './socket-diagnostics.ts';
import type { SocketQuery } from './socket-query.ts';

const ENOUGH_MS = 50;
const HELD_PORT = 7001;

interface Case {
  readonly family: 4 | 6;
  readonly loopback: string;
  readonly any: string;
}

const CASES: readonly Case[] = [
  { family: 4, loopback: '127.0.0.1', any: '0.0.0.0' },
  { family: 6, loopback: '::1', any: '::' },
];

function query(protocol: 'tcp' | 'udp', address: string, ports: readonly [number, number]): SocketQuery {
  return { protocol, local: { address, port: ports[0] }, remote: { address, port: ports[1] } };
}

describe('sock_diag', needsRoot, () => {
  let namespace: TestNamespace;

  before(() => {
    namespace = enterTestNamespace('diag');
    for (const iptables of ['iptables', 'ip6tables'] as const) {
      run(iptables, '-A', 'INPUT', '-p', 'tcp', '--dport', String(HELD_PORT), '-j', 'DROP');
    }
  });
  after(() => namespace[Symbol.dispose]());

  for (const { family, loopback, any } of CASES) {
    test(`IPv${family}: a blocking connect() held in SYN-SENT gets ECONNABORTED within ${ENOUGH_MS} ms`, async () => {
      using probe = startProbe(['connect', loopback, String(HELD_PORT), String(6000 + family)]);
      const tuple = query('tcp', loopback, [6000 + family, HELD_PORT]);
      await probe.nextLine();
      const record = await eventually(() => findSocket(tuple));
      assert.equal(record.state, 'syn-sent');
      assert.deepEqual(record.local, tuple.local);
      assert.deepEqual(record.remote, tuple.remote);
      const startMs = Number(process.hrtime.bigint()) / 1e6;
      assert.equal(destroySocket(tuple), 'destroyed');
      const [, result, , endMs] = await probe.nextLine();
      assert.equal(result, 'ECONNABORTED');
      assert.ok(Number(endMs) - startMs < ENOUGH_MS, `took ${Number(endMs) - startMs} ms`);
      assert.equal(findSocket(tuple), undefined);
      assert.equal(destroySocket(tuple), 'not-found');
    });

    test(`IPv${family}: a connected UDP socket that waits in recv() gets ECONNABORTED`, async () => {
      using probe = startProbe(['receive', loopback, '7002']);
      const [, port] = await probe.nextLine();
      const tuple = query('udp', loopback, [Number(port), 7002]);
      const record = findSocket(tuple);
      assert.equal(record?.state, 'established');
      assert.deepEqual(record.remote, tuple.remote);
      assert.equal(destroySocket({ ...tuple, cookie: record.cookie }), 'destroyed');
      assert.equal((await probe.nextLine())[1], 'ECONNABORTED');
    });

    test(`IPv${family}: a listening server survives when a flow to its port is destroyed that does not exist`, async () => {
      const server = createServer().listen(0, any);
      await once(server, 'listening');
      const port = (server.address() as { port: number }).port;
      const flow = query('tcp', loopback, [port, 9]);
      assert.equal(findSocket(flow)?.state, 'listen');
      assert.equal(destroySocket(flow), 'not-found');
      const itself: SocketQuery = {
        protocol: 'tcp',
        local: { address: any, port },
        remote: { address: any, port: 0 },
      };
      assert.equal(findSocket(itself)?.state, 'listen');
      server.close();
    });

    test(`IPv${family}: an unconnected UDP socket is found by a flow, and destroyed only by its cookie`, async () => {
      const socket = createSocket({ type: family === 4 ? 'udp4' : 'udp6', ipv6Only: family === 6 });
      socket.bind(0, any);
      await once(socket, 'listening');
      const flow = query('udp', loopback, [socket.address().port, 53]);
      const record = findSocket(flow);
      assert.ok(record !== undefined);
      assert.deepEqual(record.remote, { address: any, port: 0 });
      assert.equal(destroySocket(flow), 'not-found');
      assert.equal(destroySocket({ ...flow, cookie: record.cookie + 1n }), 'not-found');
      assert.equal(destroySocket({ ...flow, cookie: record.cookie }), 'destroyed');
      socket.close();
    });
  }

  test('a socket is found with the inode and the uid that /proc shows, also when it is IPv4 on an IPv6 socket', async () => {
    const server = createServer().listen(0, '::');
    await once(server, 'listening');
    const port = (server.address() as { port: number }).port;
    const connection = once(server, 'connection');
    using probe = startProbe(['connect', '127.0.0.1', String(port), '6010'], ['setpriv', '--reuid=4711']);
    await probe.nextLine();
    const [accepted] = (await connection) as [{ _handle: { fd: number }; destroy(): void }];
    const record = findSocket(query('tcp', '::ffff:127.0.0.1', [port, 6010]));
    assert.equal(record?.inode, statSync(`/proc/self/fd/${accepted._handle.fd}`).ino);
    assert.equal(record.local.address, '::ffff:127.0.0.1');
    assert.equal(destroySocket(query('tcp', '127.0.0.1', [port, 6010])), 'destroyed');
    accepted.destroy();
    server.close();
  });

  test('a list larger than one datagram is complete, and filtered by state and by port', async () => {
    const count = 600;
    const sockets = Array.from({ length: count }, () => createSocket('udp4'));
    await Promise.all(
      sockets.map(async (socket, index) => {
        socket.bind(20_000 + index, '127.0.0.1');
        await once(socket, 'listening');
      }),
    );
    const ports = listSockets({ family: 4, protocol: 'udp' }).map((record) => record.local.port);
    const wanted = sockets.map((_, index) => 20_000 + index);
    assert.deepEqual(ports.filter((port) => port >= 20_000 && port < 20_000 + count).sort(), wanted);
    assert.deepEqual(listSockets({ family: 4, protocol: 'udp', states: ['established'] }), []);
    const ofOnePort = listSockets({ family: 4, protocol: 'udp', localPort: 20_007 });
    assert.deepEqual(
      ofOnePort.map((record) => record.local.port),
      [20_007],
    );
    const walk = walkSockets({ family: 4, protocol: 'udp' });
    const first = walk.next().value ?? [];
    assert.ok(first.length > 0 && first.length < count, `${first.length} sockets at a time`);
    const cookies = [first, ...walk].flat().map(({ cookie }) => cookie);
    assert.equal(new Set(cookies).size, cookies.length);
    assert.equal(cookies.length, ports.length);
    for (const socket of sockets) socket.close();
  });

  test('a walk that is left early leaves no descriptor open', () => {
    const before = readdirSync('/proc/self/fd').length;
    for (let count = 0; count < 10; count++)
      for (const records of walkSockets({ family: 4, protocol: 'tcp' })) if (records.length >= 0) break;
    assert.equal(readdirSync('/proc/self/fd').length, before);
  });

  test('a cookie of another socket protects: nothing is destroyed', async () => {
    using probe = startProbe(['connect', '127.0.0.1', String(HELD_PORT), '6020']);
    await probe.nextLine();
    const tuple = query('tcp', '127.0.0.1', [6020, HELD_PORT]);
    const record = await eventually(() => findSocket(tuple));
    assert.equal(destroySocket({ ...tuple, cookie: record.cookie + 1n }), 'not-found');
    assert.equal(findSocket(tuple)?.cookie, record.cookie);
  });

  test('a protocol that the kernel lacks has no sockets', () => {
    assert.deepEqual(listSockets({ family: 4, protocol: 'dccp' }), []);
    assert.equal(findSocket({ ...query('tcp', '127.0.0.1', [1, 2]), protocol: 'sctp' }), undefined);
  });

  test('addresses of two families, names, zones and impossible ports are refused', () => {
    const mixed = {
      protocol: 'tcp',
      local: { address: '::1', port: 1 },
      remote: { address: '1.2.3.4', port: 1 },
    } as const;
    assert.throws(() => findSocket(mixed), TypeError);
    assert.throws(() => findSocket(query('tcp', 'localhost', [1, 2])), TypeError);
    assert.throws(() => findSocket(query('tcp', 'fe80::1%lo', [1, 2])), TypeError);
    assert.throws(() => findSocket(query('tcp', '127.0.0.1', [1, 65536])), RangeError);
    assert.throws(() => destroySocket({ ...query('tcp', '127.0.0.1', [1, 2]), cookie: -1n }), TypeError);
  });
});

async function eventually<T>(read: () => T | undefined): Promise<T> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const value = read();
    if (value !== undefined) return value;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error('It did not happen within a second.');
}
