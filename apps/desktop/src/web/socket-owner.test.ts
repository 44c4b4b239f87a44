// Whose connection it is, from the kernel, on real sockets.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createServer, connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { peerUid } from './socket-owner.ts';

const OWN_UID = process.getuid?.() ?? -1;
const NOBODY = 65_534;
const needsRoot = OWN_UID === 0 ? false : 'needs root to act as another user: run sudo npm test';

/** Accepts one connection that `open` makes to the port, and asks for its owner. */
async function ownerOf(listenAt: string, open: (port: number) => () => void): Promise<number | undefined> {
  const server = createServer().listen(0, listenAt);
  await once(server, 'listening');
  const close = open((server.address() as AddressInfo).port);
  const [socket] = (await once(server, 'connection')) as [Socket];
  const uid = peerUid(socket);
  socket.destroy();
  close();
  server.close();
  return uid;
}

function fromHere(address: string): (port: number) => () => void {
  return (port) => {
    const socket = connect(port, address).on('error', () => undefined);
    return () => socket.destroy();
  };
}

function fromNobody(address: string): (port: number) => () => void {
  const program = `require('net').connect(Number(process.argv[1]), process.argv[2])`;
  return (port) => {
    const child = spawn(process.execPath, ['-e', program, String(port), address], {
      uid: NOBODY,
      gid: NOBODY,
    });
    return () => child.kill();
  };
}

describe('the owner of a connection', () => {
  test('is this user, over IPv4, IPv6, and IPv4 by a socket for both', async () => {
    assert.equal(await ownerOf('127.0.0.1', fromHere('127.0.0.1')), OWN_UID);
    assert.equal(await ownerOf('::1', fromHere('::1')), OWN_UID);
    assert.equal(await ownerOf('127.0.0.1', fromHere('::ffff:127.0.0.1')), OWN_UID);
  });
  test('is another user', { skip: needsRoot }, async () => {
    assert.equal(await ownerOf('127.0.0.1', fromNobody('127.0.0.1')), NOBODY);
    assert.equal(await ownerOf('::1', fromNobody('::1')), NOBODY);
  });
  test('is not known of a connection that the other end has closed, or that never was', async () => {
    const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const [socket] = (await once(server, 'connection')) as [Socket];
    socket.resume();
    client.end();
    await once(socket, 'end');
    assert.equal(peerUid(socket), undefined);
    socket.destroy();
    client.destroy();
    server.close();
    assert.equal(peerUid({}), undefined);
    const ends = { remoteAddress: '127.0.0.1', remotePort: 1, localAddress: '127.0.0.1', localPort: 2 };
    assert.equal(peerUid(ends), undefined);
    assert.equal(peerUid({ ...ends, remoteAddress: '2001:db8::1' }), undefined);
  });
});
