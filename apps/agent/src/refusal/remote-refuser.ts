// Tells another machine at once that its flow is refused, as a port does at which nobody listens: it neither tries again for minutes
// nor learns that there is a program.
import { addressFamily } from '../domain/address.ts';
import type { FlowKey } from '../domain/flow-key.ts';
import type { Log } from '../platform/log.ts';
import { openPacketSenders } from '../platform/sockets.ts';
import type { RefusalSenders } from '../platform/sockets.ts';
import { buildRemoteRefusal } from './remote-refusal.ts';

export interface RefusedArrival {
  readonly key: FlowKey;
  /** From the IP header on. */
  readonly payload: Uint8Array;
  readonly interfaceIndex: number;
}

export interface RemoteRefuserOptions {
  readonly log: Pick<Log, 'warn'>;
  /** Lets the messages of a socket past our own queue. */
  readonly passSocket: (cookie: bigint) => void;
  /** Nothing that was sent to a group or to everybody is answered by an error. */
  readonly isOwnAddress: (address: string) => boolean;
}

export class RemoteRefuser {
  readonly #options: RemoteRefuserOptions;
  readonly #senders: RefusalSenders;

  constructor(options: RemoteRefuserOptions) {
    this.#options = options;
    this.#senders = openPacketSenders();
    options.passSocket(this.#senders.v4.cookie());
    options.passSocket(this.#senders.v6.cookie());
  }

  /** Call after the packet's verdict. Never throws: a refusal that cannot be told is still a refusal. */
  refuse({ key, payload, interfaceIndex }: RefusedArrival): void {
    if (!this.#options.isOwnAddress(key.localAddress)) return;
    const answer = buildRemoteRefusal(payload);
    if (answer === undefined) return;
    try {
      const sender = addressFamily(key.remoteAddress) === 6 ? this.#senders.v6 : this.#senders.v4;
      sender.send(key.remoteAddress, answer, interfaceIndex);
    } catch (error) {
      this.#options.log.warn('could not tell another machine that its flow was refused', {
        error: error instanceof Error ? error.message : String(error),
      });
    }
  }

  close(): void {
    this.#senders.v4.close();
    this.#senders.v6.close();
  }
}
