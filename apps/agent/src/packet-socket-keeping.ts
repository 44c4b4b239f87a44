// What is known of packet sockets, built of the parts that list them, know the rules and keep history.
import type { CurrentRuleset } from './current-ruleset.ts';
import { failureAction } from './domain/failure-policy.ts';
import type { Flow } from './domain/flow.ts';
import type { Verdict } from './domain/verdict.ts';
import type { HealthCheck } from './api/ports.ts';
import type { PacketSocketPrograms } from './kernel/packet-socket-programs.ts';
import type { ModeSwitch } from './mode-switch.ts';
import { PacketSocketRecords } from './packet-socket-records.ts';
import { PacketSocketTeacher } from './packet-socket-teacher.ts';
import { PacketSockets } from './packet-sockets.ts';
import type { OpenedPacketSocket } from './packet-sockets.ts';
import type { AppliedVerdict } from './pipeline-ports.ts';
import type { Clock } from './platform/clock.ts';
import { ExecutableFiles } from './platform/executable-files.ts';
import { openPacketSockets } from './platform/packet-socket-list.ts';
import { isAlive } from './platform/processes.ts';
import type { ProcessBook } from './process-book.ts';
import type { Settings } from './settings.ts';

export interface PacketSocketParts {
  readonly settings: Pick<Settings, 'strict'>;
  readonly clock: Clock;
  readonly packetSocketPrograms: PacketSocketPrograms;
  readonly networkNamespace: bigint;
  readonly processes: ProcessBook;
  readonly ruleset: CurrentRuleset;
  readonly mode: ModeSwitch;
  readonly verdictWithoutAsking: (flow: Flow) => Verdict | undefined;
  readonly broker: { readonly askAbout: (flow: Flow) => boolean };
  /** A question was asked, which ends some time. */
  readonly startTimer: () => void;
  readonly afterVerdict: (applied: AppliedVerdict) => void;
}

/** Without the hook a socket is seen within this time; one that is closed sooner may not be. */
const LOOK_EVERY_MS = 1000;
/** With it, a program that was replaced is known as itself again within this time, or when it opens one. */
const REFRESH_EVERY_MS = 5000;

const REMEDY =
  'Use a kernel with CONFIG_BPF_LSM, and start it with bpf at the end of its list of security modules (lsm=).';

export class PacketSocketKeeping {
  readonly #programs: PacketSocketPrograms;
  readonly #strict: boolean;
  readonly #sockets: PacketSockets;
  readonly #records: PacketSocketRecords;
  /** Undefined where the kernel has no hook that could be taught. */
  readonly #teacher: PacketSocketTeacher | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: PacketSocketParts) {
    this.#programs = parts.packetSocketPrograms;
    this.#strict = parts.settings.strict;
    this.#records = new PacketSocketRecords(parts.afterVerdict);
    this.#sockets = new PacketSockets({
      strict: parts.settings.strict,
      networkNamespace: parts.networkNamespace,
      nowMs: parts.clock.nowMs,
      openSockets: openPacketSockets,
      findOwners: () => this.#programs.findOwners(),
      foundOwner: (cookie) => this.#programs.foundOwner(cookie),
      processOf: (correlation) => parts.processes.processOf(correlation, undefined),
      verdictWithoutAsking: parts.verdictWithoutAsking,
      records: this.#records,
      ask: (flow) => {
        if (parts.broker.askAbout(flow)) parts.startTimer();
      },
    });
    this.#teacher = buildTeacher(parts);
  }

  /** Those that are open already, then those that come. */
  start(): void {
    this.#teacher?.refresh();
    this.#sockets.look();
    const everyMs = this.#teacher === undefined ? LOOK_EVERY_MS : REFRESH_EVERY_MS;
    this.#timer = setInterval(() => this.#tick(), everyMs).unref();
  }

  opened(socket: OpenedPacketSocket): void {
    const flow = this.#sockets.opened(socket);
    this.#teacher?.noteAsker(socket.owner, flow);
  }

  /** Rules or mode are others. */
  refresh(): void {
    this.#teacher?.refresh();
  }

  health(): HealthCheck {
    const { whyNotJudged } = this.#programs;
    const name = 'packet-sockets';
    if (whyNotJudged === undefined)
      return { name, state: 'ok', text: 'Packet sockets are judged as they are opened.', remedy: undefined };
    const seen = this.#sockets.isBlind
      ? 'Packet sockets are not seen, and cannot be refused'
      : 'Packet sockets are seen within a second, and cannot be refused';
    const text = `${seen}: ${whyNotJudged}.`;
    // The usual case, and what standard mode promises is kept.
    if (!this.#strict && !this.#sockets.isBlind) return { name, state: 'ok', text, remedy: undefined };
    return { name, state: 'degraded', text, remedy: REMEDY };
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#records.flush();
  }

  #tick(): void {
    if (this.#teacher === undefined) this.#sockets.look();
    else this.#teacher.refresh();
    this.#records.flush();
  }
}

function buildTeacher(parts: PacketSocketParts): PacketSocketTeacher | undefined {
  const { settings, clock, networkNamespace, ruleset, mode, packetSocketPrograms } = parts;
  const { answers } = packetSocketPrograms;
  if (answers === undefined) return undefined;
  const files = new ExecutableFiles();
  return new PacketSocketTeacher({
    ...{ networkNamespace, clock, isAlive },
    replace: (table) => answers.replace(table),
    rules: () => ruleset.packetSocketRules(),
    decisionOf: (subject) => ruleset.decisionOf(subject),
    isPaused: () => mode.verdict() !== undefined,
    isUnknownDenied: () => mode.defaultVerdict()?.action === 'deny' || isDeniedUnasked(mode, settings),
    executableAt: (path) => files.at(path),
  });
}

function isDeniedUnasked(mode: ModeSwitch, { strict }: Pick<Settings, 'strict'>): boolean {
  return mode.defaultVerdict() === undefined && failureAction('packetSocketUnknown', strict) === 'deny';
}
