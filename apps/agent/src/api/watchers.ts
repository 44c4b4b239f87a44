// All Watch streams: which Clients watch, and with that may answer prompts.
import type { Client, ClientId } from '../domain/client.ts';
import type { FirewallPort } from './ports.ts';
import type { CallStatus } from './refusal.ts';
import { WatchStream } from './watch-stream.ts';
import type { WatchStreamOptions } from './watch-stream.ts';

export interface WatchersOptions {
  readonly firewall: FirewallPort;
  readonly waitingEvents: number;
  readonly log: (text: string) => void;
}

export class Watchers {
  readonly #options: WatchersOptions;
  readonly #streams = new Set<WatchStream>();
  readonly #streamsByClient = new Map<ClientId, number>();

  constructor(options: WatchersOptions) {
    this.#options = options;
  }

  /** Serves the call until it ends. The client counts as connected before it has its snapshot. */
  start(watch: Pick<WatchStreamOptions, 'call' | 'client' | 'history' | 'traffic'>): void {
    this.#enter(watch.client);
    const ended = (): void => {
      this.#streams.delete(stream);
      this.#leave(watch.client);
    };
    const stream = new WatchStream({ ...this.#options, ...watch, ended });
    this.#streams.add(stream);
    stream.start();
  }

  endAll(reason: CallStatus): void {
    for (const stream of [...this.#streams]) stream.end(reason);
  }

  #enter(client: Client): void {
    const streams = this.#streamsByClient.get(client.id) ?? 0;
    this.#streamsByClient.set(client.id, streams + 1);
    if (streams === 0) this.#options.firewall.clientConnected(client);
  }

  #leave(client: Client): void {
    const streams = (this.#streamsByClient.get(client.id) ?? 0) - 1;
    if (streams > 0) {
      this.#streamsByClient.set(client.id, streams);
      return;
    }
    this.#streamsByClient.delete(client.id);
    this.#options.firewall.clientGone(client);
  }
}
