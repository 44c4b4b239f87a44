// The host and the agent's server over real sockets: what becomes of the connection, and what a window is told of it.
import { Server, ServerCredentials } from '@grpc/grpc-js';
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { HistoryEntry } from '../../../agent/src/api/ports.ts';
import { promptNamed } from '../../../agent/src/api/testing/fake-firewall.ts';
import { serve } from '../../../agent/src/api/testing/serving.ts';
import { connectionOf, hostAt, OWN_UID, startHosting, untilState } from '../test-support/hosting.ts';
import { desktopStateSchema } from '../shared/state.ts';
import type { DesktopUpdate } from '../shared/state.ts';

const ENTRY: HistoryEntry = {
  id: 1n,
  atMs: 1,
  action: 'deny',
  reason: 'default',
  process: undefined,
  flow: undefined,
  heldUs: 0,
  alike: 0,
  traffic: undefined,
};

describe('the connection', () => {
  test('begins as connecting, then knows what the agent knows', async () => {
    await using hosting = await startHosting();
    assert.equal(hosting.host.state().connection.kind, 'connecting');
    hosting.firewall.prompts = [promptNamed('p-1')];
    await connectionOf(hosting.host, 'connected');
    const state = hosting.host.state();
    assert.deepEqual(
      state.prompts.map(({ id, app }) => [id, app.name]),
      [['p-1', 'curl']],
    );
    assert.deepEqual(
      [state.you, state.status?.version, state.mode?.kind],
      [{ uid: 0, mayDecide: true }, '0.1.0', 'filtering'],
    );
    assert.deepEqual(desktopStateSchema.parse(state), state);
  });

  test('to an agent that is not there is tried again, with reason, remedy and the time of the next try', async () => {
    const host = hostAt('/nonexistent/agent.sock');
    const beforeMs = Date.now();
    const { reason, retryAtMs } = await connectionOf(host, 'disconnected');
    assert.equal(reason.kind, 'unavailable');
    assert.match(reason.text, /no agent answers at \/nonexistent/);
    assert.match(reason.remedy, /npm start/);
    assert.ok(retryAtMs >= beforeMs && retryAtMs < Date.now() + 6000);
    await host.stop();
  });

  test('survives a restart of the agent and then knows what the new one knows', async () => {
    await using hosting = await startHosting();
    hosting.firewall.prompts = [promptNamed('p-1')];
    await connectionOf(hosting.host, 'connected');
    await hosting.serving.stop();
    await connectionOf(hosting.host, 'disconnected');
    assert.equal(hosting.host.state().prompts.length, 1);
    hosting.firewall.prompts = [promptNamed('p-2')];
    await hosting.serving.restart();
    await untilState(hosting.host, ({ prompts }) => prompts[0]?.id === 'p-2');
    assert.equal(hosting.host.state().connection.kind, 'connected');
  });

  test('of a user who may not is refused, and comes back once they may', async () => {
    let uid = 1000;
    await using hosting = await startHosting({
      peerCredentials: () => ({ pid: 1, uid, gid: 1000, groups: [] }),
      groupId: () => 4242,
    });
    const { reason } = await connectionOf(hosting.host, 'refused');
    assert.equal(reason.kind, 'not-permitted');
    assert.match(reason.text, /usermod -aG sallyport/);
    assert.deepEqual(hosting.host.state().rules, []);
    uid = 0;
    // Whether a peer may is decided as it connects.
    await hosting.serving.restart();
    await connectionOf(hosting.host, 'connected');
  });

  test('to a socket of somebody else is refused, and nothing is sent there', async () => {
    await using serving = await serve();
    const host = hostAt(serving.socketPath, { ownerUid: OWN_UID + 1 });
    const { reason } = await connectionOf(host, 'refused');
    assert.equal(reason.kind, 'unsafe-socket');
    assert.match(reason.remedy, /ls -l/);
    await delay(120);
    assert.equal(serving.firewall.connected.length, 0);
    await host.stop();
  });

  test('to an agent of another version is refused with what to do', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'sallyport-desktop-'));
    const socketPath = join(directory, 'agent.sock');
    const server = new Server();
    await new Promise((resolve) =>
      server.bindAsync(`unix:${socketPath}`, ServerCredentials.createInsecure(), resolve),
    );
    const host = hostAt(socketPath);
    const { reason } = await connectionOf(host, 'refused');
    assert.equal(reason.kind, 'unsupported');
    assert.match(reason.remedy, /another version: restart it/);
    await host.stop();
    server.forceShutdown();
    rmSync(directory, { recursive: true });
  });

  test('that is cut in the middle of a message is made anew, and what was half told is not shown', async () => {
    await using serving = await serve();
    serving.firewall.prompts = Array.from({ length: 50 }, (_, index) => promptNamed(`p-${index}`));
    const proxyPath = `${serving.socketPath}.proxy`;
    let connections = 0;
    const proxy = createServer((near) => {
      const far = connect(serving.socketPath);
      const isCut = connections++ === 0;
      near.pipe(far);
      let leftBytes = isCut ? 3000 : Infinity;
      far.on('data', (bytes: Buffer) => {
        near.write(bytes.subarray(0, leftBytes));
        leftBytes -= bytes.length;
        if (leftBytes <= 0) near.destroy();
      });
      for (const socket of [near, far])
        socket.on('error', () => undefined).on('close', () => [near, far].forEach((end) => end.destroy()));
    });
    await new Promise<void>((resolve) => proxy.listen(proxyPath, resolve));
    const host = hostAt(proxyPath);
    await connectionOf(host, 'disconnected');
    assert.deepEqual(host.state().prompts, []);
    await connectionOf(host, 'connected');
    assert.equal(host.state().prompts.length, 50);
    assert.ok(connections >= 2);
    await host.stop();
    proxy.close();
  });
});

describe('what the agent tells', () => {
  test('of ten thousand events in a second reaches a window whole, in few batches, and memory stays bounded', async () => {
    await using hosting = await startHosting();
    await connectionOf(hosting.host, 'connected');
    const updates: DesktopUpdate[] = [];
    hosting.host.subscribe((update) => void updates.push(update));
    for (let id = 0; id < 10_000; id++) {
      hosting.firewall.tell({ kind: 'history', entry: { ...ENTRY, id: BigInt(id) } });
      if (id % 100 === 0)
        hosting.firewall.tell({ kind: 'prompt', prompt: promptNamed(`p-${id % 7}`, id + 1) });
      if (id % 100 === 99) await delay(8);
    }
    await untilState(hosting.host, ({ recent }) => recent[0]?.id === '9999');
    assert.equal(hosting.host.state().recent.length, 1000);
    assert.equal(hosting.host.state().prompts.length, 7);
    const told = updates.flatMap((update) => (update.kind === 'changes' ? update.changes : []));
    assert.equal(told.filter(({ kind }) => kind === 'history').length, 10_000);
    assert.ok(updates.length < 400, `${updates.length} updates`);
  });

  test('of what happened before the connection is there as well', async () => {
    await using serving = await serve();
    serving.firewall.entries = [2, 1].map((id) => ({ ...ENTRY, id: BigInt(id) }));
    const host = hostAt(serving.socketPath);
    await untilState(host, ({ recent }) => recent.length === 2);
    serving.firewall.tell({ kind: 'history', entry: { ...ENTRY, id: 3n } });
    await untilState(host, ({ recent }) => recent.length === 3);
    assert.deepEqual(
      host.state().recent.map(({ id }) => id),
      ['3', '2', '1'],
    );
    await host.stop();
  });

  test('with a command line of 128 kB is whole on a prompt, once for all its flows, and cut in history', async () => {
    await using hosting = await startHosting();
    await connectionOf(hosting.host, 'connected');
    const commandLine = ['curl', 'x'.repeat(131_072)];
    const prompt = promptNamed('p-long');
    const [flow] = prompt.flows;
    assert.ok(flow);
    const process = { ...flow.process, commandLine };
    const flows = ['a', 'b', 'c'].map((id) => ({ ...flow, process, id: id as typeof flow.id }));
    hosting.firewall.tell({ kind: 'prompt', prompt: { ...prompt, flows } });
    const { app, pid, uid } = process;
    const entry = { ...ENTRY, id: 1n, process: { app: app.id, path: app.path, pid, uid, commandLine } };
    hosting.firewall.tell({ kind: 'history', entry });
    await untilState(hosting.host, ({ recent, prompts }) => recent.length === 1 && prompts.length === 1);
    const state = hosting.host.state();
    assert.deepEqual(
      state.prompts[0]?.processes.map((known) => known.commandLine),
      [commandLine],
    );
    assert.equal(state.prompts[0].flows.length, 3);
    const [record] = state.recent;
    assert.ok(record?.commandLineCut);
    assert.equal(record.commandLine.join(' ').length, 4096);
  });
});
