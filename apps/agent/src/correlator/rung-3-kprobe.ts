// Rung 3, `kprobe`: joins the packet with what kprobes wrote down by address, port and protocol. The owner of a stream is written after
// its packet was queued, so the packet waits a moment for it.
import type { FlowEnds } from '../domain/flow-key.ts';
import { endsOf, isKernelPacket, KERNEL, NOT_YET, unknownBecause } from './correlator.ts';
import type { Correlation, NotYet, PacketFacts } from './correlator.ts';
import { onlySender, readNotes } from './datagram-notes.ts';
import { isShared, ownerOf } from './flow-map.ts';
import type { FlowMap, OwnerRecord } from './flow-map.ts';
import type { SocketOfPacket } from './rung-4-proc.ts';

const NOT_SEEN_TO_CONNECT = unknownBecause('no process was seen to connect in time');
const NOT_SEEN_TO_SEND = unknownBecause('no process was seen to send it');
const SEVERAL = unknownBecause('several processes sent to that destination at the same time');

export interface KprobePorts {
  readonly flowMap: FlowMap;
  readonly candidateSockets: (packet: FlowEnds) => readonly Pick<SocketOfPacket, 'cookie'>[];
  /** CLOCK_MONOTONIC. */
  readonly nowNs: () => bigint;
}

export class KprobeCorrelator {
  readonly #ports: KprobePorts;

  constructor(ports: KprobePorts) {
    this.#ports = ports;
  }

  correlate(packet: PacketFacts): Correlation | NotYet {
    if (isKernelPacket(packet)) return KERNEL;
    return packet.protocol === 'tcp' ? this.#ofStream(packet) : this.#ofDatagram(packet);
  }

  /** By the sequence number of the SYN, too: an entry of an earlier flow with the same ports is another one. */
  #ofStream(packet: PacketFacts): Correlation | NotYet {
    const { key, socketUid, mayWait } = packet;
    const entry = this.#ports.flowMap.flowOwner(key);
    if (entry === undefined && mayWait) return NOT_YET;
    if (entry === undefined) return socketUid === undefined ? KERNEL : NOT_SEEN_TO_CONNECT;
    return isShared(entry) ? SEVERAL : this.#found(packet, entry.owner);
  }

  #ofDatagram(packet: PacketFacts): Correlation {
    const sender = onlySender(readNotes(this.#ports.flowMap, packet.key, this.#ports.nowNs()));
    if (sender === undefined) return NOT_SEEN_TO_SEND;
    return sender === 'several' ? SEVERAL : this.#found(packet, sender);
  }

  /** Kprobes may not ask for a cookie. By it a refusal finds its socket, and an answer that holds once its flow. */
  #found(packet: PacketFacts, record: OwnerRecord): Correlation {
    const [socket, ...others] = this.#ports.candidateSockets(endsOf(packet));
    const socketCookie = others.length === 0 ? (socket?.cookie ?? 0n) : 0n;
    return { kind: 'owner', owner: { ...ownerOf(record), socketCookie } };
  }
}
