// Flows that begin elsewhere, between the data path and the kernel: whose a packet from outside is, what the kernel remembers of a
// conversation, and how a refusal is told. Exists only where incoming flows are judged.
import type { Packet } from './capture/packet-capture.ts';
import type { PacketHeaders } from './capture/packet-headers.ts';
import type { Address } from './domain/address.ts';
import type { Correlation } from './correlator/correlator.ts';
import type { FlowKey, Protocol } from './domain/flow-key.ts';
import type { Flow } from './domain/flow.ts';
import type { Action } from './domain/rule.ts';
import type { Destination } from './inbound-arrivals.ts';
import type { InboundMaps } from './kernel/inbound-maps.ts';
import type { Arrival } from './platform/listeners.ts';

export interface InboundPorts {
  readonly maps: Pick<InboundMaps, 'find' | 'write' | 'forget' | 'bindsOf'>;
  readonly destinationOf: (arrival: Arrival) => Destination;
  /** Of the ruleset in force, as the kernel compares it. */
  readonly generation: () => bigint;
  /** CLOCK_BOOTTIME. */
  readonly bootNs: () => bigint;
  readonly networkNamespace: bigint;
  /** Tells the other end that nobody is there for it. */
  readonly refuse: (packet: Packet, key: FlowKey) => void;
}

export interface InboundCounts {
  /** Packets for ports at which nobody listens: let through, and refused by the kernel itself. */
  readonly nobodyListens: number;
}

/** A conversation that was decided about is looked at again so often: by then its socket may be somebody else's, or a rule over. */
const DECIDED_NS = 10_000_000_000n;

export class Inbound {
  readonly #ports: InboundPorts;
  /** What was decided for a packet counts as long as no other socket takes its port from the moment on at which it arrived. */
  readonly #bindsAtArrival = new WeakMap<FlowKey, number>();
  #nobodyListens = 0;

  constructor(ports: InboundPorts) {
    this.#ports = ports;
  }

  /** What comes in: the destination is the local end. Call before the socket is looked for. */
  keyOf(headers: PacketHeaders): FlowKey {
    const key = this.#keyOf(headers);
    this.#bindsAtArrival.set(key, this.#ports.maps.bindsOf(key.localPort));
    return key;
  }

  #keyOf(headers: PacketHeaders): FlowKey {
    return {
      protocol: headers.protocol,
      localAddress: headers.destination,
      localPort: headers.destinationPort,
      remoteAddress: headers.source,
      remotePort: headers.sourcePort,
      networkNamespace: this.#ports.networkNamespace,
    };
  }

  get counts(): InboundCounts {
    return { nobodyListens: this.#nobodyListens };
  }

  destinationOf(key: FlowKey, packet: Pick<Packet, 'interfaceIndex'>): Destination {
    const destination = this.#ports.destinationOf({ ...key, interfaceIndex: packet.interfaceIndex });
    if (destination.kind === 'pass' && destination.why === 'nobody') this.#nobodyListens += 1;
    return destination;
  }

  /** Whose listener accepted a connection: at remote port 0 is nobody but the listener itself. */
  ownerOfAccepted(connection: Arrival): Correlation | undefined {
    const destination = this.#ports.destinationOf({ ...connection, remotePort: 0 });
    if (destination.kind !== 'listener' || destination.correlation.kind === 'kernel') return undefined;
    return destination.correlation;
  }

  /** Whether a packet that goes out belongs to a conversation that somebody else began with this very socket. */
  beganElsewhere(key: FlowKey, socketCookie: bigint): boolean {
    if (!isDatagram(key.protocol)) return false;
    const state = this.#ports.maps.find(key);
    if (state === undefined || state.generation === 0n) return false;
    // Of several sockets at the port it is not known which one answers.
    return state.socketCookie === socketCookie || state.socketCookie === 0n;
  }

  /** Call before the packet is answered: the kernel knows the conversation when the next one comes by. */
  note(flow: Pick<Flow, 'key' | 'direction' | 'socketCookie'>, action: Action): void {
    if (!isDatagram(flow.key.protocol)) return;
    if (flow.direction === 'in') return this.#write(flow, action);
    if (action === 'allow') this.#noteBegun(flow);
  }

  /** A socket of the kernel's own: it takes what comes. */
  noteKernel(key: FlowKey): void {
    if (isDatagram(key.protocol)) this.#write({ key, socketCookie: 0n }, 'allow');
  }

  forget(key: FlowKey): boolean {
    return isDatagram(key.protocol) && this.#ports.maps.forget(key);
  }

  refuse(packet: Packet, key: FlowKey): void {
    this.#ports.refuse(packet, key);
  }

  #write({ key, socketCookie }: Pick<Flow, 'key' | 'socketCookie'>, action: Action): void {
    const { maps, generation, bootNs } = this.#ports;
    maps.write(key, {
      ...{ isAllow: action === 'allow', socketCookie, generation: generation() },
      expiresNs: bootNs() + DECIDED_NS,
      binds: this.#bindsAtArrival.get(key) ?? maps.bindsOf(key.localPort),
    });
  }

  /** Answers to a group come from anybody, for a while. Of a socket that is not known it cannot be seen when it closes. */
  #noteBegun({ key, socketCookie }: Pick<Flow, 'key' | 'socketCookie'>): void {
    const { maps, bootNs } = this.#ports;
    const isToGroup = isGroup(key.remoteAddress);
    const expiresNs = isToGroup || socketCookie === 0n ? bootNs() + DECIDED_NS : 0n;
    const begun = {
      isAllow: true,
      socketCookie,
      generation: 0n,
      expiresNs,
      binds: maps.bindsOf(key.localPort),
    };
    maps.write(isToGroup ? { ...key, remoteAddress: ANYBODY, remotePort: 0 } : key, begun);
  }
}

/** Of zeros in the kernel's map. */
const ANYBODY = '::' as Address;

/** Multicast of both versions, and everybody on an IPv4 link; bpf/conversations.h says the same. */
function isGroup(address: Address): boolean {
  if (address.includes(':')) return address.startsWith('ff');
  const first = Number(address.slice(0, address.indexOf('.')));
  return (first >= 224 && first < 240) || address === '255.255.255.255';
}

function isDatagram(protocol: Protocol): boolean {
  return protocol === 'udp' || protocol === 'udplite';
}
