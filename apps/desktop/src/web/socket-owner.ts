// Whose connection it is: loopback ports are open to every local user, and the kernel knows which user each socket belongs to.
import { readFileSync } from 'node:fs';
import { endianness } from 'node:os';

/** A connection that was accepted here; node:net's Socket is one. */
export interface ConnectionEnds {
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
  readonly localAddress?: string | undefined;
  readonly localPort?: number | undefined;
}

const TABLE4 = '/proc/self/net/tcp';
const TABLE6 = '/proc/self/net/tcp6';
const LOOPBACK6 = '::1';
/** The only state that counts: sockets that were closed show user 0. */
const ESTABLISHED = '01';

/**
 * The user id of the process at the other end of a loopback connection; undefined where the kernel does not say, for example
 * because that end is closed already. Columns: Documentation/networking/proc_net_tcp.rst of the kernel.
 */
export function peerUid({
  remoteAddress,
  remotePort,
  localAddress,
  localPort,
}: ConnectionEnds): number | undefined {
  if (remoteAddress === undefined || remotePort === undefined) return undefined;
  if (localAddress === undefined || localPort === undefined) return undefined;
  const key = (hex: (address: string) => string): string =>
    `${hex(remoteAddress)}:${hexPort(remotePort)} ${hex(localAddress)}:${hexPort(localPort)}`;
  if (remoteAddress === LOOPBACK6 && localAddress === LOOPBACK6) return uidIn(TABLE6, key(hexLoopback6));
  if (!isAddress4(remoteAddress) || !isAddress4(localAddress)) return undefined;
  // A socket for both versions that connected over IPv4 stands among those of IPv6.
  return uidIn(TABLE4, key(hex4)) ?? uidIn(TABLE6, key(hexMapped));
}

function uidIn(table: string, key: string): number | undefined {
  const line = readTable(table)
    .split('\n')
    .find((candidate) => candidate.includes(` ${key} ${ESTABLISHED} `));
  const uid = line?.trim().split(/\s+/)[7];
  return uid === undefined ? undefined : Number(uid);
}

function readTable(table: string): string {
  try {
    return readFileSync(table, 'latin1');
  } catch {
    // Without IPv6 there is no table of it.
    return '';
  }
}

function isAddress4(address: string): boolean {
  return /^\d+\.\d+\.\d+\.\d+$/.test(address);
}

function hexPort(port: number): string {
  return port.toString(16).toUpperCase().padStart(4, '0');
}

/** Words of 32 bits as this processor reads them. */
function hexWord(bytes: readonly number[]): string {
  const ordered = endianness() === 'LE' ? bytes.toReversed() : bytes;
  return ordered.map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join('');
}

function hex4(address: string): string {
  return hexWord(address.split('.').map(Number));
}

function hexMapped(address: string): string {
  return `${'0'.repeat(16)}${hexWord([0, 0, 255, 255])}${hex4(address)}`;
}

function hexLoopback6(): string {
  return `${'0'.repeat(24)}${hexWord([0, 0, 0, 1])}`;
}
