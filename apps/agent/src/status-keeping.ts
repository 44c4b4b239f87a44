// Status, built of the parts that know what it says.
import { StatusBook } from './agent-status.ts';
import type { CurrentRuleset } from './current-ruleset.ts';
import type { FlowCutter } from './flow-cutter.ts';
import type { HistoryThread } from './history/thread.ts';
import type { Inbound } from './inbound.ts';
import type { KernelVerdicts } from './kernel-verdicts.ts';
import type { KernelSide } from './kernel/kernel-side.ts';
import type { RungReport } from './ladder.ts';
import type { ModeSwitch } from './mode-switch.ts';
import type { PacketSocketKeeping } from './packet-socket-keeping.ts';
import type { HeldPacket } from './pipeline-ports.ts';
import type { Clock } from './platform/clock.ts';
import type { PromptBroker } from './prompts/broker.ts';
import type { RulesStore } from './rules/rules-store.ts';
import type { Settings } from './settings.ts';
import type { TrafficBook } from './traffic/traffic-book.ts';

export interface StatusParts {
  readonly settings: Pick<Settings, 'strict'>;
  readonly rung: RungReport;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly kernel: Pick<KernelSide, 'counters'>;
  readonly history: Pick<HistoryThread, 'health'>;
  readonly kernelVerdicts: KernelVerdicts;
  readonly mode: ModeSwitch;
  readonly store: RulesStore;
  readonly broker: PromptBroker<HeldPacket>;
  readonly ruleset: CurrentRuleset;
  readonly cutter: FlowCutter;
  readonly traffic: TrafficBook;
  readonly inbound: Inbound | undefined;
  readonly packetSockets: PacketSocketKeeping;
  readonly clients: () => number;
}

export function buildStatus(parts: StatusParts): StatusBook {
  const { rung, traffic, clients } = parts;
  return new StatusBook({
    ...{ rung, traffic, clients, strict: parts.settings.strict, nowMs: parts.clock.nowMs },
    beforeReading: () => parts.kernelVerdicts.read(),
    mode: () => parts.mode.mode,
    inbound: () => parts.inbound?.counts,
    rules: () => parts.store.size,
    ruleProblems: () => parts.store.problems().length,
    broker: () => parts.broker.counts(),
    generation: () => parts.ruleset.ruleset.generation,
    kernel: () => parts.kernel.counters(),
    verdictCache: () => parts.kernelVerdicts.stats(),
    cuts: () => parts.cutter.counts,
    packetSockets: () => parts.packetSockets.health(),
    history: () => parts.history.health(),
  });
}
