// Makes a refusal immediate: the packet is dropped by its verdict, and the program gets its error now instead of after two
// minutes of retransmits. An ICMP error names the reason as a refused connection; sock_diag ends what that did not reach in time.
import { addressFamily } from '../domain/address.ts';
import type { FlowKey } from '../domain/flow-key.ts';
import { destroyFlowSocket, openIcmpSenders } from '../platform/sockets.ts';
import type { RefusalSenders } from '../platform/sockets.ts';
import type { Log } from '../platform/log.ts';
import { buildUnreachable } from './icmp-error.ts';

/** Longer than an ICMP error waits for its turn on a busy machine, and shorter than a SYN is sent again (RFC 6298: a second). */
const END_AFTER_MS = 100;

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
  readonly #waiting = new Map<NodeJS.Timeout, RefusedFlow>();

  constructor({ log, networkNamespace, passSocket }: RefuserOptions) {
    this.#senders = openIcmpSenders();
    this.#log = log;
    this.#networkNamespace = networkNamespace;
    passSocket(this.#senders.v4.cookie());
    passSocket(this.#senders.v6.cookie());
  }

  /** Call after the packet's verdict. Never throws: a refusal that cannot be told is still a refusal. */
  refuse(packet: RefusedPacket): void {
    this.#try(() => this.#sendUnreachable(packet));
    const { key, socketCookie } = packet;
    if (this.#canEnd(key)) this.#endLater({ key, socketCookie });
  }

  close(): void {
    for (const [timer, flow] of this.#waiting) {
      clearTimeout(timer);
      this.#end(flow);
    }
    this.#waiting.clear();
    this.#senders.v4.close();
    this.#senders.v6.close();
  }

  /** Without its cookie another socket could have taken over the port meanwhile. */
  #endLater(flow: RefusedFlow): void {
    if (flow.socketCookie === 0n) return this.#end(flow);
    const timer = setTimeout(() => {
      this.#waiting.delete(timer);
      this.#end(flow);
    }, END_AFTER_MS);
    this.#waiting.set(timer, flow);
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

  #canEnd({ protocol, networkNamespace }: FlowKey): boolean {
    return protocol === 'tcp' && networkNamespace === this.#networkNamespace;
  }

  #sendUnreachable({ key, payload }: RefusedPacket): void {
    // An ICMP error is never sent about an ICMP error.
    if (key.protocol === 'icmp' || key.protocol === 'icmpv6') return;
    const message = buildUnreachable(payload);
    if (message === undefined) return;
    const sender = addressFamily(key.localAddress) === 6 ? this.#senders.v6 : this.#senders.v4;
    sender.send(key.localAddress, message);
  }
}
