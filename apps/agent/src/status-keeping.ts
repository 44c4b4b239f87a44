// What status reads, built of the parts that know it.
import { StatusBook } from './agent-status.ts';
import type { CurrentRuleset } from './current-ruleset.ts';
import type { FlowCutter } from './flow-cutter.ts';
import type { HistoryThread } from './history/thread.ts';
import type { Inbound } from './inbound.ts';
import type { KernelPrograms } from './kernel/kernel-programs.ts';
import type { KernelVerdicts } from './kernel-verdicts.ts';
import type { ModeSwitch } from './mode-switch.ts';
import type { HeldPacket } from './pipeline-ports.ts';
import type { Clock } from './platform/clock.ts';
import type { PromptBroker } from './prompts/broker.ts';
import type { RulesStore } from './rules/rules-store.ts';
import type { Settings } from './settings.ts';
import type { TrafficBook } from './traffic/traffic-book.ts';

export interface StatusParts {
  readonly settings: Pick<Settings, 'strict'>;
  readonly clock: Clock;
  readonly kernel: Pick<KernelPrograms, 'counters'>;
  readonly history: Pick<HistoryThread, 'health'>;
  readonly kernelVerdicts: KernelVerdicts;
  readonly mode: ModeSwitch;
  readonly store: RulesStore;
  readonly broker: PromptBroker<HeldPacket>;
  readonly ruleset: CurrentRuleset;
  readonly cutter: FlowCutter;
  readonly traffic: TrafficBook;
  readonly inbound: Inbound | undefined;
  readonly clients: () => number;
}

export function buildStatus(parts: StatusParts): StatusBook {
  const { settings, clock, kernel, history, kernelVerdicts, mode, store } = parts;
  return new StatusBook({
    beforeReading: () => kernelVerdicts.read(),
    mode: () => mode.mode,
    strict: settings.strict,
    inbound: () => parts.inbound?.counts,
    rules: () => store.size,
    ruleProblems: () => store.problems().length,
    broker: () => parts.broker.counts(),
    clients: parts.clients,
    generation: () => parts.ruleset.ruleset.generation,
    kernel: () => kernel.counters(),
    verdictCache: () => kernelVerdicts.stats(),
    cuts: () => parts.cutter.counts,
    traffic: parts.traffic,
    history: () => history.health(),
    nowMs: clock.nowMs,
  });
}
