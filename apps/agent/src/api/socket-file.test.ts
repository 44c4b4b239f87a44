// The socket's place in the file system: who may connect, what it replaces, what it refuses to replace.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { listenAt } from './socket-file.ts';

let directory = '';
let path = '';
let servers: Server[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sallyport-socket-'));
  path = join(directory, 'agent.sock');
});

afterEach(() => {
  for (const server of servers) server.close();
  servers = [];
  rmSync(directory, { recursive: true, force: true });
});

function newServer(): Server {
  const server = createServer((socket) => socket.destroy());
  servers.push(server);
  return server;
}

/** What a killed agent leaves behind: a socket at which nobody listens. */
function leaveStaleSocket(): void {
  const script = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
  assert.throws(() => execFileSync(process.execPath, ['-e', script], { stdio: 'ignore' }));
  assert.ok(statSync(path).isSocket());
}

test('everybody may connect, to be told what they may do', async () => {
  await listenAt(newServer(), path);
  assert.equal(statSync(path).mode & 0o777, 0o666);
  assert.deepEqual(readdirSync(directory), ['agent.sock']);
});

test('a missing directory is made so that others can look and not write', async () => {
  const below = join(directory, 'run');
  await listenAt(newServer(), join(below, 'agent.sock'));
  assert.equal(statSync(below).mode & 0o777, 0o755);
});

test('the socket of a dead agent is replaced', async () => {
  leaveStaleSocket();
  const { ino } = statSync(path);
  await listenAt(newServer(), path);
  assert.notEqual(statSync(path).ino, ino);
});

test('the socket of a living agent is refused, and how to find it is said', async () => {
  await listenAt(newServer(), path);
  const { ino } = statSync(path);
  await assert.rejects(listenAt(newServer(), path), /another agent is listening.*ss -xlp/);
  assert.equal(statSync(path).ino, ino);
});

test('a symbolic link is not followed, whatever it points to', async () => {
  const target = join(directory, 'target');
  writeFileSync(target, 'kept');
  symlinkSync(target, path);
  await assert.rejects(listenAt(newServer(), path), /not a socket/);
  assert.equal(statSync(target).size, 4);
});

test('a directory in which others may write is refused', async () => {
  chmodSync(directory, 0o777);
  await assert.rejects(listenAt(newServer(), path), /others may write there/);
  assert.equal(existsSync(path), false);
});

test('only our own socket is removed', async () => {
  const file = await listenAt(newServer(), path);
  rmSync(path);
  await listenAt(newServer(), path);
  file.remove();
  assert.ok(existsSync(path));
});

test('files that are made afterwards have the modes that they had before', async () => {
  const modeOfNewFile = (name: string): number => {
    writeFileSync(join(directory, name), '');
    return statSync(join(directory, name)).mode;
  };
  const before = modeOfNewFile('before');
  await listenAt(newServer(), path);
  assert.equal(modeOfNewFile('after'), before);
});
