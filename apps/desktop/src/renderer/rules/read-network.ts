// Addresses, ports and protocols of a rule as typed. The agent's own readers are apps/agent/src/api/wire/network.ts and
// apps/agent/src/rules; a property test compares the two.
import ipaddr from 'ipaddr.js';
import { problem, value } from './reading.ts';
import type { Reading } from './reading.ts';

/** Sets of addresses that a rule can name. */
export const NETWORK_NAMES = [
  'loopback',
  'link-local',
  'private',
  'multicast',
  'broadcast',
  'resolvers',
] as const;
export type NetworkName = (typeof NETWORK_NAMES)[number];

export function isNetworkName(text: string): text is NetworkName {
  return (NETWORK_NAMES as readonly string[]).includes(text);
}

const LONGEST_ADDRESS = 64;

/** Canonical text of an address, a CIDR or a named network. */
export function readAddress(text: string): Reading<string> {
  if (isNetworkName(text)) return value(text);
  const [addressText = '', prefixText, ...rest] = text.split('/');
  const address = text.length > LONGEST_ADDRESS ? undefined : parseAddress(addressText);
  if (address === undefined || rest.length > 0) return problem('rules.problem.address', { text });
  if (prefixText === undefined) return value(address.toString());
  return readNetwork(address, prefixText);
}

type Parsed = ipaddr.IPv4 | ipaddr.IPv6;

function parseAddress(text: string): Parsed | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  if (text.includes('%') || !text.includes(':') || !ipaddr.IPv6.isValid(text)) return undefined;
  const address = ipaddr.IPv6.parse(text);
  return address.isIPv4MappedAddress() ? address.toIPv4Address() : address;
}

function readNetwork(address: Parsed, prefixText: string): Reading<string> {
  const most = address.kind() === 'ipv6' ? 128 : 32;
  const prefixLength = /^\d{1,3}$/.test(prefixText) ? Number(prefixText) : Infinity;
  if (prefixLength > most) return problem('rules.problem.prefix', { text: prefixText, most });
  const network = firstAddress(address, prefixLength).toString();
  if (network !== address.toString())
    return problem('rules.problem.prefix-bits', {
      network: `${network}/${prefixLength}`,
      address: address.toString(),
    });
  return value(`${network}/${prefixLength}`);
}

function firstAddress(address: Parsed, prefixLength: number): Parsed {
  const cidr = `${address.toString()}/${prefixLength}`;
  return address.kind() === 'ipv6'
    ? ipaddr.IPv6.networkAddressFromCIDR(cidr)
    : ipaddr.IPv4.networkAddressFromCIDR(cidr);
}

export interface PortRange {
  readonly from: number;
  readonly to: number;
}

const LAST_PORT = 65_535;

export function readPorts(text: string): Reading<PortRange> {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text);
  const from = Number(match?.[1] ?? 0);
  const to = Number(match?.[2] ?? from);
  if (from < 1 || from > LAST_PORT || to < 1 || to > LAST_PORT)
    return problem('rules.problem.port', { text, most: LAST_PORT });
  if (from > to) return problem('rules.problem.port-reversed', { text, range: `${to}-${from}` });
  return value({ from, to });
}

export function writePorts({ from, to }: PortRange): string {
  return from === to ? String(from) : `${from}-${to}`;
}

const PROTOCOL_NUMBERS: ReadonlyMap<string, number> = new Map([
  ['tcp', 6],
  ['udp', 17],
  ['icmp', 1],
  ['icmpv6', 58],
  ['sctp', 132],
  ['udplite', 136],
]);
/** The packet socket, which has no remote end. */
export const PACKET = 'packet';
export const PROTOCOL_NAMES: readonly string[] = [...PROTOCOL_NUMBERS.keys(), PACKET];
const NAMES_BY_NUMBER = new Map([...PROTOCOL_NUMBERS].map(([name, number]) => [number, name]));
const WITH_PORTS: ReadonlySet<string> = new Set(['tcp', 'udp', 'udplite', 'sctp']);

export function readProtocol(typed: string): Reading<string> {
  const text = typed.toLowerCase();
  if (text === PACKET || PROTOCOL_NUMBERS.has(text)) return value(text);
  const number = Number(/^ip-(0|[1-9]\d{0,2})$/.exec(text)?.[1] ?? Infinity);
  if (number > 255) return problem('rules.problem.protocol', { text: typed });
  return value(NAMES_BY_NUMBER.get(number) ?? `ip-${number}`);
}

export function hasPorts(protocol: string): boolean {
  return WITH_PORTS.has(protocol);
}

/** As people write it. */
export function protocolText(protocol: string): string {
  if (protocol === PACKET) return 'AF_PACKET';
  if (protocol === 'icmpv6') return 'ICMPv6';
  return protocol === 'udplite' ? 'UDP-Lite' : protocol.replace('ip-', 'IP ').toUpperCase();
}
