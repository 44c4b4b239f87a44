// KernelVerdicts: teaches the kernel what the rules decided, takes everything back when they change, and brings what the
// kernel then decided by itself to where every verdict is counted and recorded.
import type { TrafficOfRecord } from './domain/history.ts';
import type { RuleId } from './domain/rule.ts';
import { addTraffic, NO_TRAFFIC } from './domain/traffic.ts';
import type { Traffic } from './domain/traffic.ts';
import type { VerdictCacheFace } from './kernel/kernel-side.ts';
import type {
  CountedFlows,
  VerdictCacheContents,
  VerdictCacheOptions,
  VerdictCacheStats,
} from './kernel/verdict-cache.ts';
import { appliedVerdictOf, countedVerdictOf } from './known-flows.ts';
import type { AppliedVerdict, DecidedFlow } from './pipeline-ports.ts';
import type { ProcessBook } from './process-book.ts';
import type { TrafficBook } from './traffic/traffic-book.ts';
import { entryOf } from './verdict-teacher.ts';
import type { TaughtFlow, TeacherClock } from './verdict-teacher.ts';

export interface KernelVerdictPorts {
  readonly kernel: {
    readonly openVerdictCache: (options: VerdictCacheOptions<TaughtFlow>) => VerdictCacheFace<TaughtFlow>;
    readonly onlyCounted: () => number;
    readonly readAlikeTraffic: (number: number) => Traffic | undefined;
  };
  /** Off: every flow is decided by the agent. */
  readonly isOn: boolean;
  readonly clock: TeacherClock;
  readonly processes: Pick<ProcessBook, 'processOf'>;
  /** While an answer can be taken back, the agent has to see each flow that its rule lets through. */
  readonly isUndoable: (rule: RuleId) => boolean;
  readonly afterVerdict: (applied: AppliedVerdict) => void;
  /** Works when all flows that the kernel decided until then were handed over. */
  readonly traffic: Pick<TrafficBook, 'nextNumber' | 'storeUntold' | 'work'>;
}

/** How long history may lag behind what the kernel decides. */
const READ_EVERY_MS = 500;
/** Flows that were only counted are asked for in every so many readings. */
const READINGS_UNTIL_COUNTED = 4;
/** And what such flows carried, which ends later, in every so many. */
const READINGS_UNTIL_TRAFFIC = 60;

export class KernelVerdicts {
  readonly #ports: KernelVerdictPorts;
  readonly #cache: VerdictCacheFace<TaughtFlow>;
  readonly #timer: NodeJS.Timeout;
  #readings = 0;
  #onlyCounted = 0;
  /** The last record of flows that were only counted, for each entry that has some. */
  readonly #counted = new WeakMap<TaughtFlow, TrafficOfRecord>();

  constructor(ports: KernelVerdictPorts) {
    this.#ports = ports;
    this.#cache = ports.kernel.openVerdictCache({
      agentPid: process.pid,
      onKnownFlow: (known) => ports.afterVerdict(appliedVerdictOf(known, ports)),
      onCounted: (counted) => this.#takeCounted(counted),
      readAlike: (number) => ports.kernel.readAlikeTraffic(number),
    });
    this.#timer = setInterval(() => this.#readSome(), READ_EVERY_MS).unref();
  }

  teach(decided: DecidedFlow): void {
    const { reason } = decided.decision.verdict;
    if (!this.#ports.isOn || reason.kind !== 'rule' || this.#ports.isUndoable(reason.ruleId)) return;
    const entry = entryOf(decided, this.#ports.clock);
    if (entry !== undefined) this.#cache.learn(entry);
  }

  /** Call before anything is decided by other rules or in another mode. */
  voidAll(): void {
    this.#cache.voidAll();
  }

  /** Brings everything that the kernel decided until now. */
  read(): void {
    this.#cache.readDecided();
    const onlyCounted = this.#ports.kernel.onlyCounted();
    if (onlyCounted === this.#onlyCounted) return;
    this.#onlyCounted = onlyCounted;
    this.#cache.readCounted();
  }

  stats(): VerdictCacheStats {
    return this.#cache.stats();
  }

  contents(): Promise<VerdictCacheContents> {
    return this.#cache.contents();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#cache.readDecided();
    this.#cache.readCounted();
  }

  /** What they carried belongs to their last record: it is known when they end. */
  #takeCounted(counted: CountedFlows<TaughtFlow>): void {
    const { meaning, alike, traffic } = counted;
    if (alike > 0) {
      const trafficNumber = this.#ports.traffic.nextNumber();
      this.#counted.set(meaning, { trafficNumber, traffic: NO_TRAFFIC });
      this.#ports.afterVerdict({ ...countedVerdictOf(counted), trafficNumber });
    }
    const record = this.#counted.get(meaning);
    if (record === undefined) return;
    const update = { ...record, traffic: addTraffic(record.traffic, traffic) };
    this.#counted.set(meaning, update);
    this.#ports.traffic.storeUntold(update, traffic);
  }

  #readSome(): void {
    this.#readings += 1;
    if (this.#onlyCounted > 0 && this.#readings % READINGS_UNTIL_TRAFFIC === 0) this.#cache.readCounted();
    if (this.#readings % READINGS_UNTIL_COUNTED === 0) this.read();
    else this.#cache.readDecided();
    this.#ports.traffic.work();
  }
}
