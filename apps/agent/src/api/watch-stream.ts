// One Watch stream: a snapshot, then every change in order, as fast as the client reads and no further than a bounded queue.
import { status } from '@grpc/grpc-js';
import type { ServerWritableStream } from '@grpc/grpc-js';
import type { EncodedMessage, WatchEvent, WatchRequest } from '@sallyport/proto';
import type { Client } from '../domain/client.ts';
import { inSlices } from '../platform/sliced-work.ts';
import type { SlicedWork } from '../platform/sliced-work.ts';
import type { FirewallEvent, FirewallPort } from './ports.ts';
import { statusWith } from './refusal.ts';
import type { CallStatus } from './refusal.ts';
import { writeEvent, writeSnapshot } from './wire/event.ts';
import type { TellableEvent } from './wire/event.ts';

export type WatchCall = ServerWritableStream<WatchRequest, WatchEvent | EncodedMessage>;

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
  readonly #waiting: TellableEvent[] = [];
  readonly #subscriptions: (() => void)[] = [];
  #hasBegun = false;
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
      const snapshot = firewall.snapshot();
      this.#subscriptions.push(firewall.subscribe((event) => this.#take(event)));
      if (traffic)
        this.#subscriptions.push(firewall.watchTraffic((report) => this.#take({ kind: 'traffic', report })));
      void this.#begin(writeSnapshot(snapshot, client));
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

  /** What happens meanwhile waits, so that the snapshot comes first. Never throws. */
  async #begin(snapshot: SlicedWork<EncodedMessage>): Promise<void> {
    try {
      const message = await inSlices(this.#whileOpen(snapshot));
      if (message === undefined) return;
      this.#hasBegun = true;
      this.#write(message);
      this.#flush();
    } catch (fault) {
      this.#fail(fault);
    }
  }

  *#whileOpen<Result>(work: SlicedWork<Result>): SlicedWork<Result | undefined> {
    for (;;) {
      const step = work.next();
      if (step.done === true) return step.value;
      if (this.#over) return undefined;
      yield;
    }
  }

  #take(event: FirewallEvent): void {
    if (event.kind === 'many-rules') return this.end(MANY_CHANGED);
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
      while (this.#hasBegun && !this.#blocked && !this.#over && next < this.#waiting.length) {
        const event = this.#waiting[next++];
        if (event) this.#write(writeEvent(event));
      }
      this.#waiting.splice(0, next);
    } catch (fault) {
      this.#fail(fault);
    }
  }

  /** The codec of an event takes an encoded one as well. */
  #write(event: WatchEvent | EncodedMessage): void {
    this.#blocked = !this.#options.call.write(event);
  }

  #fail(fault: unknown): void {
    const text = fault instanceof Error ? (fault.stack ?? fault.message) : String(fault);
    this.#options.log(`watch of ${this.#options.client.id}: ${text}`);
    this.end(FAULT);
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

const MANY_CHANGED = statusWith(
  status.RESOURCE_EXHAUSTED,
  'More rules changed at once than are told one by one. Reconnect for a new snapshot.',
);

const FAULT = statusWith(
  status.INTERNAL,
  'A fault inside the agent while it told a change. Reconnect for a new snapshot.',
);
