// What the kernel counted for a flow, read when somebody asks: nothing wakes the agent because a packet passed.
import type { BpfMap, BpfObject, RingBufferConsumer } from 'bpf-loader-napi';
import { addressBytes } from '../domain/address.ts';
import type { Flow } from '../domain/flow.ts';
import { protocolNumber } from '../domain/flow-key.ts';
import type { Traffic } from '../domain/traffic.ts';
import {
  DATAGRAM_FLOW_SIZE,
  OWNER_SIZE,
  readSocketClosed,
  readTraffic,
  SOCKET_CLOSED_SIZE,
  SOCKET_RECORD_SIZE,
  TRAFFIC_SIZE,
  writeDatagramFlow,
} from './gen/structs.ts';
import type { TrafficStruct } from './gen/structs.ts';
import { viewOf } from './bytes.ts';

export type CountedFlow = Pick<Flow, 'key' | 'socketCookie'>;

export class TrafficCounters {
  readonly #networkNamespace: bigint;
  readonly #owners: BpfMap;
  readonly #datagrams: BpfMap;
  readonly #closing: BpfMap;
  readonly #alike: BpfMap;
  readonly #ended: RingBufferConsumer;
  readonly #cookie = viewOf(8);
  readonly #number = viewOf(4);
  readonly #record = viewOf(SOCKET_RECORD_SIZE);
  readonly #datagramFlow = viewOf(DATAGRAM_FLOW_SIZE);
  readonly #traffic = viewOf(TRAFFIC_SIZE);

  /** `networkNamespace` is the agent's own. */
  constructor(object: BpfObject, networkNamespace: bigint, onEnded: (socketCookie: bigint) => void) {
    this.#networkNamespace = networkNamespace;
    this.#owners = object.map('owners');
    this.#datagrams = object.map('datagram_traffic');
    this.#closing = object.map('closing_traffic');
    this.#alike = object.map('alike_traffic');
    this.#ended = object.map('ended').consumeRingBuffer((record) => {
      if (record.length < SOCKET_CLOSED_SIZE) return;
      const view = new DataView(record.buffer, record.byteOffset, record.length);
      onEnded(readSocketClosed(view).socketCookie);
    });
  }

  /** Since the socket was made, for a TCP flow; undefined where nothing is counted, or no longer. */
  read(flow: CountedFlow): Traffic | undefined {
    return flow.key.protocol === 'tcp' ? this.#readStream(flow.socketCookie) : this.#readDatagrams(flow);
  }

  isOpen(socketCookie: bigint): boolean {
    return this.#readRecord(socketCookie);
  }

  /** What flows carried that the cached verdict of this number let through and that were only counted. */
  readAlike(number: number): Traffic | undefined {
    this.#number.view.setUint32(0, number, true);
    return this.#found(this.#alike, this.#number.bytes);
  }

  /** Frees what is kept for a flow that is over. */
  forget(flow: CountedFlow): void {
    if (flow.key.protocol === 'tcp') this.#closing.delete(this.#cookieBytes(flow.socketCookie));
    else this.#datagrams.delete(this.#datagramKey(flow));
  }

  /** Tells of the sockets that were closed since the last time. */
  readEnded(): void {
    this.#ended.readNow();
  }

  close(): void {
    this.#ended.close();
  }

  /** Open, or closed and perhaps still sending; a socket may be closed between the two lookups. */
  #readStream(socketCookie: bigint): Traffic | undefined {
    if (this.#readRecord(socketCookie)) return trafficOf(readTraffic(this.#record.view, OWNER_SIZE));
    return this.#found(this.#closing, this.#cookieBytes(socketCookie));
  }

  #readDatagrams(flow: CountedFlow): Traffic | undefined {
    return this.#found(this.#datagrams, this.#datagramKey(flow));
  }

  #readRecord(socketCookie: bigint): boolean {
    return this.#owners.lookupInto(this.#cookieBytes(socketCookie), this.#record.bytes);
  }

  #found(map: BpfMap, key: Uint8Array): Traffic | undefined {
    return map.lookupInto(key, this.#traffic.bytes) ? trafficOf(readTraffic(this.#traffic.view)) : undefined;
  }

  #cookieBytes(socketCookie: bigint): Uint8Array {
    this.#cookie.view.setBigUint64(0, socketCookie, true);
    return this.#cookie.bytes;
  }

  #datagramKey({ key, socketCookie }: CountedFlow): Uint8Array {
    writeDatagramFlow(this.#datagramFlow.view, {
      socketCookie,
      remoteAddress: addressBytes(key.remoteAddress),
      remotePort: key.remotePort,
      protocol: protocolNumber(key.protocol),
      isForwarded: key.networkNamespace === this.#networkNamespace ? 0 : 1,
    });
    return this.#datagramFlow.bytes;
  }
}

/** Exact up to 8 PiB. */
function trafficOf({ packetsOut, bytesOut, packetsIn, bytesIn }: TrafficStruct): Traffic {
  return {
    packetsOut: Number(packetsOut),
    bytesOut: Number(bytesOut),
    packetsIn: Number(packetsIn),
    bytesIn: Number(bytesIn),
  };
}
