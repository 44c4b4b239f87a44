// Packet sockets hand frames to an interface, past netfilter: what is known of them is that one was opened, by whom, and what the
// rules say of it. Whether it was refused is the kernel's doing; here it is recorded as it was, and a person is asked.
import type { Correlation } from './correlator/correlator.ts';
import { ownerOf } from './correlator/flow-map.ts';
import type { OwnerRecord } from './correlator/flow-map.ts';
import { NO_ADDRESS } from './domain/address.ts';
import type { FailureCase } from './domain/failure-policy.ts';
import { PACKET } from './domain/flow-key.ts';
import type { Flow } from './domain/flow.ts';
import type { Process } from './domain/owner.ts';
import { failureVerdict } from './domain/verdict.ts';
import type { Verdict } from './domain/verdict.ts';
import { buildFlow } from './flow-builder.ts';
import type { PacketSocketRecords } from './packet-socket-records.ts';

export interface PacketSocketPorts {
  readonly strict: boolean;
  readonly networkNamespace: bigint;
  readonly nowMs: () => number;
  /** Cookies of the sockets that are open; undefined where the kernel cannot tell. */
  readonly openSockets: () => readonly bigint[] | undefined;
  /** Looks who has them open; then `foundOwner` says it: undefined where several processes have. */
  readonly findOwners: () => void;
  readonly foundOwner: (socketCookie: bigint) => OwnerRecord | undefined;
  readonly processOf: (correlation: Correlation) => Process;
  /** What is said without a person: by the mode, by a rule, or by what is set for unknown flows. */
  readonly verdictWithoutAsking: (flow: Flow) => Verdict | undefined;
  readonly records: Pick<PacketSocketRecords, 'note'>;
  readonly ask: (flow: Flow) => void;
}

/** A socket that the kernel told of as it was opened. */
export interface OpenedPacketSocket {
  readonly owner: OwnerRecord;
  readonly isRefused: boolean;
}

const SHARED: Correlation = {
  kind: 'unknown',
  reason: 'its packet socket was open already, and several processes had it or none',
};

export class PacketSockets {
  readonly #ports: PacketSocketPorts;
  #known: ReadonlySet<bigint> = new Set();
  /** The kernel cannot list packet sockets. */
  isBlind = false;

  constructor(ports: PacketSocketPorts) {
    this.#ports = ports;
  }

  /** Looks for sockets that were opened since the last time. */
  look(): void {
    const open = this.#ports.openSockets();
    this.isBlind = open === undefined;
    const fresh = open?.filter((cookie) => !this.#known.has(cookie)) ?? [];
    this.#known = new Set(open);
    if (fresh.length === 0) return;
    this.#ports.findOwners();
    for (const cookie of fresh) this.#judge(this.#flowOf(this.#ports.foundOwner(cookie), cookie), false);
  }

  /** The hook has let it be, or refused it. */
  opened({ owner, isRefused }: OpenedPacketSocket): Flow {
    const flow = this.#flowOf(owner, owner.socketCookie);
    this.#judge(flow, isRefused);
    return flow;
  }

  #judge(flow: Flow, isRefused: boolean): void {
    const said = this.#ports.verdictWithoutAsking(flow);
    this.#ports.records.note(flow, this.#applied(said, isRefused));
    // Without a program there is nobody whom an answer could be about.
    if (said === undefined && flow.process.pid !== 0) this.#ports.ask(flow);
  }

  /** What came of it, whatever should have. */
  #applied(said: Verdict | undefined, isRefused: boolean): Verdict {
    const wanted = said ?? this.#failure('packetSocketUnknown');
    if (isRefused)
      return wanted.action === 'deny' ? wanted : { ...this.#failure('packetSocketUnknown'), action: 'deny' };
    return wanted.action === 'allow' ? wanted : this.#failure('packetSocketOpen');
  }

  #failure(failure: FailureCase): Verdict {
    return failureVerdict(failure, this.#ports.strict);
  }

  #flowOf(owner: OwnerRecord | undefined, socketCookie: bigint): Flow {
    const { networkNamespace, nowMs, processOf } = this.#ports;
    const correlation = owner === undefined ? SHARED : ({ kind: 'owner', owner: ownerOf(owner) } as const);
    const ends = { localAddress: NO_ADDRESS, localPort: 0, remoteAddress: NO_ADDRESS, remotePort: 0 };
    return buildFlow({
      key: { protocol: PACKET, ...ends, networkNamespace },
      process: processOf(correlation),
      socketCookie,
      startedAtMs: nowMs(),
    });
  }
}
