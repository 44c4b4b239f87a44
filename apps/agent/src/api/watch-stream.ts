// One Watch stream: a snapshot, then every change in order, as fast as the client reads and no further than a bounded queue.
import { status } from '@grpc/grpc-js';
import type { ServerWritableStream } from '@grpc/grpc-js';
import type { WatchEvent, WatchRequest } from '@sallyport/proto';
import type { Client } from '../domain/client.ts';
import type { FirewallEvent, FirewallPort } from './ports.ts';
import { statusWith } from './refusal.ts';
import type { CallStatus } from './refusal.ts';
import { writeEvent, writeSnapshot } from './wire/event.ts';

export type WatchCall = ServerWritableStream<WatchRequest, WatchEvent>;

export interface WatchStreamOptions {
  readonly call: WatchCall;
  readonly client: Client;
  readonly firewall: Pick<FirewallPort, 'snapshot' | 'subscribe' | 'watchTraffic'>;
  readonly history: boolean;
  readonly traffic: boolean;
  /** Events that may wait for the client to read. */
  readonly waitingEvents: number;
  readonly log: (text: string) => void;
  /** Called once, when the stream has ended for whatever reason. */
  readonly ended: () => void;
}

export class WatchStream {
  readonly #options: WatchStreamOptions;
  readonly #waiting: FirewallEvent[] = [];
  readonly #subscriptions: (() => void)[] = [];
  #blocked = false;
  #over = false;

  constructor(options: WatchStreamOptions) {
    this.#options = options;
  }

  /** Snapshot and subscription are made in one tick, so that no change falls between them. */
  start(): void {
    const { call, client, firewall, traffic } = this.#options;
    for (const end of ['cancelled', 'close', 'finish', 'error']) call.on(end, () => this.#stop());
    call.on('drain', () => this.#flush());
    try {
      this.#write(writeSnapshot(firewall.snapshot(), client));
      this.#subscriptions.push(firewall.subscribe((event) => this.#take(event)));
      if (traffic)
        this.#subscriptions.push(firewall.watchTraffic((report) => this.#take({ kind: 'traffic', report })));
    } catch (fault) {
      this.#stop();
      throw fault;
    }
    if (call.cancelled) this.#stop();
  }

  /** Ends the stream with a status for the client. */
  end(reason: CallStatus): void {
    if (this.#over) return;
    this.#stop();
    this.#options.call.emit('error', reason);
  }

  #take(event: FirewallEvent): void {
    if (this.#over || (event.kind === 'history' && !this.#options.history)) return;
    this.#waiting.push(event);
    if (this.#waiting.length > this.#options.waitingEvents) this.end(SLOW);
    else this.#flush();
  }

  /** Never throws: it runs inside of whatever changed the firewall. */
  #flush(): void {
    this.#blocked &&= this.#options.call.writableNeedDrain;
    try {
      let next = 0;
      while (!this.#blocked && !this.#over && next < this.#waiting.length) {
        const event = this.#waiting[next++];
        if (event) this.#write(writeEvent(event));
      }
      this.#waiting.splice(0, next);
    } catch (fault) {
      this.#options.log(
        `watch of ${this.#options.client.id}: ${fault instanceof Error ? (fault.stack ?? fault.message) : String(fault)}`,
      );
      this.end(
        statusWith(
          status.INTERNAL,
          'A fault inside the agent while it told a change. Reconnect for a new snapshot.',
        ),
      );
    }
  }

  #write(event: WatchEvent): void {
    this.#blocked = !this.#options.call.write(event);
  }

  #stop(): void {
    if (this.#over) return;
    this.#over = true;
    this.#waiting.length = 0;
    for (const unsubscribe of this.#subscriptions.splice(0)) unsubscribe();
    this.#options.ended();
  }
}

const SLOW = statusWith(
  status.RESOURCE_EXHAUSTED,
  'This client reads its events too slowly: too many wait. Reconnect for a new snapshot.',
);
