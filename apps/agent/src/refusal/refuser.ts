// Makes a refusal immediate: the packet is dropped by its verdict, and the program gets its error now instead of after two
// minutes of retransmits. An ICMP error names the reason as a refused connection; what that did not reach in time is ended by sock_diag,
// or told once more where it is in another network namespace.
import { addressFamily } from '../domain/address.ts';
import type { FlowKey } from '../domain/flow-key.ts';
import { destroyFlowSocket, openIcmpSenders } from '../platform/sockets.ts';
import type { RefusalSenders } from '../platform/sockets.ts';
import type { Log } from '../platform/log.ts';
import { buildUnreachable } from './icmp-error.ts';

/** Longer than an ICMP error waits for its turn on a busy machine, and shorter than a SYN is sent again (RFC 6298: a second). */
const LATER_MS = 100;

interface RefusedFlow {
  readonly key: FlowKey;
  readonly socketCookie: bigint;
}

export interface RefusedPacket extends RefusedFlow {
  /** From the IP header on. */
  readonly payload: Uint8Array;
}

export interface RefuserOptions {
  readonly log: Log;
  /** Cookie of the agent's own: sock_diag finds no socket of another one. */
  readonly networkNamespace: bigint;
  /** Lets the messages of a socket past our own queue, so that they arrive before the socket is ended. */
  readonly passSocket: (cookie: bigint) => void;
}

export class Refuser {
  readonly #senders: RefusalSenders;
  readonly #log: Log;
  readonly #networkNamespace: bigint;
  /** What a flow gets later, while its timer runs. */
  readonly #waiting = new Map<NodeJS.Timeout, () => void>();

  constructor({ log, networkNamespace, passSocket }: RefuserOptions) {
    this.#senders = openIcmpSenders();
    this.#log = log;
    this.#networkNamespace = networkNamespace;
    passSocket(this.#senders.v4.cookie());
    passSocket(this.#senders.v6.cookie());
  }

  /** Call after the packet's verdict. Never throws: a refusal that cannot be told is still a refusal. */
  refuse({ key, socketCookie, payload }: RefusedPacket): void {
    const message = messageAbout(key, payload);
    this.#tell(key, message);
    if (key.protocol !== 'tcp') return;
    if (key.networkNamespace === this.#networkNamespace) this.#endLater({ key, socketCookie });
    // Where its program was just then at work on the socket, TCP only took note. A segment that is no longer awaited harms nobody.
    else this.#later(() => this.#tell(key, message));
  }

  close(): void {
    for (const [timer, act] of this.#waiting) {
      clearTimeout(timer);
      act();
    }
    this.#waiting.clear();
    this.#senders.v4.close();
    this.#senders.v6.close();
  }

  /** Without its cookie another socket could have taken over the port meanwhile. */
  #endLater(flow: RefusedFlow): void {
    if (flow.socketCookie === 0n) this.#end(flow);
    else this.#later(() => this.#end(flow));
  }

  #later(act: () => void): void {
    const timer = setTimeout(() => {
      this.#waiting.delete(timer);
      act();
    }, LATER_MS);
    this.#waiting.set(timer, act);
  }

  #end({ key, socketCookie }: RefusedFlow): void {
    this.#try(() => destroyFlowSocket(key, socketCookie));
  }

  #try(tell: () => unknown): void {
    try {
      tell();
    } catch (error) {
      this.#log.warn('could not tell a program of its refusal; it will notice by its own time-out', {
        error: error instanceof Error ? error.message : String(error),
      });
    }
  }

  #tell({ localAddress }: FlowKey, message: Uint8Array | undefined): void {
    if (message === undefined) return;
    const sender = addressFamily(localAddress) === 6 ? this.#senders.v6 : this.#senders.v4;
    this.#try(() => sender.send(localAddress, message));
  }
}

/** An ICMP error is never sent about an ICMP error. */
function messageAbout({ protocol }: FlowKey, payload: Uint8Array): Uint8Array | undefined {
  return protocol === 'icmp' || protocol === 'icmpv6' ? undefined : buildUnreachable(payload);
}
