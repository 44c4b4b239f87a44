// The TCP and UDP sockets that have a remote end, in this network namespace and in the others of the machine: what is open when the rules
// change.
import { walkSockets } from '@sallyport/linux';
import type { SocketRecord, SocketSelection, SocketState } from '@sallyport/linux';
import { formatAddress } from '../domain/address.ts';
import type { Address } from '../domain/address.ts';
import type { NetworkPlace, NetworkPlaces } from './network-places.ts';
import { destroyFlowSocket } from './sockets.ts';
import type { DestroyOutcome } from './sockets.ts';

export interface OpenSocket {
  readonly protocol: 'tcp' | 'udp';
  /** TCP that has not heard of the other side yet. */
  readonly isConnecting: boolean;
  readonly localAddress: Address;
  readonly localPort: number;
  readonly remoteAddress: Address;
  readonly remotePort: number;
  readonly cookie: bigint;
  /** The interface that it is bound to; 0 where it is to none. */
  readonly interfaceIndex: number;
  readonly place: NetworkPlace;
}

/** Those in which bytes still can go out. A connection that somebody else begins is not listed before it is accepted. */
export const OPEN_STATES: readonly SocketState[] = [
  'established',
  'syn-sent',
  'fin-wait-1',
  'fin-wait-2',
  'close-wait',
  'closing',
  'last-ack',
];
const FAMILIES = [4, 6] as const;

/** Reads on only as far as it is asked for: some hundred sockets take about a millisecond. A UDP socket is open once it is connected. */
export function* openSockets(place: NetworkPlace): Generator<OpenSocket, void, undefined> {
  for (const protocol of ['tcp', 'udp'] as const) {
    const states = protocol === 'tcp' ? OPEN_STATES : (['established'] as const);
    for (const family of FAMILIES)
      for (const records of recordsIn(place, { family, protocol, states }))
        for (const record of records) yield openSocketOf({ protocol, place }, record);
  }
}

/** Those of all namespaces, its own first; undefined now and then, so that the caller can do something else. */
export function* openSocketsEverywhere(
  places: NetworkPlaces,
): Generator<OpenSocket | undefined, void, undefined> {
  yield* openSockets(places.own);
  for (const place of places.others()) {
    if (place === undefined) yield undefined;
    else yield* openSockets(place);
  }
}

/** Local ports at which connections of others are accepted. */
export function listeningPorts(): ReadonlySet<number> {
  const ports = new Set<number>();
  for (const family of FAMILIES)
    for (const records of walkSockets({ family, protocol: 'tcp', states: ['listen'] }))
      for (const { local } of records) ports.add(local.port);
  return ports;
}

/** By its cookie: a socket that took over the port meanwhile is not hit. */
export function endOpenSocket({ cookie, interfaceIndex, place, ...key }: OpenSocket): DestroyOutcome {
  return place.run(() => destroyFlowSocket(key, cookie, interfaceIndex)) ?? 'not-found';
}

/** The kernel is asked where the first records are; the others come from there as well. */
function* recordsIn(
  place: NetworkPlace,
  selection: SocketSelection,
): Generator<readonly SocketRecord[], void, undefined> {
  const walk = walkSockets(selection);
  try {
    let next = place.run(() => walk.next());
    for (; next !== undefined && next.done !== true; next = walk.next()) yield next.value;
  } finally {
    walk.return();
  }
}

function openSocketOf(
  { protocol, place }: Pick<OpenSocket, 'protocol' | 'place'>,
  record: SocketRecord,
): OpenSocket {
  return {
    ...{ protocol, place },
    isConnecting: record.state === 'syn-sent',
    localAddress: addressOf(record.local.address),
    localPort: record.local.port,
    remoteAddress: addressOf(record.remote.address),
    remotePort: record.remote.port,
    cookie: record.cookie,
    interfaceIndex: record.interfaceIndex,
  };
}

/** The C library writes `::ffff:1.2.3.4` and `::1.2.3.4`, which are not the one text that an Address has. */
export function addressOf(text: string): Address {
  const [, prefix, dotted] = /^(::|::ffff:)(\d+(?:\.\d+){3})$/.exec(text) ?? [];
  if (dotted === undefined) return text as Address;
  const [first = 0, second = 0, third = 0, fourth = 0] = dotted.split('.').map(Number);
  const bytes = new Uint8Array(16);
  if (prefix !== '::') bytes.fill(0xff, 10, 12);
  bytes.set([first, second, third, fourth], 12);
  return formatAddress(bytes);
}
