// What ends open flows, built of the parts that know the rules, the owners of sockets and what becomes of a verdict.
import type { CurrentRuleset } from './current-ruleset.ts';
import { FlowCutter } from './flow-cutter.ts';
import type { OwnerStruct } from './kernel/gen/structs.ts';
import type { Inbound } from './inbound.ts';
import { isFound, isShared } from './kernel/owner-evidence.ts';
import type { KernelSide } from './kernel/kernel-side.ts';
import type { OpenSocketOwner } from './open-flow-judge.ts';
import type { Clock } from './platform/clock.ts';
import type { Log } from './platform/log.ts';
import { NetworkPlaces } from './platform/network-places.ts';
import {
  endOpenSocket,
  listeningPorts,
  openSockets,
  openSocketsEverywhere,
} from './platform/open-sockets.ts';
import type { Settings } from './settings.ts';
import type { ProcessBook } from './process-book.ts';
import type { VerdictJournal } from './verdict-journal.ts';

export interface CuttingParts {
  readonly log: Log;
  readonly clock: Clock;
  readonly settings: Pick<Settings, 'forwarded'>;
  readonly kernel: Pick<KernelSide, 'ownerOf' | 'isJudged'>;
  readonly processes: ProcessBook;
  readonly ruleset: CurrentRuleset;
  readonly journal: VerdictJournal;
  readonly inbound: Pick<Inbound, 'ownerOfAccepted'> | undefined;
  readonly isPaused: () => boolean;
  readonly networkNamespace: bigint;
}

/** Of a socket that several processes had open when the agent began it is not known which one uses it. */
function openSocketOwner(record: OwnerStruct | undefined): OpenSocketOwner | undefined {
  if (record === undefined || isShared(record.evidence)) return undefined;
  return { ...record, isFound: isFound(record.evidence) };
}

export function buildCutter(parts: CuttingParts): FlowCutter {
  const { log, clock, kernel, processes, ruleset, journal, inbound, networkNamespace } = parts;
  const places = new NetworkPlaces(networkNamespace);
  return new FlowCutter({
    ...{ listeningPorts, end: endOpenSocket, processes, log, networkNamespace },
    openSockets: () => (parts.settings.forwarded ? openSocketsEverywhere(places) : openSockets(places.own)),
    isJudged: (cookie) => kernel.isJudged(cookie),
    ownerOf: (cookie) => openSocketOwner(kernel.ownerOf(cookie)),
    ownerOfAccepted: (socket) => inbound?.ownerOfAccepted(socket),
    isOwnProcess: ({ pid }) => pid === process.pid,
    isRefused: (flow) => journal.isRefused(flow),
    ruleDecision: (subject) => ruleset.decisionOf(subject),
    mayDeny: () => ruleset.denies && !parts.isPaused(),
    nextEndMs: () => ruleset.nextEndMs(),
    afterCut: (flow, verdict) => journal.note({ flow, verdict, heldUs: 0, alike: 0 }),
    nowMs: clock.nowMs,
  });
}
