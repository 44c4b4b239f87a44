// Flows that the kernel decided by itself: what it told of them becomes records of history like any other.
import { addressFamily, formatAddress } from './domain/address.ts';
import type { Address } from './domain/address.ts';
import { protocolOf } from './domain/flow-key.ts';
import type { FlowKey } from './domain/flow-key.ts';
import { ownerOf } from './correlator/flow-map.ts';
import { buildFlow } from './flow-builder.ts';
import type { FlowDecidedStruct } from './kernel/gen/structs.ts';
import type { CountedFlows, KnownFlow } from './kernel/verdict-cache.ts';
import type { AppliedVerdict } from './pipeline-ports.ts';
import type { ProcessBook } from './process-book.ts';
import type { TaughtFlow, TeacherClock } from './verdict-teacher.ts';

export interface KnownFlowPorts {
  readonly clock: TeacherClock;
  readonly processes: Pick<ProcessBook, 'processOf'>;
}

/** The flow that the kernel told of. */
export function appliedVerdictOf(known: KnownFlow<TaughtFlow>, ports: KnownFlowPorts): AppliedVerdict {
  const { decided, meaning } = known;
  const owner = ownerOf(decided.owner);
  const flow = buildFlow({
    key: flowKeyOf(decided),
    process: ports.processes.processOf({ kind: 'owner', owner }, owner.uid),
    socketCookie: owner.socketCookie,
    startedAtMs: wallMs(decided.atNs, ports.clock),
  });
  return { flow, verdict: meaning.decision.verdict, heldUs: 0, alike: 0 };
}

/** Flows that were only counted: the first of them stands for all, with nothing that was not the same in them. */
export function countedVerdictOf({ meaning, alike }: CountedFlows<TaughtFlow>): AppliedVerdict {
  const { flow, decision } = meaning;
  const key = { ...flow.key, localPort: 0 };
  const first = buildFlow({ key, process: flow.process, socketCookie: 0n, startedAtMs: flow.startedAtMs });
  return { flow: first, verdict: decision.verdict, heldUs: 0, alike: alike - 1 };
}

/** Denied at connect() or sendmsg(), it has no local end yet. */
function flowKeyOf({ key, owner }: FlowDecidedStruct): FlowKey {
  const remoteAddress = formatAddress(key.remoteAddress);
  const localAddress = formatAddress(key.localAddress);
  return {
    protocol: protocolOf(key.protocol),
    localAddress: isNone(localAddress) && addressFamily(remoteAddress) === 4 ? NO_IPV4 : localAddress,
    localPort: key.localPort,
    remoteAddress,
    remotePort: key.remotePort,
    networkNamespace: owner.networkNamespace,
  };
}

const NO_IPV4 = '0.0.0.0' as Address;

function isNone(address: Address): boolean {
  return address === '::';
}

function wallMs(atNs: bigint, clock: TeacherClock): number {
  return clock.nowMs() - Number(clock.bootNs() - atNs) / 1e6;
}
