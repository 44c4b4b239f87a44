// The last step of rung 1: a datagram whose socket has no record any more, because sockets that were used later pushed it out. The packet
// program wrote who ran as it went out; that is its process where it has the socket open now, and it alone.
import type { FlowEnds } from '../domain/flow-key.ts';
import { endsOf, NOT_YET, unknownBecause } from './correlator.ts';
import type { Correlation, NotYet, PacketFacts } from './correlator.ts';
import { ownerOf } from './flow-map.ts';
import type { OwnerRecord } from './flow-map.ts';
import type { ProcPorts, SocketHolder } from './rung-4-proc.ts';

export interface PushedOutPorts extends Pick<ProcPorts, 'candidateSockets' | 'socketHolders' | 'nowMs'> {
  /** Whether a record in the flow map only tells who ran as the packet went out. */
  readonly isOnlySeenRunning: (record: OwnerRecord) => boolean;
  /** What this thread has worked so far: on a busy machine looking takes longer, and no more work. */
  readonly workedMs: () => number;
  /** Its process is recorded again, unless a hook was faster. */
  readonly restore: (record: OwnerRecord) => void;
}

const PUSHED_OUT = 'the record of its socket was pushed out';
const CLOSED = unknownBecause(`${PUSHED_OUT}, and it was closed before it was looked for`);
const SEVERAL = unknownBecause(`${PUSHED_OUT}, and several processes have it open`);
const ANOTHER = unknownBecause(`${PUSHED_OUT}, and another process than the one that sent has it open now`);
const TOO_MANY = unknownBecause(`${PUSHED_OUT}, as those of too many others to look for all of them`);

/** Looking may take a tenth of the agent's time: it rests for nine times what it took. */
const REST_FOR_EACH_MS = 9;
const MOST_AT_ONCE = 16;

export class PushedOut {
  readonly #ports: PushedOutPorts;
  /** By cookie: sockets of packets that wait until it is looked for them. */
  readonly #wanted = new Map<bigint, FlowEnds>();
  /** Pids of those who have a socket open, as they were just found, for all that ask in this turn. */
  readonly #found = new Map<bigint, ReadonlySet<number>>();
  #restUntilMs = -Infinity;

  constructor(ports: PushedOutPorts) {
    this.#ports = ports;
  }

  isFor(record: OwnerRecord): boolean {
    return this.#ports.isOnlySeenRunning(record);
  }

  /** A packet waits, so that one walk over open descriptors serves all that came meanwhile. */
  correlate(packet: PacketFacts, record: OwnerRecord): Correlation | NotYet {
    const { socketCookie } = record;
    const isAsked = this.#wanted.has(socketCookie);
    if (!isAsked && this.#wanted.size < MOST_AT_ONCE) this.#wanted.set(socketCookie, endsOf(packet));
    if (!this.#found.has(socketCookie) && (isAsked || !packet.mayWait)) this.#look();
    const holders = this.#found.get(socketCookie);
    if (holders === undefined && packet.mayWait) return NOT_YET;
    this.#wanted.delete(socketCookie);
    return holders === undefined ? TOO_MANY : this.#judge(record, holders);
  }

  #judge(record: OwnerRecord, holders: ReadonlySet<number>): Correlation {
    if (holders.size === 0) return CLOSED;
    if (holders.size > 1) return SEVERAL;
    if (!holders.has(record.pid)) return ANOTHER;
    this.#ports.restore(record);
    return { kind: 'owner', owner: ownerOf(record) };
  }

  /** For all that are wanted. */
  #look(): void {
    if (this.#ports.nowMs() < this.#restUntilMs) return;
    const beforeMs = this.#ports.workedMs();
    const inodes = new Map([...this.#wanted].map(([cookie, ends]) => [cookie, this.#inodeOf(cookie, ends)]));
    const holders = this.#ports.socketHolders([...inodes.values()].filter((inode) => inode !== undefined));
    for (const [cookie, inode] of inodes) this.#found.set(cookie, pidsAt(holders, inode));
    this.#wanted.clear();
    queueMicrotask(() => this.#found.clear());
    const tookMs = this.#ports.workedMs() - beforeMs;
    this.#restUntilMs = this.#ports.nowMs() + REST_FOR_EACH_MS * tookMs;
  }

  /** Undefined where the socket is closed. */
  #inodeOf(cookie: bigint, ends: FlowEnds): number | undefined {
    return this.#ports.candidateSockets(ends).find((one) => one.cookie === cookie && one.inode !== 0)?.inode;
  }
}

function pidsAt(holders: readonly SocketHolder[], inode: number | undefined): ReadonlySet<number> {
  return new Set(holders.filter((holder) => holder.inode === inode).map(({ pid }) => pid));
}
