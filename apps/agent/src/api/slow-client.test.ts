// A client that watches and does not read: it must cost the agent a bounded amount of memory.
import { Client, credentials, Metadata, status } from '@grpc/grpc-js';
import type { ServiceError } from '@grpc/grpc-js';
import { loadFirewallService } from '@sallyport/proto';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { promptNamed } from './testing/fake-firewall.ts';
import { serve, until } from './testing/serving.ts';

test('a client that does not read loses its stream, is no longer connected, and can come back', async () => {
  await using serving = await serve({ limits: { waitingEvents: 500 } });
  const channel = new Client(`unix:${serving.socketPath}`, credentials.createInsecure());
  const { path, requestSerialize, responseDeserialize } = loadFirewallService().watch;
  const watch = channel.makeServerStreamRequest(
    path,
    requestSerialize,
    responseDeserialize,
    { history: false, traffic: false },
    new Metadata(),
  );
  const ended = new Promise<ServiceError>((resolve) => watch.once('error', resolve));
  // Reads the snapshot and then nothing more; without a first read grpc-js would take in everything by itself.
  watch.once('data', () => watch.pause());
  await until(() => serving.firewall.connected.length === 1);
  let told = 0;
  await until(() => {
    for (let count = 0; count < 50; count++)
      serving.firewall.tell({ kind: 'prompt', prompt: promptNamed('p', ++told) });
    return serving.firewall.connected.length === 0;
  });
  assert.ok(told >= 500, `${told} events were enough`);
  assert.equal(serving.firewall.listeners, 0);
  let seen = 0;
  watch.on('data', () => (seen += 1)).resume();
  const failure = await ended;
  assert.equal(failure.code, status.RESOURCE_EXHAUSTED);
  assert.match(failure.details, /Reconnect for a new snapshot/);
  assert.ok(seen < told);
  channel.close();
});
