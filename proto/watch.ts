// Watch as an async iterable that survives restarts of the agent: each new connection begins with a new snapshot.
import { Metadata } from '@grpc/grpc-js';
import type { ClientReadableStream } from '@grpc/grpc-js';
import { setTimeout as delay } from 'node:timers/promises';
import { isAborted, onAbort } from './abort.ts';
import type { Connection } from './client.ts';
import { FirewallError, translateFailure } from './errors.ts';
import type { FirewallErrorKind } from './errors.ts';
import type { WatchEvent } from './gen/firewall.ts';
import { loadFirewallService } from './service.ts';

export interface WatchOptions {
  /** History records as well. */
  readonly history?: boolean | undefined;
  readonly traffic?: boolean | undefined;
  /** Ends the iteration without an error. */
  readonly signal?: AbortSignal | undefined;
  /** False: a lost connection throws. */
  readonly reconnect?: boolean | undefined;
}

export type WatchUpdate =
  /** The first event after each (re)connection is a snapshot: it replaces everything that was known. */
  | { readonly kind: 'event'; readonly event: WatchEvent }
  /** The agent is gone; it is tried again after so long. */
  | { readonly kind: 'disconnected'; readonly error: FirewallError; readonly retryInMs: number };

const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 5000;

/** Trying again can help for these. `cancelled` without our signal is the agent's own end of the stream. */
const RETRIED: ReadonlySet<FirewallErrorKind> = new Set([
  'unavailable',
  'limit',
  'timeout',
  'cancelled',
  'internal',
]);

export async function* watchFirewall(
  connection: Connection,
  options: WatchOptions,
): AsyncGenerator<WatchUpdate, void, undefined> {
  const signals = [options.signal, connection.closed];
  let failures = 0;
  while (!isAborted(signals)) {
    try {
      for await (const event of openStream(connection, options)) {
        failures = 0;
        yield { kind: 'event', event };
      }
      throw new FirewallError('unavailable', `The agent at ${connection.socketPath} ended the connection.`);
    } catch (failure) {
      if (isAborted(signals)) return;
      const error = translateFailure(failure, { method: 'watch', socketPath: connection.socketPath });
      if (options.reconnect === false || !RETRIED.has(error.kind)) throw error;
      const retryInMs = retryDelayMs(failures++);
      yield { kind: 'disconnected', error, retryInMs };
      await pause(retryInMs, signals);
    }
  }
}

/** One connection's events; the call is cancelled as soon as nobody reads any more. */
async function* openStream(
  connection: Connection,
  options: WatchOptions,
): AsyncGenerator<WatchEvent, void, undefined> {
  connection.check();
  const { path, requestSerialize, responseDeserialize } = loadFirewallService().watch;
  const stream: ClientReadableStream<WatchEvent> = connection.channel.makeServerStreamRequest(
    path,
    requestSerialize,
    responseDeserialize,
    { history: options.history ?? false, traffic: options.traffic ?? false },
    new Metadata(),
  );
  const cancel = (): void => stream.cancel();
  const release = onAbort([options.signal, connection.closed], cancel);
  try {
    yield* stream as AsyncIterable<WatchEvent>;
  } finally {
    release();
    // A cancelled stream still reports its end as an error, to nobody.
    stream.on('error', () => undefined);
    cancel();
  }
}

/** Twice as long each time, up to a limit, and never in step with other clients. */
function retryDelayMs(failures: number): number {
  const longest = Math.min(FIRST_RETRY_MS * 2 ** failures, LONGEST_RETRY_MS);
  return Math.round(longest * (0.75 + Math.random() / 4));
}

async function pause(durationMs: number, signals: readonly (AbortSignal | undefined)[]): Promise<void> {
  const ended = new AbortController();
  const release = onAbort(signals, () => ended.abort());
  await delay(durationMs, undefined, { signal: ended.signal }).catch(() => undefined);
  release();
}
