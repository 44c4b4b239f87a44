// Status: what the agent counts and what it finds, gathered when somebody asks.
import type { AgentStatus, HealthCheck } from './api/ports.ts';
import type { CaptureStats } from './capture/packet-capture.ts';
import type { Mode } from './domain/mode.ts';
import type { Verdict } from './domain/verdict.ts';
import type { CutCounts } from './flow-cutter.ts';
import type { InboundCounts } from './inbound.ts';
import { healthChecks } from './health.ts';
import type { KernelCounters } from './kernel/kernel-programs.ts';
import type { VerdictCacheStats } from './kernel/verdict-cache.ts';
import type { RungReport } from './ladder.ts';
import type { BrokerCounts } from './prompts/outcomes.ts';
import type { TrafficBook } from './traffic/traffic-book.ts';

export const VERSION = '0.1.0';

const NO_CAPTURE: CaptureStats = {
  received: 0,
  unanswered: 0,
  gone: 0,
  verdictErrors: 0,
  droppedByKernel: 0,
  droppedForUser: 0,
};

export interface StatusReaders {
  /** Brings what the kernel counted and did not tell yet. */
  readonly beforeReading: () => void;
  readonly mode: () => Mode;
  readonly strict: boolean;
  /** Undefined where what begins elsewhere is not judged. */
  readonly inbound: () => InboundCounts | undefined;
  readonly rung: RungReport;
  readonly rules: () => number;
  readonly ruleProblems: () => number;
  readonly broker: () => BrokerCounts;
  readonly clients: () => number;
  readonly generation: () => number;
  readonly kernel: () => KernelCounters;
  readonly verdictCache: () => Pick<VerdictCacheStats, 'learned' | 'masks'>;
  readonly cuts: () => CutCounts;
  readonly traffic: Pick<TrafficBook, 'totals' | 'whyUncounted'>;
  readonly history: () => Pick<HealthCheck, 'state' | 'text' | 'remedy'>;
  readonly packetSockets: () => HealthCheck;
  readonly nowMs: () => number;
}

export class StatusBook {
  readonly #readers: StatusReaders;
  readonly #startedAtMs: number;
  #capture: () => CaptureStats = () => NO_CAPTURE;
  #allowed = 0;
  #denied = 0;
  #kernelPackets = 0;
  #restored = 0;
  #netfilterFailure: string | undefined;

  constructor(readers: StatusReaders) {
    this.#readers = readers;
    this.#startedAtMs = readers.nowMs();
  }

  /** The queue is opened last, when everything that answers its packets is there. */
  setCapture(stats: () => CaptureStats): void {
    this.#capture = stats;
  }

  countVerdict(verdict: Verdict, flows = 1): void {
    if (verdict.action === 'allow') this.#allowed += flows;
    else this.#denied += flows;
  }

  countKernelPacket(): void {
    this.#kernelPackets += 1;
  }

  netfilterRestored(): void {
    this.#restored += 1;
    this.#netfilterFailure = undefined;
  }

  netfilterFailed(text: string): void {
    this.#netfilterFailure = text;
  }

  health(): readonly HealthCheck[] {
    return healthChecks({
      rung: this.#readers.rung,
      capture: this.#capture,
      kernel: this.#readers.kernel,
      whyUncounted: () => this.#readers.traffic.whyUncounted,
      history: this.#readers.history,
      isInboundJudged: () => this.#readers.inbound() !== undefined,
      ruleProblems: this.#readers.ruleProblems,
      cuts: this.#readers.cuts,
      packetSockets: this.#readers.packetSockets,
      netfilter: () => ({ restored: this.#restored, failure: this.#netfilterFailure }),
    });
  }

  status(): AgentStatus {
    this.#readers.beforeReading();
    const broker = this.#readers.broker();
    return {
      version: VERSION,
      agentPid: process.pid,
      startedAtMs: this.#startedAtMs,
      mode: this.#readers.mode(),
      strict: this.#readers.strict,
      correlator: this.#readers.rung.text,
      rules: this.#readers.rules(),
      promptsOpen: broker.openPrompts,
      promptsMissed: broker.missedPrompts,
      flowsHeld: broker.heldFlows,
      clients: this.#readers.clients(),
      counters: this.#counters(broker),
      health: this.health(),
      rulesetGeneration: BigInt(this.#readers.generation()),
      memoryBytes: BigInt(process.memoryUsage.rss()),
    };
  }

  #counters(broker: BrokerCounts): AgentStatus['counters'] {
    const capture = this.#capture();
    const kernel = this.#readers.kernel();
    const cuts = this.#readers.cuts();
    const counters = {
      packetsReceived: capture.received,
      packetsUnanswered: capture.unanswered,
      packetsGone: capture.gone,
      packetsDroppedByFullQueue: capture.droppedByKernel + capture.droppedForUser,
      verdictErrors: capture.verdictErrors,
      allowed: this.#allowed,
      denied: this.#denied,
      kernelPackets: this.#kernelPackets + kernel.kernelPackets,
      ownPackets: kernel.ownPackets,
      ownerMissing: kernel.ownerMissing,
      ownersFoundAgain: kernel.ownersFoundAgain,
      knownAllowed: kernel.knownAllowed,
      knownDenied: kernel.knownDenied,
      notKnown: kernel.notKnown,
      knownOnlyCounted: kernel.onlyCounted,
      forwardedForOthers: kernel.forwardedForOthers,
      ...this.#cacheCounters(),
      flowsCut: cuts.cut,
      flowsNotCut: cuts.notCut,
      ...this.#trafficCounters(),
      inboundNobodyListens: this.#readers.inbound()?.nobodyListens ?? 0,
      missedPromptsForgotten: broker.forgottenMissedPrompts,
    };
    return Object.entries(counters).map(([name, value]) => ({ name, value: BigInt(value) }));
  }

  #trafficCounters(): Readonly<Record<string, number>> {
    const { openFlows, total } = this.#readers.traffic.totals();
    return {
      trafficOpenFlows: openFlows,
      trafficPacketsOut: total.packetsOut,
      trafficBytesOut: total.bytesOut,
      trafficPacketsIn: total.packetsIn,
      trafficBytesIn: total.bytesIn,
    };
  }

  #cacheCounters(): Readonly<Record<'verdictsLearned' | 'verdictMasks', number>> {
    const { learned, masks } = this.#readers.verdictCache();
    return { verdictsLearned: learned, verdictMasks: masks.length };
  }
}
