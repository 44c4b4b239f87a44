// NowModel: history of the last five minutes and the agent's counts, put together by App, endpoint and flow. A fold over what it is
// told: no clock, no input or output, and never more than its limits.
import type { HistoryEntry } from '../../shared/report.ts';
import type { Carried, FlowTraffic, Traffic } from '../../shared/traffic.ts';
import { Activity, WINDOW_MS } from './activity.ts';
import { NowApp, NowEndpoint, NowFlow } from './now-parts.ts';
import type { Place, Rate } from './now-parts.ts';

export interface NowLimits {
  readonly mostFlows: number;
  readonly mostApps: number;
}

const LIMITS: NowLimits = { mostFlows: 100_000, mostApps: 2000 };
/** The id of a record that is told as it happens. */
const UNSTORED = '0';
const UNKNOWN_APP = 'unknown';
/** The agent counts every second, and says nothing while nothing changes. */
const COUNTS_EVERY_MS = 1000;
const LONGEST_ROUND_MS = 3500;

export class NowModel {
  readonly apps = new Map<string, NowApp>();
  readonly activity = new Activity();
  readonly #limits: NowLimits;
  /** In the order of arrival: the oldest makes room. */
  readonly #flows = new Set<NowFlow>();
  readonly #counted = new Map<string, NowFlow>();
  readonly #stored = new Set<string>();
  #epoch = 0;
  #round = 1;
  #roundAtMs = 0;
  #isFirstRound = true;
  /** The agent counts what flows carry. */
  isCounted = false;
  /** Flows that had to make room. */
  leftOut = 0;

  constructor(limits: Partial<NowLimits> = {}) {
    this.#limits = { ...LIMITS, ...limits };
  }

  get flowCount(): number {
    return this.#flows.size;
  }

  takeEntries(entries: readonly HistoryEntry[]): void {
    for (const entry of entries) if (this.#isNew(entry.id)) this.#takeEntry(entry);
  }

  takeTraffic(traffic: Traffic): void {
    if (traffic.epoch !== this.#epoch) this.beginCounts(traffic.epoch);
    this.isCounted = traffic.isCounted;
    const roundMs = this.#roundMs(traffic.atMs);
    for (const flow of traffic.flows) this.#takeCount(flow, traffic.atMs, roundMs);
    if (!traffic.isComplete || !traffic.isCounted) return;
    if (traffic.atMs !== this.#roundAtMs) this.#round += 1;
    this.#roundAtMs = traffic.atMs;
    this.#isFirstRound = false;
  }

  /** Counts of before belong to another connection: what is still there is told again. */
  beginCounts(epoch: number): void {
    this.#epoch = epoch;
    this.#isFirstRound = true;
    this.#round += 1;
    for (const flow of [...this.#counted.values()]) this.#endCount(flow);
  }

  /** Flows that are over, and nothing of which is in the last five minutes, go. */
  sweep(nowMs: number): void {
    for (const flow of this.#flows) if (!flow.isOpen && flow.lastAtMs < nowMs - WINDOW_MS) this.#forget(flow);
  }

  /** Bytes a second as of the latest counts; 0 where nothing moved. */
  rateOf(rate: Rate, nowMs: number): Carried {
    const isFresh = rate.round >= this.#round - 1 && nowMs - this.#roundAtMs < LONGEST_ROUND_MS;
    return isFresh ? rate : STILL;
  }

  /** A record that was told as it happened has no id; one that was stored is read once. */
  #isNew(id: string): boolean {
    if (id === UNSTORED) return true;
    if (this.#stored.has(id)) return false;
    this.#stored.add(id);
    return true;
  }

  #takeEntry(entry: HistoryEntry): void {
    const { atMs, action, address, pid, uid } = entry;
    const verdicts = 1 + entry.alike;
    const series = action === 'allow' ? 'flows' : 'refusals';
    this.activity.add(series, atMs, verdicts);
    // A packet that could not be read came from nowhere that could be shown.
    if (address === '') return;
    const flow = this.#flowAt(entry);
    const { endpoint } = flow;
    endpoint.app.activity.add(series, atMs, verdicts);
    flow.verdicts += verdicts;
    flow.startedAtMs = Math.min(flow.startedAtMs, atMs);
    flow.carried ??= entry.carried;
    if (atMs < flow.lastAtMs && flow.verdicts > verdicts) return;
    Object.assign(flow, { action, pid, uid });
    seen(flow, atMs);
    endpoint.uid = uid;
    endpoint.name = entry.name ?? endpoint.name;
  }

  #takeCount(told: FlowTraffic, atMs: number, roundMs: number): void {
    const known = this.#counted.get(told.id);
    const flow = known ?? this.#flowAt(told);
    const moved = movedBetween(known?.carried ?? this.#carriedBefore(told), told.carried);
    if (known === undefined) Object.assign(flow, { pid: told.pid, uid: told.uid, action: 'allow' });
    flow.startedAtMs = Math.min(flow.startedAtMs, told.startedAtMs);
    flow.carried = told.carried;
    if (told.isEnded) this.#endCount(flow);
    else this.#beginCount(told.id, flow);
    this.#count(flow, { atMs, roundMs, ...moved });
    seen(flow, atMs);
  }

  /** What a flow carried before it was first told of is not of this moment. */
  #carriedBefore({ startedAtMs, carried }: FlowTraffic): Carried | undefined {
    const isOlder = this.#isFirstRound || startedAtMs < this.#roundAtMs - LONGEST_ROUND_MS;
    return isOlder ? carried : undefined;
  }

  #count(flow: NowFlow, moved: Moved): void {
    const { atMs, roundMs, bytesOut, bytesIn } = moved;
    const { endpoint } = flow;
    for (const { activity } of [this, endpoint.app]) {
      activity.add('bytesOut', atMs, bytesOut);
      activity.add('bytesIn', atMs, bytesIn);
    }
    const perSecond = 1000 / roundMs;
    for (const { rate } of [flow, endpoint, endpoint.app])
      rate.add(this.#round, bytesOut * perSecond, bytesIn * perSecond);
  }

  #roundMs(atMs: number): number {
    const sinceMs = atMs - this.#roundAtMs;
    return sinceMs > 0 && sinceMs <= LONGEST_ROUND_MS ? sinceMs : COUNTS_EVERY_MS;
  }

  #beginCount(id: string, flow: NowFlow): void {
    if (flow.countedId === id) return;
    this.#endCount(flow);
    flow.countedId = id;
    this.#counted.set(id, flow);
  }

  #endCount(flow: NowFlow): void {
    if (flow.countedId !== undefined) this.#counted.delete(flow.countedId);
    flow.countedId = undefined;
  }

  #flowAt(told: HistoryEntry | FlowTraffic): NowFlow {
    const { app = UNKNOWN_APP, direction = 'out', protocol, address, port, localAddress, localPort } = told;
    const endpoint = endpointAt(this.#appAt(app), { direction, protocol, address, port });
    endpoint.name ??= told.name;
    const local = `${localAddress} ${localPort}`;
    const known = endpoint.flows.get(local);
    if (known !== undefined) return known;
    const flow = new NowFlow(endpoint, local, { localAddress, localPort });
    endpoint.flows.set(local, flow);
    this.#flows.add(flow);
    this.#makeRoom(flow);
    return flow;
  }

  #appAt(id: string): NowApp {
    const known = this.apps.get(id);
    if (known !== undefined) return known;
    const app = new NowApp(id);
    this.apps.set(id, app);
    return app;
  }

  #makeRoom(newest: NowFlow): void {
    const oldest = this.#flows.values().next().value;
    if (this.#flows.size > this.#limits.mostFlows && oldest !== undefined) this.#leaveOut(oldest);
    if (this.apps.size <= this.#limits.mostApps) return;
    const others = [...this.apps.values()].filter((app) => app !== newest.endpoint.app);
    const [first, ...rest] = others;
    if (first !== undefined)
      this.#leaveOutApp(rest.reduce((least, app) => (app.lastAtMs < least.lastAtMs ? app : least), first));
  }

  #leaveOutApp(app: NowApp): void {
    for (const { flows } of app.endpoints.values()) for (const flow of flows.values()) this.#leaveOut(flow);
  }

  #leaveOut(flow: NowFlow): void {
    this.leftOut += 1;
    this.#forget(flow);
  }

  #forget(flow: NowFlow): void {
    const { endpoint } = flow;
    this.#endCount(flow);
    this.#flows.delete(flow);
    endpoint.flows.delete(flow.local);
    if (endpoint.flows.size === 0) endpoint.app.endpoints.delete(endpoint.key);
    if (endpoint.app.endpoints.size === 0) this.apps.delete(endpoint.app.id);
  }
}

const STILL: Carried = { bytesOut: 0, bytesIn: 0 };

function movedBetween(before: Carried = STILL, after: Carried = STILL): Carried {
  return {
    bytesOut: Math.max(0, after.bytesOut - before.bytesOut),
    bytesIn: Math.max(0, after.bytesIn - before.bytesIn),
  };
}

interface Moved extends Carried {
  readonly atMs: number;
  readonly roundMs: number;
}

function endpointAt(app: NowApp, place: Place): NowEndpoint {
  const { direction, protocol, address, port } = place;
  const key = `${direction} ${protocol} ${address} ${port}`;
  const known = app.endpoints.get(key);
  if (known !== undefined) return known;
  const endpoint = new NowEndpoint(app, key, place);
  app.endpoints.set(key, endpoint);
  return endpoint;
}

function seen(flow: NowFlow, atMs: number): void {
  const { endpoint } = flow;
  flow.lastAtMs = Math.max(flow.lastAtMs, atMs);
  endpoint.lastAtMs = Math.max(endpoint.lastAtMs, atMs);
  endpoint.app.lastAtMs = Math.max(endpoint.app.lastAtMs, atMs);
}
