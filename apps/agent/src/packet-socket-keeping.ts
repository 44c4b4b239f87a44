// What is known of packet sockets, built of the parts that list them, know the rules and keep history.
import type { Flow } from './domain/flow.ts';
import type { Verdict } from './domain/verdict.ts';
import type { HealthCheck } from './api/ports.ts';
import type { PacketSocketPrograms } from './kernel/packet-socket-programs.ts';
import { PacketSocketRecords } from './packet-socket-records.ts';
import { PacketSockets } from './packet-sockets.ts';
import type { OpenedPacketSocket } from './packet-sockets.ts';
import type { AppliedVerdict } from './pipeline-ports.ts';
import type { Clock } from './platform/clock.ts';
import { openPacketSockets } from './platform/packet-sockets.ts';
import type { ProcessBook } from './process-book.ts';
import type { Settings } from './settings.ts';

export interface PacketSocketParts {
  readonly settings: Pick<Settings, 'strict'>;
  readonly clock: Clock;
  readonly packetSocketPrograms: PacketSocketPrograms;
  readonly networkNamespace: bigint;
  readonly processes: ProcessBook;
  readonly verdictWithoutAsking: (flow: Flow) => Verdict | undefined;
  readonly ask: (flow: Flow) => void;
  readonly afterVerdict: (applied: AppliedVerdict) => void;
}

/** Without the hook a socket is seen within this time; one that is closed sooner may not be. */
const LOOK_EVERY_MS = 1000;

const REMEDY =
  'Use a kernel with CONFIG_BPF_LSM, and start it with bpf at the end of its list of security modules (lsm=).';

export class PacketSocketKeeping {
  readonly #programs: PacketSocketPrograms;
  readonly #strict: boolean;
  readonly #sockets: PacketSockets;
  readonly #records: PacketSocketRecords;
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
      ask: parts.ask,
    });
  }

  /** Those that are open already, then those that come. */
  start(): void {
    this.#sockets.look();
    this.#timer = setInterval(() => this.#tick(), LOOK_EVERY_MS).unref();
  }

  opened(socket: OpenedPacketSocket): void {
    this.#sockets.opened(socket);
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
    if (this.#programs.whyNotJudged !== undefined) this.#sockets.look();
    this.#records.flush();
  }
}
