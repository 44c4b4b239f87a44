// What teaches the kernel, built of the parts that know the processes, the answers that can be taken back and what flows carry.
import type { Clock } from './platform/clock.ts';
import { KernelVerdicts } from './kernel-verdicts.ts';
import type { KernelVerdictPorts } from './kernel-verdicts.ts';
import type { UndoLedger } from './prompts/undo-ledger.ts';
import type { Settings } from './settings.ts';

export interface KernelVerdictParts extends Omit<KernelVerdictPorts, 'isOn' | 'isUndoable' | 'clock'> {
  readonly settings: Pick<Settings, 'verdictCache'>;
  readonly clock: Clock;
  readonly ledger: Pick<UndoLedger, 'isUndoable'>;
}

export function buildKernelVerdicts({ settings, ledger, ...ports }: KernelVerdictParts): KernelVerdicts {
  return new KernelVerdicts({
    ...ports,
    isOn: settings.verdictCache,
    isUndoable: (rule) => ledger.isUndoable(rule, ports.clock.monotonicUs() / 1000),
  });
}
