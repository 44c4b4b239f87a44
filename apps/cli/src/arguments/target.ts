// Where to: `1.2.3.4`, `1.2.3.4:443`, `[2001:db8::1]:443`, `10.0.0.0/8`, or a network name such as loopback.
import ipaddr from 'ipaddr.js';
import { NETWORK_NAMES } from '../../../agent/src/domain/address.ts';
import { wrongUsage } from '../exit-codes.ts';
import { suggestion } from './nearest.ts';

export interface Target {
  /** As the API takes it: a canonical address, a network in CIDR notation, or a network name. */
  readonly text: string;
  readonly kind: 'address' | 'cidr' | 'network';
  /** Undefined where none was given. */
  readonly port: number | undefined;
}

const MOST_PORT = 65_535;

/** Throws wrong usage for a text that is none of these. */
export function parseTarget(text: string, option: string): Target {
  const { host, port } = splitPort(text, option);
  if ((NETWORK_NAMES as readonly string[]).includes(host)) return { text: host, kind: 'network', port };
  if (host.includes('/')) return { text: cidrText(host, option), kind: 'cidr', port };
  return { text: addressText(host, option), kind: 'address', port };
}

/** Like parseTarget, for places where only one address makes sense. */
export function parseAddress(text: string, option: string): Target {
  const target = parseTarget(text, option);
  if (target.kind === 'address') return target;
  throw wrongUsage(`${option}: "${text}" is a ${target.kind}, but one address is needed here.`);
}

function splitPort(
  text: string,
  option: string,
): { readonly host: string; readonly port: number | undefined } {
  const match = /^\[([^\]]*)\](?::(\d+))?$/.exec(text) ?? /^([^:]*):(\d+)$/.exec(text);
  if (match === null) return { host: text, port: undefined };
  const port = match[2];
  return { host: match[1] ?? '', port: port === undefined ? undefined : parsePort(port, option) };
}

function addressText(host: string, option: string): string {
  // ipaddr.js reads 10.1 and 0x7f.1 as inet_aton does; in a firewall rule these are more likely typing errors.
  const isAddress = host.includes(':') ? ipaddr.IPv6.isValid(host) : ipaddr.IPv4.isValidFourPartDecimal(host);
  if (!isAddress || host.includes('%')) throw unreadable(host, option);
  const parsed = ipaddr.process(host);
  return parsed instanceof ipaddr.IPv6 ? parsed.toRFC5952String() : parsed.toString();
}

function cidrText(host: string, option: string): string {
  const [address = '', prefix = '', ...others] = host.split('/');
  const longest = address.includes(':') ? 128 : 32;
  const isPrefix = /^\d{1,3}$/.test(prefix) && Number(prefix) <= longest;
  if (!isPrefix || others.length > 0) throw unreadable(host, option);
  const canonical = addressText(address, option);
  const network = networkText(address, Number(prefix));
  // An IPv4 network in IPv6 notation would need its prefix counted anew: nobody writes one on purpose.
  if (network !== canonical)
    throw wrongUsage(
      `${option}: ${host} has bits set after the prefix.`,
      `Did you mean ${network}/${Number(prefix)}?`,
    );
  return `${canonical}/${Number(prefix)}`;
}

function networkText(address: string, prefixLength: number): string {
  if (!address.includes(':'))
    return ipaddr.IPv4.networkAddressFromCIDR(`${address}/${prefixLength}`).toString();
  return ipaddr.IPv6.networkAddressFromCIDR(`${address}/${prefixLength}`).toRFC5952String();
}

function unreadable(host: string, option: string): Error {
  return wrongUsage(
    `${option}: "${host}" is not an address, a network such as 10.0.0.0/8, or one of ${NETWORK_NAMES.join(', ')}.` +
      suggestion(host, NETWORK_NAMES),
    'Names such as example.com are not matched by rules: use the address that the prompt or the history shows.',
  );
}

/** A port 1..65535. Throws wrong usage. */
export function parsePort(text: string, option: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port >= 1 && port <= MOST_PORT))
    throw wrongUsage(`${option}: "${text}" is not a port from 1 to ${MOST_PORT}.`);
  return port;
}

/** Inclusive ends of `443` or `8000-8080`. Throws wrong usage. */
export function parsePortRange(text: string, option: string): { readonly from: number; readonly to: number } {
  const [from = '', to = from] = text.split('-', 2);
  const range = { from: parsePort(from, option), to: parsePort(to, option) };
  if (range.from > range.to) throw wrongUsage(`${option}: "${text}" ends before it begins.`);
  return range;
}
