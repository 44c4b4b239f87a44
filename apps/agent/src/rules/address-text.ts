// Addresses as people write them in rules: an address, a CIDR or the name of a network.
import ipaddr from 'ipaddr.js';
import { NETWORK_NAMES, formatAddress } from '../domain/address.ts';
import type { Address, NetworkName } from '../domain/address.ts';
import type { AddressMatcher } from '../domain/rule.ts';
import { ownText } from './shared-values.ts';

/** A value, or why the text is not one and what to write instead. */
export type Read<Value> =
  { readonly kind: 'value'; readonly value: Value } | { readonly kind: 'refused'; readonly reason: string };

export function refused(reason: string): { readonly kind: 'refused'; readonly reason: string } {
  return { kind: 'refused', reason };
}

const names: ReadonlySet<string> = new Set(NETWORK_NAMES);

export function readAddressMatcher(text: string): Read<AddressMatcher> {
  if (names.has(text)) return { kind: 'value', value: { kind: 'network', network: text as NetworkName } };
  const slash = text.indexOf('/');
  const bytes = readBytes(slash < 0 ? text : text.slice(0, slash));
  if (bytes.kind === 'refused') return bytes;
  if (slash >= 0) return readCidr(bytes.value, text.slice(slash + 1));
  return {
    kind: 'value',
    value: { kind: 'address', address: ownText(formatAddress(bytes.value)) as Address },
  };
}

function readBytes(text: string): Read<Uint8Array> {
  const canonical = canonicalIpv4(text);
  if (canonical !== undefined) return { kind: 'value', value: canonical };
  if (!text.includes(':') && ipaddr.IPv4.isValidFourPartDecimal(text))
    return bytesOf(ipaddr.IPv4.parse(text));
  if (text.includes('%')) {
    return refused(`${text} has a zone: an address means the same on every interface, write it without %...`);
  }
  if (!text.includes(':') || text.length > 45 || !ipaddr.IPv6.isValid(text)) {
    return refused(`${shown(text)} is not an address, a CIDR or one of ${NETWORK_NAMES.join(', ')}`);
  }
  const address = ipaddr.IPv6.parse(text);
  if (!address.isIPv4MappedAddress()) return bytesOf(address);
  return refused(`${text} is an IPv4 address in IPv6 form: write ${address.toIPv4Address().toString()}`);
}

const [DOT, ZERO, NINE] = ['.', '0', '9'].map((character) => character.charCodeAt(0)) as [
  number,
  number,
  number,
];

/** Of four decimals without zeros in front, as nearly all are written: the library takes microseconds. Undefined: ask the library. */
function canonicalIpv4(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(4);
  let [place, octet, digits] = [0, 0, 0];
  for (let index = 0; index <= text.length; index += 1) {
    const code = index === text.length ? DOT : text.charCodeAt(index);
    if (code >= ZERO && code <= NINE) {
      octet = octet * 10 + code - ZERO;
      digits += 1;
      if (octet > 255 || (digits > 1 && octet < 10)) return undefined;
    } else if (code === DOT && digits > 0 && place < 4) {
      bytes[place] = octet;
      [place, octet, digits] = [place + 1, 0, 0];
    } else return undefined;
  }
  return place === 4 ? bytes : undefined;
}

function bytesOf(address: ipaddr.IPv4 | ipaddr.IPv6): Read<Uint8Array> {
  return { kind: 'value', value: Uint8Array.from(address.toByteArray()) };
}

function readCidr(bytes: Uint8Array, lengthText: string): Read<AddressMatcher> {
  const bits = bytes.length * 8;
  const prefixLength = Number(lengthText);
  if (!/^\d{1,3}$/.test(lengthText) || prefixLength > bits || String(prefixLength) !== lengthText) {
    return refused(`/${shown(lengthText)} is not a prefix length: write a number from 0 to ${bits}`);
  }
  const network = networkAddress(bytes, prefixLength);
  const address = ownText(formatAddress(bytes)) as Address;
  if (network === address) return { kind: 'value', value: { kind: 'cidr', address, prefixLength } };
  return refused(
    `${address}/${prefixLength} has bits set behind its prefix: ` +
      `write ${network}/${prefixLength} for the network, or ${address} for the single address`,
  );
}

/** The first address of the network that the address is in. */
export function networkAddress(bytes: Uint8Array, prefixLength: number): Address {
  const masked = bytes.map((byte, index) => {
    const kept = Math.max(0, Math.min(8, prefixLength - index * 8));
    return byte & (0xff << (8 - kept));
  });
  return formatAddress(masked);
}

function shown(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
