// TrafficBook: joins what the kernel counts with the flows that the agent knows, tells those who watch each second, and hands
// the figures to history when a flow ends, or each minute. Reads nothing while nobody watches and nothing ends.
import type { Flow } from '../domain/flow.ts';
import type { TrafficOfRecord } from '../domain/history.ts';
import { addTraffic, isSameTraffic, NO_TRAFFIC, trafficSince } from '../domain/traffic.ts';
import type { FlowTraffic, Traffic, TrafficReport } from '../domain/traffic.ts';
import { Endings } from './endings.ts';
import { MOST_FLOWS_OF_A_SOCKET, MOST_OPEN_FLOWS, OpenFlow, OpenFlows } from './open-flows.ts';

export interface TrafficPorts {
  readonly counters: {
    /** Undefined where nothing is counted, or no longer. */
    readonly read: (flow: Flow) => Traffic | undefined;
    readonly isOpen: (socketCookie: bigint) => boolean;
    readonly forget: (flow: Flow) => void;
    /** Calls `socketEnded` for each socket that was closed since. */
    readonly readEnded: () => void;
  };
  /** Why the kernel does not count; undefined: it does. */
  readonly whyUncounted: string | undefined;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
  readonly store: (update: TrafficOfRecord) => void;
}

type Listener = (report: TrafficReport) => void;

/** A second, as `work` is called twice in it and not to the millisecond. */
const TELL_EVERY_MS = 900;
const STORE_EVERY_MS = 60_000;
/** Of all flows that there may be, one message would be too long. */
const FLOWS_PER_REPORT = 1000;

export class TrafficBook {
  readonly #ports: TrafficPorts;
  readonly #flows = new OpenFlows();
  readonly #endings = new Endings();
  readonly #listeners = new Set<Listener>();
  #endedUntold: FlowTraffic[] = [];
  #endedSum = NO_TRAFFIC;
  #number = 0;
  #toldAtMs = 0;
  #storedAtMs: number;

  constructor(ports: TrafficPorts) {
    this.#ports = ports;
    this.#storedAtMs = ports.nowMs();
  }

  get whyUncounted(): string | undefined {
    return this.#ports.whyUncounted;
  }

  /** A flow was let through: its number in history. Undefined where it is not counted, or only told while it is open. */
  open(flow: Flow, { isStored } = { isStored: true }): number | undefined {
    if (this.whyUncounted !== undefined || flow.socketCookie === 0n) return undefined;
    const known = this.#flows.find(flow);
    if (known !== undefined) return known.number;
    const before = this.#makeRoom(flow);
    if (this.#flows.size >= MOST_OPEN_FLOWS) return undefined;
    const open = new OpenFlow(flow, isStored ? this.nextNumber() : undefined, before);
    this.#flows.add(open);
    return open.number;
  }

  /** Never used before, by an earlier run neither. */
  nextNumber(): number {
    return (this.#number = Math.max(this.#number + 1, Math.floor(this.#ports.nowMs() * 1000)));
  }

  /** Its last descriptor was closed. */
  socketEnded(socketCookie: bigint): void {
    this.#endings.add(socketCookie, this.#ports.nowMs());
  }

  /** Flows that are not told of one by one, and have one record together, carried so much more. */
  storeUntold(update: TrafficOfRecord, more: Traffic): void {
    this.#endedSum = addTraffic(this.#endedSum, more);
    this.#ports.store(update);
  }

  /** Call a few times a second, when all flows that the kernel decided are known. */
  work(): void {
    this.#ports.counters.readEnded();
    const nowMs = this.#ports.nowMs();
    for (const socketCookie of this.#endings.due(nowMs)) this.#settle(socketCookie, nowMs);
    if (this.#listeners.size > 0 && isTime(nowMs, this.#toldAtMs, TELL_EVERY_MS)) this.#tell(nowMs);
    if (isTime(nowMs, this.#storedAtMs, STORE_EVERY_MS)) this.#storeAll(nowMs);
  }

  /** The listener hears of all open flows before this returns. Returns what ends it. */
  watch(listener: Listener): () => void {
    const open = [...this.#flows.all()].map((flow) => this.#read(flow));
    for (const report of reportsOf(open, this.#ports.nowMs())) listener(report);
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#endedUntold = [];
    };
  }

  /** `total`: of all flows since the start. */
  totals(): { readonly openFlows: number; readonly total: Traffic } {
    let total = this.#endedSum;
    for (const open of this.#flows.all()) total = addTraffic(total, this.#read(open).traffic);
    return { openFlows: this.#flows.size, total };
  }

  /** Hands over what history does not have yet, e.g. before the end. */
  flush(): void {
    for (const open of this.#flows.all()) {
      this.#read(open);
      this.#store(open);
    }
  }

  #read(open: OpenFlow): FlowTraffic {
    const counted = this.#ports.counters.read(open.flow);
    if (counted !== undefined) open.traffic = trafficSince(counted, open.before);
    return { flow: open.flow, traffic: open.traffic, isEnded: false };
  }

  /** What the socket has carried so far, where it begins another conversation. */
  #makeRoom(flow: Flow): Traffic {
    const others = this.#flows.of(flow.socketCookie);
    const [oldest] = others;
    if (oldest === undefined) return NO_TRAFFIC;
    if (flow.key.protocol !== 'tcp') {
      if (others.length >= MOST_FLOWS_OF_A_SOCKET) this.#readAndFinish(oldest);
      return NO_TRAFFIC;
    }
    this.#readAndFinish(oldest);
    return addTraffic(oldest.before, oldest.traffic);
  }

  #settle(socketCookie: bigint, nowMs: number): void {
    const flows = [...this.#flows.of(socketCookie)];
    const before = flows.map(({ traffic }) => traffic);
    for (const open of flows) this.#read(open);
    const isSending = flows.some(
      ({ flow, traffic }, index) =>
        flow.key.protocol === 'tcp' && !isSameTraffic(traffic, before[index] ?? NO_TRAFFIC),
    );
    if (isSending && this.#endings.addAgain(socketCookie, nowMs)) return;
    this.#endings.delete(socketCookie);
    flows.forEach((open) => this.#finish(open));
  }

  #readAndFinish(open: OpenFlow): void {
    this.#read(open);
    this.#finish(open);
  }

  /** As it was read last. */
  #finish(open: OpenFlow): void {
    this.#store(open);
    this.#flows.remove(open);
    this.#ports.counters.forget(open.flow);
    this.#endedSum = addTraffic(this.#endedSum, open.traffic);
    if (this.#listeners.size > 0)
      this.#endedUntold.push({ flow: open.flow, traffic: open.traffic, isEnded: true });
  }

  #tell(nowMs: number): void {
    this.#toldAtMs = nowMs;
    const changed = this.#endedUntold.splice(0);
    for (const open of this.#flows.all()) {
      const now = this.#read(open);
      if (open.told !== undefined && isSameTraffic(open.told, now.traffic)) continue;
      open.told = now.traffic;
      changed.push(now);
    }
    if (changed.length === 0) return;
    for (const report of reportsOf(changed, nowMs)) for (const listener of this.#listeners) listener(report);
  }

  /** And notices sockets of which the kernel could not tell that they were closed. */
  #storeAll(nowMs: number): void {
    this.#storedAtMs = nowMs;
    for (const socketCookie of this.#flows.sockets())
      if (!this.#ports.counters.isOpen(socketCookie)) this.#endings.add(socketCookie, nowMs);
    this.flush();
  }

  #store(open: OpenFlow): void {
    const { number, stored, traffic } = open;
    if (number === undefined || isSameTraffic(stored, traffic)) return;
    open.stored = traffic;
    this.#ports.store({ trafficNumber: number, traffic });
  }
}

/** True as well when somebody set the clock back. */
function isTime(nowMs: number, lastMs: number, everyMs: number): boolean {
  return Math.abs(nowMs - lastMs) >= everyMs;
}

/** At least one, so that who asks hears that there is nothing. */
function reportsOf(flows: readonly FlowTraffic[], atMs: number): readonly TrafficReport[] {
  const count = Math.max(1, Math.ceil(flows.length / FLOWS_PER_REPORT));
  return Array.from({ length: count }, (_, index) => ({
    atMs,
    flows: flows.slice(index * FLOWS_PER_REPORT, (index + 1) * FLOWS_PER_REPORT),
  }));
}
