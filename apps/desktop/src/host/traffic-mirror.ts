// TrafficMirror: the latest of every flow that the agent told of, to be read from any place on. Pure, and of bounded size.
import type { FlowTraffic, Traffic, TrafficPlace } from '../shared/traffic.ts';

export interface TrafficLimits {
  /** What changed longest ago makes room. */
  readonly mostFlows: number;
  /** In one answer, which a page reads without stopping. */
  readonly mostInAnswer: number;
  /** For so long an ended flow is told to whoever reads. */
  readonly endedKeptMs: number;
}

interface Known {
  readonly flow: FlowTraffic;
  readonly revision: number;
  readonly atMs: number;
}

const LIMITS: TrafficLimits = { mostFlows: 100_000, mostInAnswer: 2000, endedKeptMs: 15_000 };

export class TrafficMirror {
  readonly #limits: TrafficLimits;
  /** In the order of their last change. */
  readonly #flows = new Map<string, Known>();
  readonly #ended = new Set<string>();
  #epoch = 0;
  #revision = 0;
  #atMs = 0;
  #isCounted = false;

  constructor(limits: Partial<TrafficLimits> = {}) {
    this.#limits = { ...LIMITS, ...limits };
  }

  get size(): number {
    return this.#flows.size;
  }

  /** What was known is void. An epoch is never used again, not even by another process on the same day. */
  begin(nowMs: number): void {
    this.#epoch = Math.max(this.#epoch + 1, Math.floor(nowMs));
    this.#flows.clear();
    this.#ended.clear();
    this.#isCounted = false;
  }

  take(atMs: number, flows: readonly FlowTraffic[]): void {
    this.#atMs = atMs;
    this.#isCounted ||= flows.some(({ carried }) => carried !== undefined);
    for (const flow of flows) this.#put({ flow, atMs, revision: ++this.#revision });
    this.#forgetEnded();
    for (const id of this.#flows.keys()) {
      if (this.#flows.size <= this.#limits.mostFlows) break;
      this.#forget(id);
    }
  }

  read(place: TrafficPlace): Traffic {
    const after = place.epoch === this.#epoch ? place.revision : 0;
    const flows: FlowTraffic[] = [];
    let revision = this.#revision;
    for (const known of this.#flows.values()) {
      if (known.revision <= after) continue;
      if (flows.length === this.#limits.mostInAnswer) return this.#answer(flows, revision, false);
      flows.push(known.flow);
      revision = known.revision;
    }
    return this.#answer(flows, this.#revision, true);
  }

  #answer(flows: readonly FlowTraffic[], revision: number, isComplete: boolean): Traffic {
    return { epoch: this.#epoch, revision, atMs: this.#atMs, isCounted: this.#isCounted, isComplete, flows };
  }

  #put(known: Known): void {
    const { id, isEnded } = known.flow;
    this.#flows.delete(id);
    this.#flows.set(id, known);
    if (isEnded) this.#ended.add(id);
  }

  /** They are in the order in which they ended. */
  #forgetEnded(): void {
    for (const id of this.#ended) {
      if ((this.#flows.get(id)?.atMs ?? -Infinity) + this.#limits.endedKeptMs > this.#atMs) return;
      this.#forget(id);
    }
  }

  #forget(id: string): void {
    this.#flows.delete(id);
    this.#ended.delete(id);
  }
}
