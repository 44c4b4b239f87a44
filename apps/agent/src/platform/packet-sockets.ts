// Which sockets of this network namespace may have sent a packet, as the kernel lists them now: its sender may have closed the
// socket since.
import { findSocket, walkSockets } from '@sallyport/linux';
import type { SocketProtocol, SocketRecord, SocketState } from '@sallyport/linux';
import { addressFamily } from '../domain/address.ts';
import type { Address } from '../domain/address.ts';
import { protocolNumber } from '../domain/flow-key.ts';
import type { FlowEnds } from '../domain/flow-key.ts';
import { addressOf, OPEN_STATES } from './open-sockets.ts';
import { readSocketTable } from './socket-tables.ts';

export interface CandidateSocket {
  /** 0n for ping and raw sockets, of which it is not told. */
  readonly cookie: bigint;
  /** 0 where no process has it open. */
  readonly inode: number;
  readonly uid: number;
  /** Its remote end is the packet's. */
  readonly isConnected: boolean;
}

const FAMILIES = { 4: [4, 6], 6: [6] } as const;
/** A raw socket of this one sends whatever it likes. */
const ANY_PROTOCOL = 255;

export function candidateSockets(packet: FlowEnds): readonly CandidateSocket[] {
  switch (packet.protocol) {
    case 'tcp':
    case 'sctp':
      return connectedSocket(packet, packet.protocol);
    case 'udp':
    case 'udplite':
      return datagramSockets(packet, packet.protocol);
    case 'icmp':
    case 'icmpv6':
      return pingOrRawSockets(packet);
    default:
      return rawSockets(packet);
  }
}

/** The kernel finds it by its ends; one that is bound to an interface only in the list. */
function connectedSocket(packet: FlowEnds, protocol: SocketProtocol): readonly CandidateSocket[] {
  const ends = {
    local: { address: packet.localAddress, port: packet.localPort },
    remote: { address: packet.remoteAddress, port: packet.remotePort },
  };
  const record = findSocket({ protocol, ...ends });
  if (record !== undefined && isConnectedTo(record, packet)) return [candidateOf(record, packet)];
  return protocol === 'tcp'
    ? listed(packet, protocol, OPEN_STATES).filter(({ isConnected }) => isConnected)
    : [];
}

/** Whatever is bound to the port, by this address or by any: also one that is connected to somewhere else can send here. */
function datagramSockets(packet: FlowEnds, protocol: SocketProtocol): readonly CandidateSocket[] {
  return listed(packet, protocol, ['established', 'close']);
}

function listed(
  packet: FlowEnds,
  protocol: SocketProtocol,
  states: readonly SocketState[],
): readonly CandidateSocket[] {
  return FAMILIES[addressFamily(packet.localAddress)]
    .flatMap((family) => [...walkSockets({ family, protocol, states, localPort: packet.localPort })].flat())
    .filter((record) => mayHaveLocal(record, packet))
    .map((record) => candidateOf(record, packet));
}

function candidateOf(record: SocketRecord, packet: FlowEnds): CandidateSocket {
  const { cookie, inode, uid } = record;
  return { cookie, inode, uid, isConnected: isConnectedTo(record, packet) };
}

function mayHaveLocal({ local }: SocketRecord, packet: FlowEnds): boolean {
  return (
    local.port === packet.localPort && (isAny(local.address) || plain(local.address) === packet.localAddress)
  );
}

function isConnectedTo({ remote }: SocketRecord, packet: FlowEnds): boolean {
  return remote.port === packet.remotePort && plain(remote.address) === packet.remoteAddress;
}

function isAny(address: string): boolean {
  return ['0.0.0.0', '::', '::ffff:0.0.0.0'].includes(address);
}

/** An IPv4 address is the same on an IPv6 socket. */
function plain(address: string): Address {
  const [, dotted] = /^::ffff:(\d+(?:\.\d+){3})$/.exec(address) ?? [];
  return (dotted as Address | undefined) ?? addressOf(address);
}

/** A raw socket could make an echo with the identifier of somebody's ping socket; nobody does but to deceive. */
function pingOrRawSockets(packet: FlowEnds): readonly CandidateSocket[] {
  const table = packet.protocol === 'icmp' ? 'icmp' : 'icmp6';
  const pings = readSocketTable(table).filter(({ number }) => number !== 0 && number === packet.localPort);
  return pings.length > 0 ? pings.map(candidateOfTable) : rawSockets(packet);
}

function rawSockets(packet: FlowEnds): readonly CandidateSocket[] {
  const wanted = protocolNumber(packet.protocol);
  return readSocketTable(addressFamily(packet.localAddress) === 4 ? 'raw' : 'raw6')
    .filter(({ number }) => number === wanted || number === ANY_PROTOCOL)
    .map(candidateOfTable);
}

function candidateOfTable({ uid, inode }: { readonly uid: number; readonly inode: number }): CandidateSocket {
  return { cookie: 0n, inode, uid, isConnected: false };
}
