// Whose a listener is: what the kernel recorded at bind() or listen(), checked against who has the socket open now.
import { ownerOf } from './correlator/flow-map.ts';
import type { Correlation } from './correlator/correlator.ts';
import { OwnerEvidence } from './kernel/gen/structs.ts';
import type { OwnerStruct } from './kernel/gen/structs.ts';
import type { InboundMaps } from './kernel/inbound-maps.ts';
import type { Owner } from './domain/owner.ts';
import type { Listener } from './platform/listeners.ts';
import type { SocketSighting } from './platform/process-owner.ts';

export interface ListenerOwnerPorts {
  readonly maps: Pick<InboundMaps, 'adoptListener'>;
  readonly recordOf: (socketCookie: bigint) => OwnerStruct | undefined;
  /** Undefined where it has ended, has become another program, or has the socket open no more. */
  readonly sight: (owner: Owner, socketInode: number) => SocketSighting | undefined;
  readonly isSeenStill: (sighting: SocketSighting) => boolean;
  readonly nowMs: () => number;
}

/** Where nobody is named, or others may have it as well. Whoever is named is looked at each time. */
const CHECK_AGAIN_MS = 10_000;
const MOST_CHECKED = 4096;

interface Seen {
  /** Undefined: nobody has it open, so that it is the kernel's. */
  readonly record: OwnerStruct | undefined;
  readonly sighting: SocketSighting | undefined;
}

interface Checked extends Seen {
  readonly untilMs: number;
}

export class ListenerOwners {
  readonly #ports: ListenerOwnerPorts;
  readonly #checked = new Map<bigint, Checked>();

  constructor(ports: ListenerOwnerPorts) {
    this.#ports = ports;
  }

  correlationOf(listener: Listener): Correlation {
    if (listener.inode === 0) return unknown('the kernel does not say which file its socket is');
    const record = this.#recordOf(listener);
    if (record === undefined) return { kind: 'kernel' };
    if (record.evidence === OwnerEvidence.OWNER_FOUND_SHARED)
      return unknown('several programs have its socket open, and none was seen to bind it');
    return { kind: 'owner', owner: ownerOf(record) };
  }

  #recordOf(listener: Listener): OwnerStruct | undefined {
    const { socketCookie } = listener;
    const checked = this.#checked.get(socketCookie);
    const record = this.#ports.recordOf(socketCookie);
    if (checked !== undefined && this.#holds(checked, record)) return record;
    const now = this.#check(listener, record);
    if (this.#checked.size >= MOST_CHECKED) this.#checked.clear();
    this.#checked.set(socketCookie, { ...now, untilMs: this.#ports.nowMs() + CHECK_AGAIN_MS });
    return now.record;
  }

  /** A descriptor can be closed, passed on or inherited at any time, and a process become another program. */
  #holds({ untilMs, record, sighting }: Checked, now: OwnerStruct | undefined): boolean {
    if (untilMs <= this.#ports.nowMs() || !isSame(record, now)) return false;
    return record === undefined || (sighting !== undefined && this.#ports.isSeenStill(sighting));
  }

  /** The recorded process may be gone, as a daemon's parent is, or never have had it: some sockets are the kernel's own. */
  #check(listener: Listener, record: OwnerStruct | undefined): Seen {
    const { maps, recordOf } = this.#ports;
    const sighting = this.#sight(listener, record);
    if (sighting !== undefined) return { record, sighting };
    maps.adoptListener(listener);
    const adopted = recordOf(listener.socketCookie);
    return { record: adopted, sighting: this.#sight(listener, adopted) };
  }

  #sight({ inode }: Listener, record: OwnerStruct | undefined): SocketSighting | undefined {
    return record && this.#ports.sight(ownerOf(record), inode);
  }
}

function isSame(one: OwnerStruct | undefined, other: OwnerStruct | undefined): boolean {
  return one?.pid === other?.pid && one?.startNs === other?.startNs && one?.inode === other?.inode;
}

function unknown(reason: string): Correlation {
  return { kind: 'unknown', reason };
}
