// Who may use the API: with made-up credentials at the port, and with real processes of other users.
import { peerCredentials, socketFileDescriptor } from '@sallyport/linux';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { dirname } from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { Connections } from './connections.ts';
import { API_LIMITS } from './limits.ts';
import type { PeerCredentials } from './ports.ts';
import { GROUP, nextEvent, ROOT, serve } from './testing/serving.ts';

const STRANGER: PeerCredentials = { pid: 1, uid: 1000, gid: 1000, groups: [4, 24] };
const needsRoot = process.getuid?.() === 0 ? false : 'needs root: run sudo npm test';

describe('with credentials from a fake', () => {
  test('a stranger is refused on every call, status and watch included, with what to do', async () => {
    await using serving = await serve({ peerCredentials: () => STRANGER, groupId: () => GROUP });
    const client = serving.connect();
    const refused = { kind: 'not-permitted', message: /user id 1000 .*usermod -aG sallyport/ };
    await assert.rejects(client.getStatus({}), refused);
    await assert.rejects(client.listRules({}), refused);
    await assert.rejects(client.listHistory({}), refused);
    await assert.rejects(client.decide({}), refused);
    await assert.rejects(client.setMode({ change: 'filter', filter: {} }), refused);
    await assert.rejects(client.watch().next(), refused);
    assert.equal(serving.firewall.connected.length, 0);
  });

  for (const [who, credentials] of [
    ['root', ROOT],
    ['a member by supplementary group', { ...STRANGER, groups: [4, GROUP] }],
    ['a member by primary group', { ...STRANGER, gid: GROUP }],
  ] as const)
    test(`${who} may`, async () => {
      await using serving = await serve({ peerCredentials: () => credentials, groupId: () => GROUP });
      assert.equal((await serving.connect().getStatus({})).agentPid, 1);
    });

  test('without the group only root may', async () => {
    await using serving = await serve({
      peerCredentials: () => ({ ...STRANGER, groups: [0] }),
      groupId: () => undefined,
    });
    await assert.rejects(serving.connect().getStatus({}), { kind: 'not-permitted' });
  });

  test('a connection whose peer is not known is destroyed', async () => {
    const faults = [() => undefined, (): never => assert.fail('no credentials')];
    for (const peer of faults) {
      await using serving = await serve({ peerCredentials: peer });
      await assert.rejects(serving.connect().getStatus({}), { kind: 'unavailable' });
    }
  });

  test('two connections at the same time are never confused, whatever their metadata says', async () => {
    let uid = 0;
    const peer = (): PeerCredentials => ({ pid: 1, uid: uid++, gid: GROUP, groups: [] });
    await using serving = await serve({ peerCredentials: peer, groupId: () => GROUP });
    const clients = [serving.connect(), serving.connect(), serving.connect()];
    const streams = clients.map((client) => client.watch());
    const uids: number[] = [];
    for (const stream of streams) {
      const first = await nextEvent(stream);
      assert.ok(first.event === 'snapshot');
      uids.push(first.snapshot.you?.uid ?? -1);
    }
    assert.deepEqual([...uids].sort(), [0, 1, 2]);
    const flow = { app: 'unknown', direction: 'DIRECTION_IN', protocol: 'tcp', address: '::1' } as const;
    for (let round = 0; round < 20; round++)
      await Promise.all(
        clients.map(async (client, index) => {
          await client.explain({ ...flow, port: index });
        }),
      );
    for (const { port, uid: seen } of serving.firewall.explained) assert.equal(seen, uids[port]);
    assert.equal(serving.firewall.explained.length, 60);
    await Promise.all(streams.map((stream) => stream.return()));
  });

  test('the name of a connection is read from its socket and from nothing that the client sends', async () => {
    const connections = new Connections({
      limits: API_LIMITS,
      groupId: () => undefined,
      allowedUid: undefined,
    });
    assert.throws(() => connections.permitted({ getPeer: () => 'client-1' }), { name: 'RefusedCall' });
    await using serving = await serve({ peerCredentials: () => STRANGER });
    // The first connection of this server is client-1, a stranger; root's would have to be forged by headers.
    const forged = { 'x-forwarded-for': 'client-2', forwarded: 'for=client-2', host: 'client-2' };
    const session = connectHttp2('http://client-2', { createConnection: () => connect(serving.socketPath) });
    const stream = session.request({
      ...forged,
      ':method': 'POST',
      ':path': '/sallyport.v1.Firewall/GetStatus',
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    stream.end(Buffer.alloc(5));
    const answered = await new Promise<string>((resolve) =>
      stream.on('response', (headers) => resolve(String(headers['grpc-status']))),
    );
    assert.equal(answered, '7');
    session.destroy();
  });
});

describe('limits', () => {
  test('one user id can not take all connections, and is told so', async () => {
    const uids = [0, 0, 0, 5];
    const peer = (): PeerCredentials => ({ ...STRANGER, gid: GROUP, uid: uids.shift() ?? 6 });
    await using serving = await serve({
      peerCredentials: peer,
      groupId: () => GROUP,
      limits: { connectionsPerUid: 2 },
    });
    await serving.connect().getStatus({});
    await serving.connect().getStatus({});
    await assert.rejects(serving.connect().getStatus({}), {
      kind: 'limit',
      message: /user id 0 has 2 connections/,
    });
    await serving.connect().getStatus({});
  });

  test('there is a limit in all, and refused connections do not count towards it', async () => {
    const peers = [STRANGER, ROOT, ROOT];
    const limits = { connections: 1, refusedConnections: 1, refusedConnectionMs: 100 };
    await using serving = await serve({ peerCredentials: () => peers.shift() ?? ROOT, limits });
    await assert.rejects(serving.connect().getStatus({}), { kind: 'not-permitted' });
    await serving.connect().getStatus({});
    // One refused connection is kept already, so this one is destroyed.
    await assert.rejects(serving.connect().getStatus({}), { kind: 'unavailable' });
  });
});

describe('with real processes', { skip: needsRoot }, () => {
  const real = (socket: Socket): PeerCredentials | undefined => {
    const fd = socketFileDescriptor(socket);
    return fd === undefined ? undefined : peerCredentials(fd);
  };

  test('root may, a member of the group may, everybody else is refused by the agent and by the file mode', async () => {
    await using serving = await serve({ peerCredentials: real, groupId: () => GROUP });
    chmodSync(dirname(serving.socketPath), 0o755);
    assert.match(await statusAs({ uid: 0, gid: 0 }, serving.socketPath), /^OK/);
    assert.match(await statusAs({ uid: 65_533, gid: GROUP }, serving.socketPath), /^OK/);
    assert.match(
      await statusAs({ uid: 65_533, gid: 65_533 }, serving.socketPath),
      /^not-permitted .*usermod/,
    );
    // Even where the file lets everybody in, as after a careless chmod.
    chmodSync(serving.socketPath, 0o666);
    assert.match(
      await statusAs({ uid: 65_533, gid: 65_533 }, serving.socketPath),
      /^not-permitted .*user id 65533/,
    );
  });
});

/** What the command line of that user would show. */
async function statusAs(
  user: { readonly uid: number; readonly gid: number },
  socketPath: string,
): Promise<string> {
  const script = `
    const { connectFirewall } = await import(${JSON.stringify(import.meta.resolve('@sallyport/proto'))});
    const client = connectFirewall({ socketPath: ${JSON.stringify(socketPath)} });
    await client.getStatus({}).then(() => console.log('OK'), (error) => console.log(error.kind, error.message));
    client.close();`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    ...user,
  });
  return stdout;
}
