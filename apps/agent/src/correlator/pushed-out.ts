// The last step of rung 1: a datagram whose socket has no record any more, because sockets that were used later pushed it out. The packet
// program wrote who ran as it went out; that is its process where it has the socket open now, and it alone.
import type { FlowEnds } from '../domain/flow-key.ts';
import { endsOf, NOT_YET, unknownBecause } from './correlator.ts';
import type { Correlation, NotYet, PacketFacts } from './correlator.ts';
import { ownerOf } from './flow-map.ts';
import type { OwnerRecord } from './flow-map.ts';
import type { SocketOfPacket } from './rung-4-proc.ts';

export interface PushedOutPorts {
  readonly candidateSockets: (packet: FlowEnds) => readonly Pick<SocketOfPacket, 'cookie' | 'inode'>[];
  /** Whether a record in the flow map only tells who ran as the packet went out. */
  readonly isOnlySeenRunning: (record: OwnerRecord) => boolean;
  /** Looks who has a socket open, and records that. Undefined: nobody. */
  readonly findAgain: (socket: FoundSocket) => OwnerRecord | undefined;
  /** Whether several have it. */
  readonly isShared: (record: OwnerRecord) => boolean;
  readonly nowMs: () => number;
}

export interface FoundSocket {
  readonly inode: number;
  readonly socketCookie: bigint;
}

const PUSHED_OUT = 'the record of its socket was pushed out';
const CLOSED = unknownBecause(`${PUSHED_OUT}, and it was closed before it was looked for`);
const SEVERAL = unknownBecause(`${PUSHED_OUT}, and several processes have it open`);
const ANOTHER = unknownBecause(`${PUSHED_OUT}, and another process than the one that sent has it open now`);
const TOO_MANY = unknownBecause(`${PUSHED_OUT}, as those of too many others to look for all of them`);

/** Looking may take a tenth of the agent's time: it rests for nine times what it took. */
const REST_FOR_EACH_MS = 9;

export class PushedOut {
  readonly #ports: PushedOutPorts;
  #restUntilMs = -Infinity;

  constructor(ports: PushedOutPorts) {
    this.#ports = ports;
  }

  isFor(record: OwnerRecord): boolean {
    return this.#ports.isOnlySeenRunning(record);
  }

  /** A packet that comes while it rests waits, as long as it may. */
  correlate(packet: PacketFacts, record: OwnerRecord): Correlation | NotYet {
    const { candidateSockets, nowMs } = this.#ports;
    if (nowMs() < this.#restUntilMs) return packet.mayWait ? NOT_YET : TOO_MANY;
    const { socketCookie } = record;
    const socket = candidateSockets(endsOf(packet)).find(({ cookie }) => cookie === socketCookie);
    if (socket === undefined || socket.inode === 0) return CLOSED;
    return this.#judge(record, this.#look({ inode: socket.inode, socketCookie }));
  }

  #look(socket: FoundSocket): OwnerRecord | undefined {
    const { findAgain, nowMs } = this.#ports;
    const beforeMs = nowMs();
    const found = findAgain(socket);
    const endMs = nowMs();
    this.#restUntilMs = endMs + REST_FOR_EACH_MS * (endMs - beforeMs);
    return found;
  }

  #judge(record: OwnerRecord, found: OwnerRecord | undefined): Correlation {
    if (found === undefined) return CLOSED;
    if (this.#ports.isShared(found)) return SEVERAL;
    if (found.pid !== record.pid || found.startNs !== record.startNs) return ANOTHER;
    return { kind: 'owner', owner: ownerOf(record) };
  }
}
