// A DesktopHost before a real server of the agent's API, on a real socket, with a fake firewall behind it.
import { FakeFirewall } from '../../../agent/src/api/testing/fake-firewall.ts';
import { serve, until } from '../../../agent/src/api/testing/serving.ts';
import type { Serving } from '../../../agent/src/api/testing/serving.ts';
import { startDesktopHost } from '../host/desktop-host.ts';
import type { DesktopHost, DesktopHostOptions } from '../host/desktop-host.ts';
import type { Connection, DesktopState } from '../shared/state.ts';

export interface Hosting extends AsyncDisposable {
  readonly serving: Serving;
  readonly firewall: FakeFirewall;
  readonly host: DesktopHost;
}

export const OWN_UID = process.getuid?.() ?? 0;

export async function startHosting(options: Parameters<typeof serve>[0] = {}): Promise<Hosting> {
  const serving = await serve(options);
  const host = hostAt(serving.socketPath);
  return {
    serving,
    firewall: serving.firewall,
    host,
    [Symbol.asyncDispose]: async () => {
      await host.stop();
      await serving[Symbol.asyncDispose]();
    },
  };
}

/** The server's process is ours, and so is its socket. */
export function hostAt(socketPath: string, options: DesktopHostOptions = {}): DesktopHost {
  return startDesktopHost({
    socketPath,
    ownerUid: OWN_UID,
    deadlineMs: 2000,
    refusedRetryMs: 50,
    ...options,
  });
}

/** Waits for a connection of that kind, at most two seconds. */
export async function connectionOf<K extends Connection['kind']>(
  host: DesktopHost,
  kind: K,
): Promise<Extract<Connection, { kind: K }>> {
  await untilState(host, (state) => state.connection.kind === kind);
  return host.state().connection as Extract<Connection, { kind: K }>;
}

export function untilState(host: DesktopHost, holds: (state: DesktopState) => boolean): Promise<void> {
  return until(() => holds(host.state()));
}
