// Peer credentials of real Unix sockets, also of a process with another uid and other groups.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, chmodSync } from 'node:fs';
import { createServer, connect, Socket } from 'node:net';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { startProbe } from './fixture/probe.ts';
import { needsRoot } from './fixture/root.ts';
import { peerCredentials, socketFileDescriptor } from './peer-credentials.ts';

async function withServer(body: (server: Server, path: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-peer-'));
  const server = createServer();
  try {
    const path = join(folder, 'socket');
    server.listen(path);
    await once(server, 'listening');
    chmodSync(folder, 0o755);
    chmodSync(path, 0o777);
    await body(server, path);
  } finally {
    server.close();
    rmSync(folder, { recursive: true });
  }
}

async function nextConnection(server: Server): Promise<Socket> {
  const [socket] = (await once(server, 'connection')) as [Socket];
  return socket;
}

function credentialsOf(socket: Socket): ReturnType<typeof peerCredentials> {
  const fd = socketFileDescriptor(socket);
  assert.ok(fd !== undefined);
  return peerCredentials(fd);
}

describe('peer credentials', () => {
  test('name the uid, the gid and every supplementary group of another user', needsRoot, () =>
    withServer(async (server, path) => {
      const as = ['setpriv', '--reuid=4711', '--regid=4712', '--groups=4713,4714,65533'];
      using probe = startProbe(['unix', path], as);
      using socket = await disposable(nextConnection(server));
      assert.deepEqual(credentialsOf(socket.value), {
        pid: probe.pid,
        uid: 4711,
        gid: 4712,
        groups: [4713, 4714, 65533],
      });
    }),
  );

  test('name a peer that was spawned with uid and gid, and has no other group', needsRoot, () =>
    withServer(async (server, path) => {
      using probe = startProbe(['unix', path], [], { uid: 4711, gid: 4712 });
      using socket = await disposable(nextConnection(server));
      const { pid, uid, gid } = credentialsOf(socket.value);
      assert.deepEqual({ pid, uid, gid }, { pid: probe.pid, uid: 4711, gid: 4712 });
    }),
  );

  test('give more groups than fit into the first buffer', needsRoot, () =>
    withServer(async (server, path) => {
      const groups = Array.from({ length: 500 }, (_, index) => 5000 + index);
      using probe = startProbe(['unix', path], ['setpriv', `--groups=${groups.join(',')}`]);
      using socket = await disposable(nextConnection(server));
      const { pid, groups: found } = credentialsOf(socket.value);
      assert.deepEqual({ pid, found }, { pid: probe.pid, found: groups });
    }),
  );

  test('are refused for a socket that is not a Unix socket', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    assert.ok(typeof address === 'object' && address !== null);
    using socket = await disposable(connected(connect(address.port, '127.0.0.1')));
    assert.throws(() => credentialsOf(socket.value), { code: 'EAFNOSUPPORT', syscall: 'getsockopt' });
    server.close();
  });

  test('are refused for descriptors that are closed, no socket or no number', () => {
    assert.throws(() => peerCredentials(1_000_000), {
      code: 'EBADF',
      errno: -9,
      message: /^Cannot read the peer/,
    });
    assert.throws(() => peerCredentials(-1), RangeError);
    assert.throws(() => peerCredentials(1.5), RangeError);
  });

  test('have no descriptor to ask once the socket is closed', () => {
    const socket = new Socket();
    socket.destroy();
    assert.equal(socketFileDescriptor(socket), undefined);
  });
});

async function connected(socket: Socket): Promise<Socket> {
  await once(socket, 'connect');
  return socket;
}

async function disposable(promise: Promise<Socket>): Promise<Disposable & { readonly value: Socket }> {
  const value = await promise;
  return { value, [Symbol.dispose]: () => value.destroy() };
}
