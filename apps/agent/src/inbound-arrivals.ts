// Whose a packet from outside is: the listener that the kernel will give it to, and the process behind that. Never a guess: where
// several programs could get it, none is named.
import type { Correlation } from './correlator/correlator.ts';
import type { FlowKey } from './domain/flow-key.ts';
import { isSameFile } from './domain/owner.ts';
import type { ListenerOwners } from './listener-owners.ts';
import type { Arrival, Listener, Receiver, SocketProtocol } from './platform/listeners.ts';

export interface ArrivalPorts {
  readonly receiverOf: (arrival: Arrival) => Receiver;
  readonly listenersAt: (protocol: SocketProtocol, port: number) => readonly Listener[];
  /** Whether the address is this machine's alone, and no group's. */
  readonly isOwnAddress: (address: string) => boolean;
  readonly bindsOf: (port: number) => number;
  readonly owners: Pick<ListenerOwners, 'correlationOf'>;
  /** Whether the socket is older than the agent. */
  readonly isFound: (socketCookie: bigint) => boolean;
}

export type Destination =
  /** Nothing to decide: nobody listens, or it belongs to what is open. */
  | { readonly kind: 'pass'; readonly why: 'nobody' | 'open' }
  /** `kernel` as correlation: a socket of the kernel's own. */
  | {
      readonly kind: 'listener';
      readonly socketCookie: bigint;
      readonly correlation: Correlation;
    };

interface ListedPort {
  readonly binds: number;
  readonly listeners: readonly Listener[];
}

const MOST_LISTED = 256;

export class InboundArrivals {
  readonly #ports: ArrivalPorts;
  /** By protocol and port. */
  readonly #listed = new Map<string, ListedPort>();

  constructor(ports: ArrivalPorts) {
    this.#ports = ports;
  }

  destinationOf(arrival: Arrival): Destination {
    if (arrival.protocol === 'sctp') return this.#amongAll(arrival, this.#list(arrival));
    const receiver = this.#ports.receiverOf(arrival);
    if (receiver.kind !== 'listener') return { kind: 'pass', why: receiver.kind };
    const { listener } = receiver;
    // Who was connected to this very place before the agent began goes on.
    if (listener.isConnected && this.#ports.isFound(listener.socketCookie))
      return { kind: 'pass', why: 'open' };
    if (!listener.isConnected && !this.#ports.isOwnAddress(arrival.localAddress))
      return this.#amongAll(arrival, this.#list(arrival));
    return this.#among(this.#rivalsOf(arrival, listener), listener);
  }

  /** To a group: each socket at the port gets it. */
  #amongAll({ localAddress }: FlowLocal, all: readonly Listener[]): Destination {
    const takers = all.filter((one) => !one.isConnected && takesFor(one.localAddress, localAddress));
    const [first] = takers;
    return first === undefined ? { kind: 'pass', why: 'nobody' } : this.#among(takers, first);
  }

  /** Several of one program are that program; of several programs it is not known which one gets the packet. */
  #among(listeners: readonly Listener[], chosen: Listener): Destination {
    const { socketCookie } = chosen;
    const correlation = this.#ports.owners.correlationOf(chosen);
    for (const other of listeners) {
      if (other.socketCookie === socketCookie) continue;
      if (!isAlike(correlation, this.#ports.owners.correlationOf(other)))
        return { kind: 'listener', socketCookie: 0n, correlation: SEVERAL };
    }
    return {
      kind: 'listener',
      socketCookie: correlation.kind === 'unknown' ? 0n : socketCookie,
      correlation,
    };
  }

  /** Those that the kernel chooses among: equal address, equal interface. */
  #rivalsOf(arrival: Arrival, listener: Listener): readonly Listener[] {
    if (listener.isConnected) return [listener];
    const listed = this.#list(arrival, listener.socketCookie);
    return listed.filter(
      (one) =>
        !one.isConnected &&
        one.localAddress === listener.localAddress &&
        one.interfaceIndex === listener.interfaceIndex,
    );
  }

  /** Read again when a socket took the port, which the kernel counts for datagrams, and when one is missing. */
  #list({ protocol, localPort }: FlowLocal, mustHave?: bigint): readonly Listener[] {
    const name = `${protocol} ${localPort}`;
    const binds = this.#ports.bindsOf(localPort);
    const known = this.#listed.get(name);
    const isComplete =
      mustHave === undefined || known?.listeners.some(({ socketCookie }) => socketCookie === mustHave);
    if (known?.binds === binds && isComplete === true) return known.listeners;
    const listeners = this.#ports.listenersAt(protocol as SocketProtocol, localPort);
    if (this.#listed.size >= MOST_LISTED) this.#listed.clear();
    this.#listed.set(name, { binds, listeners });
    return listeners;
  }
}

type FlowLocal = Pick<FlowKey, 'protocol' | 'localAddress' | 'localPort'>;

const SEVERAL: Correlation = {
  kind: 'unknown',
  reason: 'sockets of several programs are at this port, and the kernel chooses among them',
};

function isAlike(one: Correlation, other: Correlation): boolean {
  return (
    one.kind === 'owner' && other.kind === 'owner' && isSameFile(one.owner.executable, other.owner.executable)
  );
}

/** A socket at `::` takes IPv4 as well, unless it was told not to, which is not shown. */
function takesFor(listenerAddress: string, address: string): boolean {
  if (listenerAddress === address || listenerAddress === '::') return true;
  return listenerAddress === '0.0.0.0' && !address.includes(':');
}
