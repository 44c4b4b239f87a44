// A real ApiServer on a real Unix socket in a temporary directory, and real clients of it.
import { connectFirewall } from '@sallyport/proto';
import type { FirewallClient, WatchEvent, WatchUpdate } from '@sallyport/proto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { PeerCredentials } from '../ports.ts';
import { ApiServer } from '../server.ts';
import type { ApiServerOptions } from '../server.ts';
import { FakeFirewall } from './fake-firewall.ts';

export const GROUP = 4242;
export const ROOT: PeerCredentials = { pid: 10, uid: 0, gid: 0, groups: [] };

export interface Serving extends AsyncDisposable {
  readonly firewall: FakeFirewall;
  readonly socketPath: string;
  readonly log: string[];
  readonly connect: () => FirewallClient;
  /** Ends the server and starts another one at the same path. */
  readonly restart: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export async function serve(
  options: Partial<ApiServerOptions> & { readonly firewall?: FakeFirewall } = {},
): Promise<Serving> {
  const directory = mkdtempSync(join(tmpdir(), 'sallyport-api-'));
  const socketPath = join(directory, 'agent.sock');
  const firewall = options.firewall ?? new FakeFirewall();
  const log: string[] = [];
  const clients: FirewallClient[] = [];
  const start = async (): Promise<ApiServer> => {
    const server = new ApiServer({
      socketPath,
      peerCredentials: () => ROOT,
      log: (text) => log.push(text),
      groupId: () => undefined,
      ...options,
      firewall,
    });
    await server.listen();
    return server;
  };
  let server = await start();
  return {
    firewall,
    socketPath,
    log,
    connect: () => {
      const client = connectFirewall({ socketPath, ownerUid: process.getuid?.() ?? 0, deadlineMs: 5000 });
      clients.push(client);
      return client;
    },
    restart: async () => {
      await server.close();
      server = await start();
    },
    stop: () => server.close(),
    [Symbol.asyncDispose]: async () => {
      for (const client of clients) client.close();
      await server.close();
      rmSync(directory, { recursive: true });
    },
  };
}

/** The next event of a watch; fails where the connection was lost. */
export async function nextEvent(updates: AsyncIterator<WatchUpdate>): Promise<WatchEvent> {
  const update = await updates.next();
  if (update.done || update.value.kind !== 'event')
    throw new Error(`no event but ${JSON.stringify(update.value)}`);
  return update.value.event;
}

/** Waits until it holds, at most two seconds. */
export async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (condition()) return;
    await delay(5);
  }
  throw new Error(`still not so after two seconds: ${String(condition)}`);
}
