// The flows that wait with their packets, in the order in which they came, found by flow, by key or by socket.
import type { Flow, FlowId } from '../domain/flow.ts';
import { flowKeyText, type FlowKey } from '../domain/flow-key.ts';
import { processInstanceText, type ProcessInstance } from '../domain/owner.ts';
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

/**
 * What makes two packets wait as one flow: key and process instance. The process is part of it because a descriptor
 * may be shared or an ICMP identifier equal: a packet of another process is another question.
 */
export function holdKey(key: FlowKey, process: ProcessInstance): string {
  return `${flowKeyText(key)} ${processInstanceText(process)}`;
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
    this.#byKey.set(holdKey(flow.key, flow.process), held);
    const sameSocket = this.#bySocket.get(flow.socketCookie);
    if (sameSocket !== undefined) sameSocket.add(held);
    else if (flow.socketCookie !== 0n) this.#bySocket.set(flow.socketCookie, new Set([held]));
  }

  delete(held: HeldFlow<Packet>): void {
    const { flow } = held;
    this.#byId.delete(flow.id);
    this.#byKey.delete(holdKey(flow.key, flow.process));
    const sameSocket = this.#bySocket.get(flow.socketCookie);
    sameSocket?.delete(held);
    if (sameSocket?.size === 0) this.#bySocket.delete(flow.socketCookie);
  }
}
