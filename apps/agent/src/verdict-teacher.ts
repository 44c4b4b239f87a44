// From a rule's decision to an entry of the verdict cache: which fields it looked at, as the kernel can check them, and for
// how long it holds. What cannot be checked there is not taught.
import { isUnidentified } from './domain/app.ts';
import type { Flow } from './domain/flow.ts';
import { protocolNumber } from './domain/flow-key.ts';
import { placeOf } from './domain/owner.ts';
import type { Process } from './domain/owner.ts';
import { VerdictField } from './kernel/gen/structs.ts';
import type { LearnedVerdict } from './kernel/verdict-cache.ts';
import type { DecidedFlow } from './pipeline-ports.ts';
import type { FlowField } from './policy/flow-subject.ts';

/** What an entry stands for: the flow that taught it has its App and its Endpoint as far as the verdict looked at them. */
export type TaughtFlow = Pick<DecidedFlow, 'flow' | 'decision'>;

export interface TeacherClock {
  readonly nowMs: () => number;
  /** CLOCK_BOOTTIME in nanoseconds. */
  readonly bootNs: () => bigint;
}

/** A rule that ends by the clock on the wall is looked at again so often: somebody may set that clock. */
const LONGEST_BY_THE_CLOCK_MS = 10_000;

/** Undefined where the kernel cannot tell for which other flows it would hold. */
export function entryOf(decided: DecidedFlow, clock: TeacherClock): LearnedVerdict<TaughtFlow> | undefined {
  const { owner, flow, decision, remoteAddressBytes } = decided;
  const fields = kernelFields(decision.consulted, flow);
  if (fields === undefined) return undefined;
  const { executable } = owner;
  return {
    fields,
    values: {
      remoteAddress: remoteAddressBytes,
      remotePort: flow.key.remotePort,
      protocol: protocolNumber(flow.key.protocol),
      device: (executable.deviceMajor << 20) | executable.deviceMinor,
      inode: executable.inode,
      ctimeNs: executable.ctimeNs,
      place: placeOf(owner),
      ...{ pid: owner.pid, startNs: owner.startNs, uid: owner.uid },
    },
    isAllow: decision.verdict.action === 'allow',
    expiresNs: expiresNs(decision.validUntilMs, clock),
    meaning: { flow, decision },
  };
}

/** Bits of VerdictField. Of the direction there is only one here: of what comes in nothing is taught. */
function kernelFields(consulted: ReadonlySet<FlowField>, flow: Flow): number | undefined {
  let fields = 0;
  for (const field of consulted) {
    const bits = fieldBits(field, flow);
    if (bits === undefined) return undefined;
    fields |= bits;
  }
  return fields;
}

function fieldBits(field: FlowField, { process }: Flow): number | undefined {
  switch (field) {
    case 'app':
      return appField(process);
    case 'container':
      return containerField(process);
    default:
      return FIELDS[field];
  }
}

const FIELDS: Readonly<Record<Exclude<FlowField, 'app' | 'container'>, number>> = {
  direction: 0,
  uid: VerdictField.VERDICT_FIELD_UID,
  protocol: VerdictField.VERDICT_FIELD_PROTOCOL,
  address: VerdictField.VERDICT_FIELD_ADDRESS,
  port: VerdictField.VERDICT_FIELD_PORT,
  processInstance: VerdictField.VERDICT_FIELD_PROCESS,
  // What a process was started by stays so.
  lineage: VerdictField.VERDICT_FIELD_PROCESS,
};

/**
 * A file that is proven to be at its path, here or in its container, is the same App in every process. Any other identity was found by looking at this
 * one process, and one that names no program holds for nobody else.
 */
function appField({ app: { id, identity } }: Process): number | undefined {
  if (isUnidentified(id)) return undefined;
  return identity.kind === 'path' || identity.kind === 'container'
    ? VerdictField.VERDICT_FIELD_EXECUTABLE
    : VerdictField.VERDICT_FIELD_PROCESS;
}

/**
 * The place of a file is the machine, which is no container, or a cgroup, which is in one for ever. A container without a name may get
 * one a moment later.
 */
function containerField({ container }: Process): number | undefined {
  if (container === undefined) return undefined;
  return container === 'none' || container.name !== undefined
    ? VerdictField.VERDICT_FIELD_EXECUTABLE
    : VerdictField.VERDICT_FIELD_PROCESS;
}

function expiresNs(validUntilMs: number | undefined, clock: TeacherClock): bigint | undefined {
  if (validUntilMs === undefined) return undefined;
  const leftMs = Math.min(validUntilMs - clock.nowMs(), LONGEST_BY_THE_CLOCK_MS);
  return clock.bootNs() + BigInt(Math.max(0, Math.round(leftMs * 1e6)));
}
