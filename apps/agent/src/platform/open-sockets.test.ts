// Sockets of this very process, as the kernel lists them. Listing needs no rights.
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { NetworkPlaces } from './network-places.ts';
import { addressOf, listeningPorts, openSockets } from './open-sockets.ts';

const { own: HERE } = new NetworkPlaces(1n);

test('both ends of a connection are open, the port of its server is listened on', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const accepted = once(server, 'connection');
  const client = connect(port, '127.0.0.1');
  await once(client, 'connect');
  const localPort = client.localPort ?? 0;
  const ends = [...openSockets(HERE)].filter((socket) =>
    [socket.localPort, socket.remotePort].includes(localPort),
  );
  const told = ends.map(
    (end) => `${end.protocol} ${end.localAddress} ${end.localPort === port} ${end.cookie > 0n}`,
  );
  assert.deepEqual(told.toSorted(), ['tcp 127.0.0.1 false true', 'tcp 127.0.0.1 true true']);
  assert.ok(listeningPorts().has(port) && !listeningPorts().has(localPort));
  const [other] = (await accepted) as [{ destroy: () => void }];
  other.destroy();
  client.destroy();
  server.close();
});

test('a datagram socket is open while it is connected, and an IPv4 address in an IPv6 socket is one', async () => {
  const socket = createSocket({ type: 'udp6' });
  socket.bind(0, '::');
  await once(socket, 'listening');
  const { port } = socket.address();
  const found = () =>
    [...openSockets(HERE)].find(({ protocol, localPort }) => protocol === 'udp' && localPort === port);
  assert.equal(found(), undefined);
  socket.connect(9, '::ffff:127.0.0.1');
  await once(socket, 'connect');
  assert.deepEqual([found()?.remoteAddress, found()?.remotePort], ['127.0.0.1', 9]);
  socket.disconnect();
  assert.equal(found(), undefined);
  socket.close();
});

test('each address has one text', () => {
  const texts = ['1.2.3.4', '::ffff:1.2.3.4', '::1.2.3.4', '2001:db8::1', '::1'];
  assert.deepEqual(texts.map(addressOf), ['1.2.3.4', '1.2.3.4', '::102:304', '2001:db8::1', '::1']);
});
