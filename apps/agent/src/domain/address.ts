// Addresses and networks as values: canonical text, so that equal addresses are equal strings.

/**
 * An IPv4 or IPv6 address in canonical text (dotted quad, or RFC 5952). An IPv4-mapped IPv6 address is always
 * written as its IPv4 address. Only `formatAddress` and validated input make one.
 */
export type Address = string & { readonly __brand: 'Address' };

/** The remote end of what has none. No rule with an address matches it, and it cannot be parsed. */
export const NO_ADDRESS = '' as Address;

/** Sets of addresses that a rule can name; which addresses they hold is known to the agent at run time. */
export const NETWORK_NAMES = [
  'loopback',
  'link-local',
  'private',
  'multicast',
  'broadcast',
  'resolvers',
] as const;
export type NetworkName = (typeof NETWORK_NAMES)[number];

const V4_MAPPED_PREFIX = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

/** Canonical text of 4 or 16 bytes in network order. Throws a RangeError for any other length. */
export function formatAddress(bytes: Uint8Array): Address {
  if (bytes.length === 4) return formatIpv4(bytes, 0);
  if (bytes.length !== 16) throw new RangeError(`an address has 4 or 16 bytes, not ${bytes.length}`);
  if (V4_MAPPED_PREFIX.every((byte, index) => bytes[index] === byte)) return formatIpv4(bytes, 12);
  return formatIpv6(bytes) as Address;
}

/** Canonical text of the 4 bytes at `offset`. */
export function formatIpv4(bytes: Uint8Array, offset: number): Address {
  const [first, second] = [bytes[offset] ?? 0, bytes[offset + 1] ?? 0];
  return `${first}.${second}.${bytes[offset + 2] ?? 0}.${bytes[offset + 3] ?? 0}` as Address;
}

function formatIpv6(bytes: Uint8Array): string {
  const groups = Array.from(
    { length: 8 },
    (_, index) => ((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0),
  );
  const zeros = longestZeroRun(groups);
  const text = (from: number, to: number): string =>
    groups
      .slice(from, to)
      .map((group) => group.toString(16))
      .join(':');
  if (zeros.length < 2) return text(0, 8);
  return `${text(0, zeros.start)}::${text(zeros.start + zeros.length, 8)}`;
}

interface ZeroRun {
  readonly start: number;
  readonly length: number;
}

function longestZeroRun(groups: readonly number[]): ZeroRun {
  let best: ZeroRun = { start: 0, length: 0 };
  let start = 0;
  groups.forEach((group, index) => {
    if (group !== 0) start = index + 1;
    else if (index + 1 - start > best.length) best = { start, length: index + 1 - start };
  });
  return best;
}

/** The 16 bytes of an address, IPv4 as ::ffff:a.b.c.d. */
export function addressBytes(address: Address): Uint8Array {
  if (addressFamily(address) === 4)
    return Uint8Array.of(...V4_MAPPED_PREFIX, ...address.split('.').map(Number));
  const [before = [], after] = address.split('::').map(groupsOf);
  const zeros = after === undefined ? 0 : 8 - before.length - after.length;
  const groups = [...before, ...new Array<number>(zeros).fill(0), ...(after ?? [])];
  return Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]));
}

function groupsOf(text: string): readonly number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}

/** 6 for IPv6 text, 4 otherwise. */
export function addressFamily(address: Address): 4 | 6 {
  return address.includes(':') ? 6 : 4;
}

/** `1.2.3.4:443` or `[2001:db8::1]:443`; the address alone where the protocol has no ports. */
export function formatSocketAddress(address: Address, port: number): string {
  if (port === 0) return address;
  return addressFamily(address) === 6 ? `[${address}]:${port}` : `${address}:${port}`;
}
