// Remembers for single flows what no rule says: an answer given `once`, and flows let through while nobody could be asked.
// A retransmitted SYN or the next datagram of the same socket is the same flow and must not be asked about again.
import type { Flow } from './domain/flow.ts';
import type { FlowKey } from './domain/flow-key.ts';
import { reasonText } from './domain/verdict.ts';
import type { Verdict } from './domain/verdict.ts';

/** At least so many sockets are remembered, at most twice as many. */
const REMEMBERED_SOCKETS = 4096;
/** A socket without a connection may send to many places. */
const FLOWS_OF_A_SOCKET = 64;

/** What history says of a flow. The reason is kept as a text: it is compared for each packet. */
interface RecordedVerdict {
  readonly action: Verdict['action'];
  readonly reason: string;
}

/** By the socket's cookie: cookies are never used again, so that an entry cannot speak for another socket. */
export class FlowMemory {
  readonly #verdicts = new SocketFlows<Verdict>();
  readonly #recorded = new SocketFlows<RecordedVerdict>();

  /** What was said about this flow; undefined for flows without a recorded socket. */
  verdictOf(flow: Flow): Verdict | undefined {
    return this.#verdicts.get(flow);
  }

  remember(flow: Flow, verdict: Verdict): void {
    this.#verdicts.set(flow, verdict);
  }

  /** Forgets answers, e.g. because one was taken back. */
  forget(flow: SocketFlow): void {
    this.#verdicts.delete(flow);
  }

  /** True the first time that this flow gets this verdict: history has one record, not one for each datagram. */
  isNews(flow: Flow, verdict: Verdict): boolean {
    const reason = reasonText(verdict.reason);
    if (this.#recorded.get(flow)?.reason === reason) return false;
    this.#recorded.set(flow, { action: verdict.action, reason });
    return true;
  }

  /** Whether the last verdict that was recorded of this flow is a refusal. */
  isRefused(flow: Flow): boolean {
    return this.#recorded.get(flow)?.action === 'deny';
  }
}

type SocketFlow = Pick<Flow, 'key' | 'socketCookie'>;

interface Entry<Value> {
  readonly key: FlowKey;
  value: Value;
}

/**
 * Values of flows by socket. The older half is forgotten at once: finding the oldest entry of a Map from which many were
 * deleted takes microseconds, and so does a text of the key for each packet.
 */
class SocketFlows<Value> {
  #young = new Map<bigint, Entry<Value>[]>();
  #old = new Map<bigint, Entry<Value>[]>();

  get({ key, socketCookie }: SocketFlow): Value | undefined {
    return this.#entriesOf(socketCookie)?.find((entry) => isSameFlow(entry.key, key))?.value;
  }

  set({ key, socketCookie }: SocketFlow, value: Value): void {
    if (socketCookie === 0n) return;
    const entries = this.#entriesOf(socketCookie) ?? [];
    const entry = entries.find((candidate) => isSameFlow(candidate.key, key));
    if (entry !== undefined) entry.value = value;
    else entries.push({ key, value });
    if (entries.length > FLOWS_OF_A_SOCKET) entries.shift();
    this.#keep(socketCookie, entries);
  }

  delete({ key, socketCookie }: SocketFlow): void {
    const entries = this.#entriesOf(socketCookie);
    const index = entries?.findIndex((entry) => isSameFlow(entry.key, key)) ?? -1;
    if (index >= 0) entries?.splice(index, 1);
  }

  #entriesOf(socketCookie: bigint): Entry<Value>[] | undefined {
    return this.#young.get(socketCookie) ?? this.#old.get(socketCookie);
  }

  #keep(socketCookie: bigint, entries: Entry<Value>[]): void {
    if (this.#young.size >= REMEMBERED_SOCKETS && !this.#young.has(socketCookie)) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(socketCookie, entries);
  }
}

function isSameFlow(one: FlowKey, other: FlowKey): boolean {
  return (
    one.remotePort === other.remotePort &&
    one.localPort === other.localPort &&
    one.remoteAddress === other.remoteAddress &&
    one.localAddress === other.localAddress &&
    one.protocol === other.protocol &&
    one.networkNamespace === other.networkNamespace
  );
}
