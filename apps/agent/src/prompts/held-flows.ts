// The flows that wait with their packets, in the order in which they came, found by flow, by key or by socket.
import type { Flow, FlowId } from '../domain/flow.ts';
import { flowKeyText } from '../domain/flow-key.ts';
import { processInstanceText } from '../domain/owner.ts';
import type { Card } from './card.ts';

export interface HeldFlow<Packet> {
  readonly flow: Flow;
  readonly card: Card<Packet>;
  readonly packets: Packet[];
  readonly heldSinceMs: number;
  /** On the steady clock. */
  readonly endsAtMs: number;
  /** The same moment in milliseconds since 1970, for people. */
  readonly deadlineMs: number;
}

type HoldableFlow = Pick<Flow, 'key' | 'process' | 'socketCookie' | 'direction'>;

/**
 * What makes two packets wait as one flow: key and process instance. The process is part of it because a descriptor
 * may be shared or an ICMP identifier equal: a packet of another process is another question.
 */
export function holdKey(flow: HoldableFlow): string {
  return `${flowKeyText(flow.key)} ${processInstanceText(flow.process)} ${beginnerText(flow)}`;
}

/**
 * A connection that goes out is begun once by its socket, and its SYN sent again is the same question, whatever became of the process
 * meanwhile. Anything else that comes after the process became another program, or another user's, is that one's.
 */
function beginnerText({ key, process, socketCookie, direction }: HoldableFlow): string {
  const isBegunOnce = direction === 'out' && (key.protocol === 'tcp' || key.protocol === 'sctp');
  return isBegunOnce ? String(socketCookie) : `${process.uid} ${process.app.id}`;
}

export class HeldFlows<Packet> {
  readonly #byId = new Map<FlowId, HeldFlow<Packet>>();
  readonly #byKey = new Map<string, HeldFlow<Packet>>();
  readonly #bySocket = new Map<bigint, Set<HeldFlow<Packet>>>();

  get size(): number {
    return this.#byId.size;
  }

  all(): IterableIterator<HeldFlow<Packet>> {
    return this.#byId.values();
  }

  byId(id: FlowId): HeldFlow<Packet> | undefined {
    return this.#byId.get(id);
  }

  byKey(key: string): HeldFlow<Packet> | undefined {
    return this.#byKey.get(key);
  }

  bySocket(cookie: bigint): readonly HeldFlow<Packet>[] {
    return [...(this.#bySocket.get(cookie) ?? [])];
  }

  add(held: HeldFlow<Packet>): void {
    const { flow } = held;
    if (this.#byId.has(flow.id)) throw new Error(`flow ${flow.id} is held already, under another key`);
    this.#byId.set(flow.id, held);
    this.#byKey.set(holdKey(flow), held);
    const sameSocket = this.#bySocket.get(flow.socketCookie);
    if (sameSocket !== undefined) sameSocket.add(held);
    else if (flow.socketCookie !== 0n) this.#bySocket.set(flow.socketCookie, new Set([held]));
  }

  delete(held: HeldFlow<Packet>): void {
    const { flow } = held;
    this.#byId.delete(flow.id);
    this.#byKey.delete(holdKey(flow));
    const sameSocket = this.#bySocket.get(flow.socketCookie);
    sameSocket?.delete(held);
    if (sameSocket?.size === 0) this.#bySocket.delete(flow.socketCookie);
  }
}
