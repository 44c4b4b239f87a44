// The client's own part: which socket it talks to and what it says when it cannot.
import assert from 'node:assert/strict';
import { chownSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { connectFirewall } from './client.ts';
import type { FirewallError } from './errors.ts';
import { socketPathFrom } from './socket.ts';

const OWN_UID = process.getuid?.() ?? 0;
const directory = mkdtempSync(join(tmpdir(), 'sallyport-proto-'));
const socketPath = join(directory, 'agent.sock');
let connections = 0;
let server: Server;

before(async () => {
  server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
});

after(() => {
  server.close();
  rmSync(directory, { recursive: true });
});

async function failureAt(path: string, ownerUid = OWN_UID): Promise<FirewallError> {
  const client = connectFirewall({ socketPath: path, ownerUid, deadlineMs: 2000 });
  try {
    await client.getStatus({});
  } catch (error) {
    return error as FirewallError;
  } finally {
    client.close();
  }
  assert.fail('the call succeeded');
}

describe('the socket', () => {
  test('is the given one, else that of the environment, else that in /run', () => {
    assert.equal(socketPathFrom('/a', { SALLYPORT_SOCKET: '/b' }), '/a');
    assert.equal(socketPathFrom(undefined, { SALLYPORT_SOCKET: '/b' }), '/b');
    assert.equal(socketPathFrom(undefined, { SALLYPORT_SOCKET: '' }), '/run/sallyport/agent.sock');
  });

  test('of another user is not talked to at all', async () => {
    const failure = await failureAt(socketPath, OWN_UID + 1);
    assert.equal(failure.kind, 'unsafe-socket');
    assert.match(failure.message, /belongs to the user id .*`ls -l /);
    assert.equal(connections, 0);
  });

  test(
    'that was made by an unprivileged user is refused by default',
    { skip: OWN_UID === 0 ? false : 'needs root: run sudo npm test' },
    async () => {
      chownSync(socketPath, 65_533, 65_533);
      assert.equal((await failureAt(socketPath, 0)).kind, 'unsafe-socket');
      chownSync(socketPath, 0, 0);
    },
  );

  test('behind a symbolic link, or a file instead of it, is refused', async () => {
    const [link, file] = [join(directory, 'link'), join(directory, 'file')];
    symlinkSync(socketPath, link);
    writeFileSync(file, '');
    assert.match((await failureAt(link)).message, /symbolic link/);
    assert.match((await failureAt(file)).message, /not a socket/);
    assert.equal(connections, 0);
  });

  test('that is not there means that no agent runs, and how to start it', async () => {
    const failure = await failureAt(join(directory, 'none'));
    assert.equal(failure.kind, 'unavailable');
    assert.match(failure.message, /Could not .*no such file.*npm start/);
    assert.match(failure.text, /no such file/);
    assert.doesNotMatch(failure.text, /npm start/);
    assert.match(failure.remedy, /npm start/);
  });
});

describe('an agent that hangs up', () => {
  test('is unavailable, in words', async () => {
    const failure = await failureAt(socketPath);
    assert.equal(failure.kind, 'unavailable');
    assert.match(failure.message, /^Could not read the status: no agent answers at/);
  });

  test('is tried again by a watch, later and later, until the client is closed', async () => {
    const client = connectFirewall({ socketPath, ownerUid: OWN_UID });
    const delaysMs: number[] = [];
    for await (const update of client.watch()) {
      assert.ok(update.kind === 'disconnected');
      delaysMs.push(update.retryInMs);
      if (delaysMs.length === 3) client.close();
    }
    assert.ok((delaysMs[2] ?? 0) > (delaysMs[0] ?? 0) * 2, String(delaysMs));
  });

  test('and a call that is aborted is cancelled', async () => {
    const client = connectFirewall({ socketPath, ownerUid: OWN_UID });
    await assert.rejects(client.getStatus({}, { signal: AbortSignal.abort() }), { kind: 'cancelled' });
    client.close();
  });
});
