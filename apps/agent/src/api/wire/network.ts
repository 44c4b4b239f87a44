// Addresses, networks, protocols and Apps of requests as domain values.
import ipaddr from 'ipaddr.js';
import { addressFamily, formatAddress, NETWORK_NAMES } from '../../domain/address.ts';
import type { Address, NetworkName } from '../../domain/address.ts';
import type { AppId } from '../../domain/app.ts';
import { PACKET, PROTOCOL_NUMBERS, protocolOf } from '../../domain/flow-key.ts';
import type { Protocol, ProtocolName } from '../../domain/flow-key.ts';
import type { AddressMatcher } from '../../domain/rule.ts';
import { InvalidField, readText, shown } from './field.ts';

const LONGEST_ADDRESS = 64;
const ADDRESS_EXPECTED = 'an address such as 192.0.2.1 or 2001:db8::1, without a zone';

export function readAddress(field: string, value: string): Address {
  const address = parseAddress(
    readText(field, value, { longest: LONGEST_ADDRESS, expected: ADDRESS_EXPECTED }),
  );
  if (address === undefined) throw new InvalidField(field, `is ${shown(value)}`, ADDRESS_EXPECTED);
  return address;
}

function parseAddress(text: string): Address | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return formatAddress(bytesOf(ipaddr.IPv4.parse(text)));
  if (text.includes('%') || !ipaddr.IPv6.isValid(text)) return undefined;
  return formatAddress(bytesOf(ipaddr.IPv6.parse(text)));
}

function bytesOf(address: ipaddr.IPv4 | ipaddr.IPv6): Uint8Array {
  return Uint8Array.from(address.toByteArray());
}

const MATCHER_EXPECTED = `an address, a network such as 10.0.0.0/8, or one of ${NETWORK_NAMES.join(', ')}`;

export function readAddressMatcher(field: string, value: { readonly text: string }): AddressMatcher {
  const text = readText(`${field}.text`, value.text, {
    longest: LONGEST_ADDRESS,
    expected: MATCHER_EXPECTED,
  });
  if ((NETWORK_NAMES as readonly string[]).includes(text))
    return { kind: 'network', network: text as NetworkName };
  const [addressText = '', prefixText, ...rest] = text.split('/');
  const address = parseAddress(addressText);
  if (address === undefined || rest.length > 0)
    throw new InvalidField(`${field}.text`, `is ${shown(text)}`, MATCHER_EXPECTED);
  if (prefixText === undefined) return { kind: 'address', address };
  return { kind: 'cidr', address, prefixLength: readPrefixLength(`${field}.text`, address, prefixText) };
}

function readPrefixLength(field: string, address: Address, text: string): number {
  const longest = addressFamily(address) === 6 ? 128 : 32;
  const prefixLength = /^\d{1,3}$/.test(text) ? Number(text) : Infinity;
  if (prefixLength > longest)
    throw new InvalidField(field, `ends in /${shown(text)}`, `a prefix length from 0 to ${longest}`);
  const network = networkOf(address, prefixLength);
  if (network !== address)
    throw new InvalidField(field, `has bits set beyond its prefix`, `${network}/${prefixLength}`);
  return prefixLength;
}

function networkOf(address: Address, prefixLength: number): Address {
  const cidr = `${address}/${prefixLength}`;
  const network =
    addressFamily(address) === 6
      ? ipaddr.IPv6.networkAddressFromCIDR(cidr)
      : ipaddr.IPv4.networkAddressFromCIDR(cidr);
  return formatAddress(bytesOf(network));
}

const PROTOCOL_EXPECTED = `one of ${[...Object.keys(PROTOCOL_NUMBERS), PACKET].join(', ')}, or ip-N with a number from 0 to 255`;

export function readProtocol(field: string, value: string): Protocol {
  if (value === PACKET) return PACKET;
  if (Object.hasOwn(PROTOCOL_NUMBERS, value)) return value as ProtocolName;
  const number = /^ip-(0|[1-9]\d{0,2})$/.exec(value)?.[1];
  if (number === undefined || Number(number) > 255)
    throw new InvalidField(field, value === '' ? 'is empty' : `is ${shown(value)}`, PROTOCOL_EXPECTED);
  return protocolOf(Number(number));
}

/** Identities as in domain/app.ts; control characters have no place in a name that people compare by eye. */
const APP = {
  longest: 4200,
  pattern: /^(\/|deleted:\/|memfd:|container:[^:]+(?::\/|$)|mnt-\d{1,20}:\/|inode:|unknown$)\P{Cc}*$/u,
  expected:
    'the identity of an App: an absolute path, or one that starts with container:RUNTIME/NAME, deleted:, memfd:, mnt-N: or inode:, or unknown',
};

export function readAppId(field: string, value: string): AppId {
  return readText(field, value, APP) as AppId;
}
