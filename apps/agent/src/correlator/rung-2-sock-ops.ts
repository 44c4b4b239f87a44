// Rung 2, `sock-ops`: a stream's socket wrote whose it is right before its SYN was made. Of a datagram the socket is looked for, and
// compared with the processes that were seen to send there; what is neither is left to rung 4.
import type { FlowEnds } from '../domain/flow-key.ts';
import { endsOf, isKernelPacket, KERNEL, unknownBecause } from './correlator.ts';
import type { Correlation, NotYet, PacketFacts } from './correlator.ts';
import { isSameSender, noteOfSocket, onlySender, readNotes } from './datagram-notes.ts';
import type { Note, Notes } from './datagram-notes.ts';
import { isShared, ownerOf } from './flow-map.ts';
import type { FlowMap, OwnerRecord } from './flow-map.ts';
import type { SocketOfPacket } from './rung-4-proc.ts';

export interface DatagramSocket extends SocketOfPacket {
  readonly isConnected: boolean;
}

export interface SockOpsPorts {
  readonly flowMap: FlowMap;
  /** The process last seen with a socket; undefined where it is not known. */
  readonly ownerOfSocket: (cookie: bigint) => OwnerRecord | undefined;
  readonly candidateSockets: (packet: FlowEnds) => readonly DatagramSocket[];
  /** CLOCK_MONOTONIC. */
  readonly nowNs: () => bigint;
  /** For protocols of which the hooks see no destination. */
  readonly others: { readonly correlate: (packet: PacketFacts) => Correlation | NotYet };
}

const NOT_SEEN_TO_CONNECT = unknownBecause('no process was seen with its socket');
const NOT_SEEN_TO_SEND = unknownBecause('no process was seen to send it, and its socket is closed');
const SEVERAL = unknownBecause('several sockets of different processes could have sent it');

export class SockOpsCorrelator {
  readonly #ports: SockOpsPorts;

  constructor(ports: SockOpsPorts) {
    this.#ports = ports;
  }

  correlate(packet: PacketFacts): Correlation | NotYet {
    if (isKernelPacket(packet)) return KERNEL;
    if (packet.protocol === 'tcp') return this.#ofStream(packet);
    if (packet.protocol === 'udp' || packet.protocol === 'udplite') return this.#ofDatagram(packet);
    return this.#ports.others.correlate(packet);
  }

  #ofStream({ key, socketUid }: PacketFacts): Correlation {
    const entry = this.#ports.flowMap.flowOwner(key);
    if (entry === undefined) return socketUid === undefined ? KERNEL : NOT_SEEN_TO_CONNECT;
    return isShared(entry) ? SEVERAL : found(entry.owner);
  }

  #ofDatagram(packet: PacketFacts): Correlation {
    const nowNs = this.#ports.nowNs();
    const notes = readNotes(this.#ports.flowMap, packet.key, nowNs);
    const open = this.#openSockets(packet);
    const connected = open.filter(({ isConnected }) => isConnected);
    if (connected.length > 0) return this.#ofConnected(connected, notes);
    const sender = onlySender(notes);
    if (sender === undefined) return NOT_SEEN_TO_SEND;
    if (sender !== 'several') return found(sender);
    const [socket, ...others] = open;
    if (socket === undefined || others.length > 0) return SEVERAL;
    return this.#ofSocket(noteOfSocket(this.#ports.flowMap, packet.key, { ...socket, nowNs }), notes);
  }

  /** What a connected socket sends no hook sees; who else sent from its port to the same place may have been meant. */
  #ofConnected(sockets: readonly DatagramSocket[], { fromPort }: Notes): Correlation {
    const owner = this.#onlyOwner(sockets);
    if (owner === undefined || isAnotherThan(owner, fromPort)) return SEVERAL;
    return found(owner);
  }

  /** Several sent there lately: it is who did so by the socket that has the port, if the port was not another one's a moment ago. */
  #ofSocket(sender: Note, { fromPort }: Notes): Correlation {
    if (sender === undefined || sender === 'several' || isAnotherThan(sender, fromPort)) return SEVERAL;
    return found(sender);
  }

  #onlyOwner(sockets: readonly DatagramSocket[]): OwnerRecord | undefined {
    const [first, ...others] = sockets.map(({ cookie }) => this.#ports.ownerOfSocket(cookie));
    if (first === undefined) return undefined;
    return others.every((other) => other !== undefined && isSameSender(first, other)) ? first : undefined;
  }

  #openSockets(packet: PacketFacts): readonly DatagramSocket[] {
    return this.#ports
      .candidateSockets(endsOf(packet))
      .filter(({ inode, uid }) => inode !== 0 && uid === packet.socketUid);
  }
}

function isAnotherThan(owner: OwnerRecord, note: Note): boolean {
  return note === 'several' || (note !== undefined && !isSameSender(owner, note));
}

function found(record: OwnerRecord): Correlation {
  return { kind: 'owner', owner: ownerOf(record) };
}
