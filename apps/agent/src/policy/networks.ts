// The named networks: what each name always holds. What depends on the machine is given when a ruleset is compiled.
import { NETWORK_NAMES } from '../domain/address.ts';
import type { Address, NetworkName } from '../domain/address.ts';
import { prefixOf } from './prefix.ts';
import type { Cidr, Prefix } from './prefix.ts';

/** Sources: RFC 1122 and 4291 (loopback, link-local, multicast), RFC 1918, 4193 and 6598 (private), RFC 919 (broadcast). */
const STATIC_NETWORKS: Readonly<Record<NetworkName, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  'link-local': ['169.254.0.0/16', 'fe80::/10'],
  private: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'],
  multicast: ['224.0.0.0/4', 'ff00::/8'],
  broadcast: ['255.255.255.255/32'],
  resolvers: [],
};

export type NetworkPrefixes = ReadonlyMap<NetworkName, readonly Prefix[]>;

/** Every named network with what it holds always and what this machine adds: its resolvers, its interfaces' broadcast addresses. */
export function networkPrefixes(fromThisMachine: ReadonlyMap<NetworkName, readonly Cidr[]>): NetworkPrefixes {
  return new Map(
    NETWORK_NAMES.map((name) => {
      const cidrs = [...STATIC_NETWORKS[name].map(staticCidr), ...(fromThisMachine.get(name) ?? [])];
      return [name, cidrs.map((cidr) => prefixOf(cidr.address, cidr.prefixLength))];
    }),
  );
}

function staticCidr(text: string): Cidr {
  const [address = '', length = ''] = text.split('/');
  return { address: address as Address, prefixLength: Number(length) };
}
