// The network around an address, as far as an answer may reach when a person means more than the address: small enough to be one
// operator's or one home's, whatever is routed there.
import { addressFamily, formatAddress, formatIpv4, type Address } from './address.ts';

export interface Network {
  /** The lowest one of the network. */
  readonly address: Address;
  readonly prefixLength: number;
}

const IPV4_PREFIX = 24;
const IPV6_PREFIX = 64;

/** 1.2.3.0/24 around 1.2.3.4; the /64 around an IPv6 address, which is the part that a network hands out. */
export function networkAround(address: Address): Network {
  return addressFamily(address) === 4
    ? {
        address: formatIpv4(Uint8Array.from(address.split('.').map(Number).fill(0, 3)), 0),
        prefixLength: IPV4_PREFIX,
      }
    : { address: formatAddress(upperHalf(address)), prefixLength: IPV6_PREFIX };
}

export function networkText({ address, prefixLength }: Network): string {
  return `${address}/${prefixLength}`;
}

/** The 16 bytes of canonical IPv6 text, the lower 8 of them zero. */
function upperHalf(address: Address): Uint8Array {
  const [head = '', tail = ''] = address.split('::');
  const before = groupsOf(head);
  const after = groupsOf(tail);
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => 0);
  const groups = [...before, ...zeros, ...after].slice(0, 4);
  return Uint8Array.from([...groups.flatMap((group) => [group >> 8, group & 0xff]), 0, 0, 0, 0, 0, 0, 0, 0]);
}

function groupsOf(text: string): readonly number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}
