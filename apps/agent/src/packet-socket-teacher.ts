// Tells the hook what the rules say of packet sockets before anybody opens one: at socket() nobody can be waited for. The few rules
// that speak of packet sockets divide all programs, users and processes into few kinds, and each gets its answer.
import { ownerOf } from './correlator/flow-map.ts';
import type { OwnerRecord } from './correlator/flow-map.ts';
import { NO_ADDRESS } from './domain/address.ts';
import type { AppId } from './domain/app.ts';
import { containerPart } from './domain/container.ts';
import { PACKET } from './domain/flow-key.ts';
import type { Flow } from './domain/flow.ts';
import { placeOf } from './domain/owner.ts';
import type { Rule } from './domain/rule.ts';
import { flowSubject } from './flow-subject.ts';
import { VerdictField } from './kernel/gen/structs.ts';
import type { PacketSocketOpenerStruct } from './kernel/gen/structs.ts';
import { MOST_ANSWERS } from './kernel/packet-socket-answers.ts';
import type { PacketSocketAnswerEntry, PacketSocketAnswerTable } from './kernel/packet-socket-answers.ts';
import type { RuleDecision } from './pipeline-ports.ts';
import { setBounded } from './platform/bounded-map.ts';
import type { ExecutableFile } from './platform/executable-files.ts';
import { NO_CONTAINER } from './policy/flow-subject.ts';
import type { FlowField, FlowSubject } from './policy/flow-subject.ts';

export interface PacketSocketTeacherPorts {
  readonly replace: (table: PacketSocketAnswerTable) => void;
  readonly networkNamespace: bigint;
  /** Those that speak of packet sockets. */
  readonly rules: () => readonly Rule[];
  readonly decisionOf: (subject: FlowSubject) => RuleDecision | undefined;
  readonly isPaused: () => boolean;
  readonly isUnknownDenied: () => boolean;
  /** The file that is at this path now. */
  readonly executableAt: (path: string) => ExecutableFile | undefined;
  readonly isAlive: (pid: number, startNs: bigint) => boolean;
  readonly clock: { readonly nowMs: () => number; readonly bootNs: () => bigint };
}

interface Asker {
  readonly owner: OwnerRecord;
  readonly flow: Flow;
}

interface Answered {
  readonly entry: PacketSocketAnswerEntry;
  readonly consulted: ReadonlySet<FlowField>;
}

const NOTHING: ReadonlySet<FlowField> = new Set();
const { VERDICT_FIELD_EXECUTABLE, VERDICT_FIELD_PROCESS, VERDICT_FIELD_UID } = VerdictField;
/** Stands for every App that no rule names: no path has a NUL. */
const OTHER_APP = '/\0' as AppId;
/** Stands for every user that no rule names: no process can have it. */
const OTHER_USER = 0xffff_ffff;
/** Processes that opened one and live: rules for one process, and for what it starts, hold for them from the next one on. */
const MOST_ASKERS = 256;
const ANYBODY: PacketSocketOpenerStruct = {
  ...{ inode: 0n, ctimeNs: 0n, startNs: 0n, place: 0n },
  ...{ device: 0, pid: 0, uid: 0, fields: 0 },
};

export class PacketSocketTeacher {
  readonly #ports: PacketSocketTeacherPorts;
  readonly #askers = new Map<number, Asker>();
  #taught = '';

  constructor(ports: PacketSocketTeacherPorts) {
    this.#ports = ports;
  }

  /** Call when rules or mode are others, and now and then: files are replaced, rules end by the clock. */
  refresh(): void {
    const table = this.#table();
    const text = textOf(table);
    if (text === this.#taught) return;
    this.#ports.replace(table);
    this.#taught = text;
  }

  /** Somebody opened one, or tried to: what rules say of this very process is known for its next. */
  noteAsker(owner: OwnerRecord, flow: Flow): void {
    this.#askers.delete(owner.pid);
    setBounded(this.#askers, [owner.pid, { owner, flow }], MOST_ASKERS);
    this.refresh();
  }

  #table(): PacketSocketAnswerTable {
    const { networkNamespace, isPaused, isUnknownDenied } = this.#ports;
    if (isPaused()) {
      const everything = { opener: ANYBODY, answer: 'allow', expiresNs: undefined } as const;
      return { networkNamespace, isUnknownDenied: false, entries: [everything] };
    }
    const entries = [...this.#askerEntries(), ...this.#entries()].slice(0, MOST_ANSWERS);
    return { networkNamespace, isUnknownDenied: isUnknownDenied(), entries };
  }

  /**
   * An answer about a file is about those outside of containers, as the kernel knows it. Any other is about all, so that an allow may be
   * for those outside alone where rules speak of containers.
   */
  *#entries(): Generator<PacketSocketAnswerEntry> {
    const known = this.#ports.rules();
    const isAllowSure = !known.some(isOfContainer);
    for (const { entry, consulted } of this.#programs(known)) {
      const asksWho = consulted.has('app') || consulted.has('container');
      const isAboutAll = (entry.opener.fields & VERDICT_FIELD_EXECUTABLE) === 0;
      const isUnsure = entry.answer === 'allow' && isAboutAll && asksWho && !isAllowSure;
      yield isUnsure ? { ...entry, answer: 'not-known' } : entry;
    }
  }

  /** The widest first: what does not fit into the kernel's table is about single programs, which are learnt as they come. */
  *#programs(known: readonly Rule[]): Generator<Answered> {
    const { executableAt } = this.#ports;
    const uids = [OTHER_USER, ...distinct(known.map(({ matcher }) => matcher.uid))];
    for (const uid of uids) yield this.#entry(undefined, { app: OTHER_APP, uid });
    for (const app of distinct(known.map(({ matcher }) => matcher.app))) {
      const file = app.startsWith('/') ? executableAt(app) : undefined;
      if (file !== undefined) for (const uid of uids) yield this.#entry(file, { app, uid });
    }
  }

  #entry(
    file: ExecutableFile | undefined,
    { app, uid }: { readonly app: AppId; readonly uid: number },
  ): Answered {
    const hasUser = uid !== OTHER_USER;
    const fields = (file === undefined ? 0 : VERDICT_FIELD_EXECUTABLE) | (hasUser ? VERDICT_FIELD_UID : 0);
    const opener = { ...ANYBODY, ...file, uid: hasUser ? uid : 0, fields };
    return this.#answered(opener, subjectOf(app, uid));
  }

  *#askerEntries(): Generator<PacketSocketAnswerEntry> {
    for (const [pid, { owner, flow }] of this.#askers) {
      if (!this.#ports.isAlive(pid, owner.startNs)) {
        this.#askers.delete(pid);
        continue;
      }
      const { inode, ctimeNs, startNs, device, uid } = owner;
      const fields = VERDICT_FIELD_PROCESS | VERDICT_FIELD_EXECUTABLE | VERDICT_FIELD_UID;
      const place = placeOf(ownerOf(owner));
      const opener = { inode, ctimeNs, startNs, place, device, pid, uid, fields };
      yield this.#answered(opener, flowSubject(flow)).entry;
    }
  }

  #answered(opener: PacketSocketOpenerStruct, subject: FlowSubject): Answered {
    const decision = this.#ports.decisionOf(subject);
    const expiresNs = this.#expiresNs(decision?.validUntilMs);
    const entry = { opener, answer: decision?.verdict.action ?? 'not-known', expiresNs } as const;
    return { entry, consulted: decision?.consulted ?? NOTHING };
  }

  #expiresNs(validUntilMs: number | undefined): bigint | undefined {
    const { nowMs, bootNs } = this.#ports.clock;
    return validUntilMs === undefined
      ? undefined
      : bootNs() + BigInt(Math.max(1, Math.round((validUntilMs - nowMs()) * 1e6)));
  }
}

function isOfContainer({ matcher: { app } }: Rule): boolean {
  return app !== undefined && containerPart(app) !== undefined;
}

function distinct<Value>(values: readonly (Value | undefined)[]): readonly Value[] {
  return [...new Set(values)].filter((value) => value !== undefined);
}

/** Of whom no rule for one process, or for what it starts, is known to speak. */
function subjectOf(app: AppId, uid: number): FlowSubject {
  return {
    isPacketSocket: true,
    app: () => app,
    container: () => NO_CONTAINER,
    direction: () => 'out',
    uid: () => uid,
    protocol: () => PACKET,
    address: () => NO_ADDRESS,
    port: () => 0,
    processInstance: () => ({ pid: 0, startNs: 0n }),
    lineage: () => [],
  };
}

/** Ends are compared to the second: the clocks that they are told by are read one after the other. */
function textOf({ isUnknownDenied, entries }: PacketSocketAnswerTable): string {
  const lines = entries.map(({ opener, answer, expiresNs }) => {
    const { inode, ctimeNs, startNs, place, device, pid, uid, fields } = opener;
    const end = expiresNs === undefined ? '' : expiresNs / 1_000_000_000n;
    return [inode, ctimeNs, startNs, place, device, pid, uid, fields, answer, end].join(' ');
  });
  return [isUnknownDenied, ...lines].join('\n');
}
