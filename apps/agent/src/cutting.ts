// What ends open flows, built of the parts that know the rules, the owners of sockets and what becomes of a verdict.
import type { CurrentRuleset } from './current-ruleset.ts';
import { FlowCutter } from './flow-cutter.ts';
import { OwnerEvidence } from './kernel/gen/structs.ts';
import type { OwnerStruct } from './kernel/gen/structs.ts';
import type { KernelSide } from './kernel/kernel-side.ts';
import type { OpenSocketOwner } from './open-flow-judge.ts';
import type { Clock } from './platform/clock.ts';
import type { Log } from './platform/log.ts';
import { endOpenSocket, listeningPorts, openSockets } from './platform/open-sockets.ts';
import type { ProcessBook } from './process-book.ts';
import type { VerdictJournal } from './verdict-journal.ts';

export interface CuttingParts {
  readonly log: Log;
  readonly clock: Clock;
  readonly kernel: Pick<KernelSide, 'ownerOf'>;
  readonly processes: ProcessBook;
  readonly ruleset: CurrentRuleset;
  readonly journal: VerdictJournal;
  readonly isPaused: () => boolean;
  readonly networkNamespace: bigint;
}

/** Of a socket that several processes had open when the agent began it is not known which one uses it. */
function openSocketOwner(record: OwnerStruct | undefined): OpenSocketOwner | undefined {
  if (record === undefined || record.evidence === OwnerEvidence.OWNER_FOUND_SHARED) return undefined;
  return { ...record, isFound: record.evidence === OwnerEvidence.OWNER_FOUND_OPEN };
}

export function buildCutter(parts: CuttingParts): FlowCutter {
  const { log, clock, kernel, processes, ruleset, journal, networkNamespace } = parts;
  return new FlowCutter({
    ...{ openSockets, listeningPorts, end: endOpenSocket, processes, log, networkNamespace },
    ownerOf: (cookie) => openSocketOwner(kernel.ownerOf(cookie)),
    isOwnProcess: ({ pid }) => pid === process.pid,
    isRefused: (flow) => journal.isRefused(flow),
    ruleDecision: (subject) => ruleset.decisionOf(subject),
    mayDeny: () => ruleset.denies && !parts.isPaused(),
    nextEndMs: () => ruleset.nextEndMs(),
    afterCut: (flow, verdict) => journal.note({ flow, verdict, heldUs: 0, alike: 0 }),
    nowMs: clock.nowMs,
  });
}
