// The flows that are counted, by the socket that carries them.
import type { Flow } from '../domain/flow.ts';
import { NO_TRAFFIC } from '../domain/traffic.ts';
import type { Traffic } from '../domain/traffic.ts';

/** About a kilobyte each. */
export const MOST_OPEN_FLOWS = 32_768;
/** A datagram socket may send to thousands of places, and stay open for ever. */
export const MOST_FLOWS_OF_A_SOCKET = 128;

export class OpenFlow {
  readonly flow: Flow;
  /** Names its record in history; undefined where it has none by itself. */
  readonly number: number | undefined;
  /** What the socket had carried when the flow began: a TCP socket may connect more than once. */
  readonly before: Traffic;
  traffic = NO_TRAFFIC;
  /** As of the last report; undefined: not reported yet. */
  told: Traffic | undefined;
  stored = NO_TRAFFIC;

  constructor(flow: Flow, number: number | undefined, before: Traffic) {
    this.flow = flow;
    this.number = number;
    this.before = before;
  }
}

export class OpenFlows {
  readonly #bySocket = new Map<bigint, OpenFlow[]>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The same conversation of the same socket. */
  find({ key, socketCookie }: Flow): OpenFlow | undefined {
    return this.of(socketCookie).find(
      ({ flow }) =>
        flow.key.remotePort === key.remotePort &&
        flow.key.remoteAddress === key.remoteAddress &&
        flow.key.protocol === key.protocol,
    );
  }

  of(socketCookie: bigint): readonly OpenFlow[] {
    return this.#bySocket.get(socketCookie) ?? [];
  }

  *all(): Generator<OpenFlow, void, undefined> {
    for (const flows of this.#bySocket.values()) yield* flows;
  }

  sockets(): Iterable<bigint> {
    return this.#bySocket.keys();
  }

  add(open: OpenFlow): void {
    const flows = this.#bySocket.get(open.flow.socketCookie);
    if (flows === undefined) this.#bySocket.set(open.flow.socketCookie, [open]);
    else flows.push(open);
    this.#size += 1;
  }

  remove({ flow }: OpenFlow): void {
    const flows = this.#bySocket.get(flow.socketCookie) ?? [];
    const index = flows.findIndex((open) => open.flow === flow);
    if (index < 0) return;
    flows.splice(index, 1);
    this.#size -= 1;
    if (flows.length === 0) this.#bySocket.delete(flow.socketCookie);
  }
}
