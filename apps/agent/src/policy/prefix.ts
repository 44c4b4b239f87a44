// Prefix: an address or CIDR as numbers that can be compared and used as map keys.
import { addressFamily } from '../domain/address.ts';
import type { Address } from '../domain/address.ts';

/** A network as the agent learns it at run time, such as a resolver's address with its full prefix length. */
export interface Cidr {
  readonly address: Address;
  /** 0..32 for IPv4, 0..128 for IPv6. */
  readonly prefixLength: number;
}

/** IPv4 as a signed number of 32 bits, which V8 keeps without an object; IPv6 as 32 hexadecimal digits. */
export type ParsedAddress =
  { readonly family: 4; readonly value: number } | { readonly family: 6; readonly digits: string };

export interface Prefix {
  readonly family: 4 | 6;
  readonly length: number;
  /** The leading `length` bits; comparable among prefixes of the same family and length. */
  readonly key: number | string;
}

/** Reads canonical text. Throws a RangeError for anything else: addresses are validated where they enter the agent. */
export function parseAddress(address: Address): ParsedAddress {
  if (addressFamily(address) === 4) return { family: 4, value: ipv4Value(address) };
  return { family: 6, digits: ipv6Digits(address) };
}

const [DOT, ZERO] = ['.'.charCodeAt(0), '0'.charCodeAt(0)];

/** Digit by digit: this runs for every flow that an address decides about. */
function ipv4Value(text: string): number {
  let [value, byte, dots, digits] = [0, 0, 0, 0];
  for (let index = 0; index < text.length; index += 1) {
    const digit = text.charCodeAt(index) - ZERO;
    if (digit >= 0 && digit <= 9) {
      byte = byte * 10 + digit;
      digits += 1;
    } else if (digit === DOT - ZERO && digits > 0) {
      value = (value << 8) | byte;
      [byte, digits, dots] = [0, 0, dots + 1];
    } else throw notAnAddress(text);
    if (byte > 255) throw notAnAddress(text);
  }
  if (dots !== 3 || digits === 0) throw notAnAddress(text);
  return (value << 8) | byte;
}

function ipv6Digits(text: string): string {
  const halves = text.split('::');
  const head = groupsOf(halves[0]);
  const tail = groupsOf(halves[1]);
  const missing = 32 - head.length - tail.length;
  const digits = head + '0'.repeat(Math.max(missing, 0)) + tail;
  if (halves.length > 2 || (halves.length === 1 && missing !== 0) || !/^[0-9a-f]{32}$/.test(digits)) {
    throw notAnAddress(text);
  }
  return digits;
}

function groupsOf(half: string | undefined): string {
  if (half === undefined || half === '') return '';
  let digits = '';
  for (const group of half.split(':')) digits += group.padStart(4, '0');
  return digits;
}

function notAnAddress(text: string): RangeError {
  return new RangeError(`${text} is not a canonical IPv4 or IPv6 address`);
}

export function addressBits(family: 4 | 6): 32 | 128 {
  return family === 4 ? 32 : 128;
}

/** The leading `length` bits of an address. */
export function prefixKey(address: ParsedAddress, length: number): number | string {
  if (address.family === 4) return length === 0 ? 0 : address.value >> (32 - length);
  const whole = length >> 2;
  const rest = length & 3;
  if (rest === 0) return address.digits.slice(0, whole);
  return address.digits.slice(0, whole) + String(parseInt(address.digits.charAt(whole), 16) >> (4 - rest));
}

/** Prefix of a CIDR; without a length, of the single address. */
export function prefixOf(address: Address, prefixLength?: number): Prefix {
  const parsed = parseAddress(address);
  const length = prefixLength ?? addressBits(parsed.family);
  if (!Number.isInteger(length) || length < 0 || length > addressBits(parsed.family)) {
    throw new RangeError(`${length} is not a prefix length for ${address}`);
  }
  return { family: parsed.family, length, key: prefixKey(parsed, length) };
}

export function prefixHolds(prefix: Prefix, address: ParsedAddress): boolean {
  return prefix.family === address.family && prefixKey(address, prefix.length) === prefix.key;
}
