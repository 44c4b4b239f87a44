// Real sockets of real processes: one holder, several, none.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readlinkSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { socketFileDescriptor } from './peer-credentials.ts';
import { socketHolders } from './socket-holders.ts';

function inodeOf(descriptor: number): number {
  return Number(/\[(\d+)\]/.exec(readlinkSync(`/proc/self/fd/${descriptor}`))?.[1]);
}

test('a socket is found with each process that has it open, and nowhere once it is closed', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  await once(socket, 'connect');
  const descriptor = socketFileDescriptor(socket) ?? assert.fail();
  const inode = inodeOf(descriptor);
  assert.deepEqual(socketHolders([inode]), [{ pid: process.pid, descriptor, inode }]);
  const child = spawn('sleep', ['60'], { stdio: ['ignore', 'ignore', 'ignore', descriptor] });
  await once(child, 'spawn');
  assert.deepEqual(
    socketHolders([1, inode])
      .map(({ pid }) => pid)
      .toSorted((one, other) => one - other),
    [process.pid, child.pid].toSorted((one = 0, other = 0) => one - other),
  );
  child.kill();
  await once(child, 'exit');
  socket.destroy();
  server.close();
  await once(server, 'close');
  assert.deepEqual(socketHolders([inode]), []);
});

test('nothing is asked for, nothing is found; what is no inode is refused', () => {
  assert.deepEqual(socketHolders([]), []);
  assert.deepEqual(socketHolders([0]), []);
  assert.throws(() => socketHolders([-1]), RangeError);
});
