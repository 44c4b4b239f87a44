// Whose a listener is: what the kernel recorded at bind() or listen(), checked against who has the socket open now.
import { ownerOf } from './correlator/flow-map.ts';
import type { Correlation } from './correlator/correlator.ts';
import { OwnerEvidence } from './kernel/gen/structs.ts';
import type { OwnerStruct } from './kernel/gen/structs.ts';
import type { InboundMaps } from './kernel/inbound-maps.ts';
import type { Listener } from './platform/listeners.ts';

export interface ListenerOwnerPorts {
  readonly maps: Pick<InboundMaps, 'adoptListener'>;
  readonly recordOf: (socketCookie: bigint) => OwnerStruct | undefined;
  readonly isAlive: (pid: number, startNs: bigint) => boolean;
  readonly hasOpen: (pid: number, socketInode: number) => boolean;
  readonly nowMs: () => number;
}

/** A descriptor can be closed, passed on or inherited at any time. */
const CHECK_AGAIN_MS = 10_000;
const MOST_CHECKED = 4096;

interface Checked {
  readonly untilMs: number;
  /** Undefined: nobody has it open, so that it is the kernel's. */
  readonly record: OwnerStruct | undefined;
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
    if (checked !== undefined && checked.untilMs > this.#ports.nowMs() && isSame(checked.record, record))
      return record;
    const now = this.#check(listener, record);
    if (this.#checked.size >= MOST_CHECKED) this.#checked.clear();
    this.#checked.set(socketCookie, { untilMs: this.#ports.nowMs() + CHECK_AGAIN_MS, record: now });
    return now;
  }

  /** The recorded process may be gone, as a daemon's parent is, or never have had it: some sockets are the kernel's own. */
  #check(listener: Listener, record: OwnerStruct | undefined): OwnerStruct | undefined {
    const { isAlive, hasOpen, maps, recordOf } = this.#ports;
    const isHeld =
      record !== undefined && isAlive(record.pid, record.startNs) && hasOpen(record.pid, listener.inode);
    if (isHeld) return record;
    maps.adoptListener(listener);
    return recordOf(listener.socketCookie);
  }
}

function isSame(one: OwnerStruct | undefined, other: OwnerStruct | undefined): boolean {
  return one?.pid === other?.pid && one?.startNs === other?.startNs && one?.inode === other?.inode;
}

function unknown(reason: string): Correlation {
  return { kind: 'unknown', reason };
}
