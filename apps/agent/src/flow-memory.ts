// Remembers for single flows what no rule says: an answer given `once`, and flows let through while nobody could be asked.
// A retransmitted SYN or the next datagram of the same socket is the same flow and must not be asked about again.
import type { AppId } from './domain/app.ts';
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

/**
 * By the socket's cookie: cookies are never used again, so that an entry cannot speak for another socket. And by App and user: a
 * process with the same socket that runs another program, or became another user's, is neither answered nor recorded yet.
 */
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
  readonly app: AppId;
  readonly uid: number;
  value: Value;
}

/**
 * Values of flows by socket. The older half is forgotten at once: finding the oldest entry of a Map from which many were
 * deleted takes microseconds, and so does a text of the key for each packet.
 */
class SocketFlows<Value> {
  #young = new Map<bigint, Entry<Value>[]>();
  #old = new Map<bigint, Entry<Value>[]>();

  get(flow: Flow): Value | undefined {
    return this.#entriesOf(flow.socketCookie)?.find((entry) => isOf(entry, flow))?.value;
  }

  set(flow: Flow, value: Value): void {
    const { key, socketCookie, process } = flow;
    if (socketCookie === 0n) return;
    const entries = this.#entriesOf(socketCookie) ?? [];
    const entry = entries.find((candidate) => isOf(candidate, flow));
    if (entry !== undefined) entry.value = value;
    else entries.push({ key, app: process.app.id, uid: process.uid, value });
    if (entries.length > FLOWS_OF_A_SOCKET) entries.shift();
    this.#keep(socketCookie, entries);
  }

  /** Whichever program's. */
  delete({ key, socketCookie }: SocketFlow): void {
    const entries = this.#entriesOf(socketCookie);
    if (entries === undefined) return;
    const others = entries.filter((entry) => !isSameFlow(entry.key, key));
    entries.splice(0, entries.length, ...others);
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

function isOf({ key, app, uid }: Entry<unknown>, flow: Flow): boolean {
  return isSameFlow(key, flow.key) && uid === flow.process.uid && app === flow.process.app.id;
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
