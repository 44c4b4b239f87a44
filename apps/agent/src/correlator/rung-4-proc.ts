// Rung 4, `proc`: asks the kernel for the socket of a packet and looks through /proc for the one process that has it open. It comes
// late: whoever closed the socket meanwhile is not found, and where several have it open none of them is named.
import type { FlowEnds } from '../domain/flow-key.ts';
import type { Owner } from '../domain/owner.ts';
import { endsOf, isKernelPacket, KERNEL, NOT_YET, unknownBecause } from './correlator.ts';
import type { Correlation, NotYet, PacketFacts } from './correlator.ts';

export interface SocketOfPacket {
  /** 0n where it is not told. */
  readonly cookie: bigint;
  readonly inode: number;
  readonly uid: number;
}

export interface SocketHolder {
  readonly pid: number;
  readonly descriptor: number;
  readonly inode: number;
}

export interface ProcPorts {
  readonly candidateSockets: (packet: FlowEnds) => readonly SocketOfPacket[];
  readonly socketHolders: (inodes: readonly number[]) => readonly SocketHolder[];
  readonly hasSocketOpen: (holder: SocketHolder) => boolean;
  readonly ownerOfProcess: (pid: number, socketCookie: bigint) => Owner | undefined;
  /**
   * Another number than before: a child of the process ended meanwhile, which may have had the same socket. 0: none ever did; undefined:
   * one is ending.
   */
  readonly endedChildren: (pid: number) => number | undefined;
  /** Its own raw sockets send errors only, which are never queued. */
  readonly agentPid: number;
  readonly nowMs: () => number;
}

const ENDED = unknownBecause('its process ended, or closed the socket, before it was looked for');
const SHARED = unknownBecause('several processes have its socket open');
const CHILD_ENDED = unknownBecause('a child of its process ended, which may have sent with the same socket');
const SEVERAL = unknownBecause('several sockets of different processes could have sent it');

/** How long the holder of a socket is taken for the only one, as long as it has it open. */
const REMEMBERED_MS = 1000;
const MOST_REMEMBERED = 1024;

/** Longer than a packet waits to be read: it may be of any time in between. */
const LONGEST_READ_MS = 1000;

interface EndedChildren {
  readonly count: number;
  readonly sinceMs: number;
}

interface Remembered {
  readonly holder: SocketHolder;
  readonly untilMs: number;
}

export class ProcCorrelator {
  readonly #ports: ProcPorts;
  /** By inode: sockets of packets that wait for the next walk. */
  readonly #wanted = new Set<number>();
  /** What the last walk found, for all that ask in this turn: whoever asks later may be about a packet that came later. */
  readonly #found = new Map<number, readonly SocketHolder[]>();
  readonly #remembered = new Map<number, Remembered>();
  /** By pid, as of the last datagrams. */
  readonly #endedChildren = new Map<number, EndedChildren>();

  constructor(ports: ProcPorts) {
    this.#ports = ports;
  }

  /** A packet waits once, so that one walk over /proc serves all that came meanwhile. */
  correlate(packet: PacketFacts): Correlation | NotYet {
    if (isKernelPacket(packet)) return KERNEL;
    const sockets = this.#socketsOf(packet);
    if (sockets.length === 0) return packet.socketUid === undefined ? KERNEL : ENDED;
    const known = this.#rememberedHolders(sockets);
    if (known !== undefined) return this.#ownerOf(packet, sockets, known);
    const isAsked = sockets.every(({ inode }) => this.#wanted.has(inode) || this.#found.has(inode));
    for (const { inode } of sockets) if (!this.#found.has(inode)) this.#wanted.add(inode);
    if (!isAsked && packet.mayWait) return NOT_YET;
    return this.#ownerOf(packet, sockets, this.#look(sockets));
  }

  /** Of the packet's user: the queue named it when the packet was sent. */
  #socketsOf(packet: PacketFacts): readonly SocketOfPacket[] {
    const { socketUid } = packet;
    return this.#ports
      .candidateSockets(endsOf(packet))
      .filter(({ inode, uid }) => inode !== 0 && (socketUid === undefined || uid === socketUid));
  }

  #look(sockets: readonly SocketOfPacket[]): readonly SocketHolder[] {
    if (sockets.some(({ inode }) => this.#wanted.has(inode))) this.#walk();
    return sockets.flatMap(({ inode }) => this.#found.get(inode) ?? []);
  }

  #walk(): void {
    const inodes = [...this.#wanted];
    this.#wanted.clear();
    queueMicrotask(() => this.#found.clear());
    for (const inode of inodes) this.#found.set(inode, []);
    const holders = Map.groupBy(this.#ports.socketHolders(inodes), ({ inode }) => inode);
    for (const [inode, found] of holders) this.#found.set(inode, found);
  }

  #ownerOf(
    { protocol }: PacketFacts,
    sockets: readonly SocketOfPacket[],
    holders: readonly SocketHolder[],
  ): Correlation {
    const others = holders.filter(({ pid }) => pid !== this.#ports.agentPid || !isRaw(sockets));
    const [first] = others;
    if (first === undefined) return ENDED;
    if (others.some(({ pid }) => pid !== first.pid)) return sockets.length > 1 ? SEVERAL : SHARED;
    if (protocol !== 'tcp' && this.#mayChildHaveSent(first.pid)) return CHILD_ENDED;
    const cookie = sockets.find(({ inode }) => inode === first.inode)?.cookie ?? 0n;
    const owner = this.#ports.ownerOfProcess(first.pid, cookie);
    // Still there now, so all that was read in between is of the process that has it open.
    if (owner === undefined || !this.#ports.hasSocketOpen(first)) return ENDED;
    if (sockets.length === 1 && !isRaw(sockets)) this.#remember(first);
    return { kind: 'owner', owner };
  }

  /** A stream takes a while to begin, with its process in connect(); who sent a datagram may be gone at once. */
  #mayChildHaveSent(pid: number): boolean {
    const count = this.#ports.endedChildren(pid);
    const known = this.#endedChildren.get(pid) ?? { count: 0, sinceMs: -Infinity };
    const nowMs = this.#ports.nowMs();
    if (this.#endedChildren.size >= MOST_REMEMBERED) this.#endedChildren.clear();
    const seen = count === known.count ? known : { count: count ?? known.count, sinceMs: nowMs };
    this.#endedChildren.set(pid, seen);
    return nowMs - seen.sinceMs < LONGEST_READ_MS;
  }

  #remember(holder: SocketHolder): void {
    if (this.#remembered.has(holder.inode)) return;
    if (this.#remembered.size >= MOST_REMEMBERED) this.#remembered.clear();
    this.#remembered.set(holder.inode, { holder, untilMs: this.#ports.nowMs() + REMEMBERED_MS });
  }

  #rememberedHolders([socket, ...more]: readonly SocketOfPacket[]): readonly SocketHolder[] | undefined {
    if (socket === undefined || more.length > 0) return undefined;
    const known = this.#remembered.get(socket.inode);
    if (known === undefined) return undefined;
    if (known.untilMs > this.#ports.nowMs() && this.#ports.hasSocketOpen(known.holder)) return [known.holder];
    this.#remembered.delete(socket.inode);
    return undefined;
  }
}

function isRaw(sockets: readonly SocketOfPacket[]): boolean {
  return sockets.every(({ cookie }) => cookie === 0n);
}
