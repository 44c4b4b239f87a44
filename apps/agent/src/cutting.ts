// What ends open flows, built of the parts that know the rules, the owners of sockets and what becomes of a verdict.
import type { CurrentRuleset } from './current-ruleset.ts';
import { FlowCutter } from './flow-cutter.ts';
import type { KernelPrograms } from './kernel/kernel-programs.ts';
import type { Clock } from './platform/clock.ts';
import type { Log } from './platform/log.ts';
import { endOpenSocket, listeningPorts, openSockets } from './platform/open-sockets.ts';
import type { ProcessBook } from './process-book.ts';
import type { VerdictJournal } from './verdict-journal.ts';

export interface CuttingParts {
  readonly log: Log;
  readonly clock: Clock;
  readonly kernel: Pick<KernelPrograms, 'ownerOf'>;
  readonly processes: ProcessBook;
  readonly ruleset: CurrentRuleset;
  readonly journal: VerdictJournal;
  readonly isPaused: () => boolean;
  readonly networkNamespace: bigint;
}

export function buildCutter(parts: CuttingParts): FlowCutter {
  const { log, clock, kernel, processes, ruleset, journal, networkNamespace } = parts;
  return new FlowCutter({
    ...{ openSockets, listeningPorts, end: endOpenSocket, processes, log, networkNamespace },
    ownerOf: (cookie) => kernel.ownerOf(cookie),
    isOwnProcess: ({ pid }) => pid === process.pid,
    isRefused: (flow) => journal.isRefused(flow),
    ruleDecision: (subject) => ruleset.decisionOf(subject),
    mayDeny: () => ruleset.denies && !parts.isPaused(),
    nextEndMs: () => ruleset.nextEndMs(),
    afterCut: (flow, verdict) => journal.note({ flow, verdict, heldUs: 0, alike: 0 }),
    nowMs: clock.nowMs,
  });
}
