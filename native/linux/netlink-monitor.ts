// Notices what others change: firewall rules, links and addresses, as netlink multicast messages.
import { requireInteger } from './checks.ts';
import { native } from './native.ts';
import type { NativeNetlinkEvent } from './native.ts';

const PROTOCOLS = { route: 0, netfilter: 12 } as const;

/** Group numbers of linux/netfilter/nfnetlink.h. iptables-nft is seen as nftables; iptables-legacy tells nobody. */
export const NETFILTER_GROUPS = {
  conntrackNew: 1,
  conntrackUpdate: 2,
  conntrackDestroy: 3,
  nftables: 7,
} as const;
/** Group numbers of linux/rtnetlink.h. */
export const ROUTE_GROUPS = { link: 1, ipv4Address: 5, ipv4Route: 7, ipv6Address: 9, ipv6Route: 11 } as const;

/** `portId` is the netlink port of whoever made the change (0: the kernel), by which own changes can be told apart. */
export interface NetlinkMessage {
  readonly type: number;
  readonly flags: number;
  readonly portId: number;
  readonly payload: Uint8Array;
}

/**
 * `overrun`: messages were lost, so look at everything again. `failed`: nothing more will come from this monitor.
 * One change may come as several events.
 */
export type NetlinkEvent =
  | { readonly kind: 'messages'; readonly messages: readonly NetlinkMessage[] }
  | { readonly kind: 'overrun' }
  | { readonly kind: 'failed'; readonly error: Error };

/** Keeps the event loop alive unless unref() was called. It goes on until close(), also when nobody refers to it. */
export interface NetlinkMonitor {
  /** May be called again, also from within the callback: no event comes after it. */
  close(): void;
  ref(): void;
  unref(): void;
}

/** Listens in the network namespace of the calling thread. Throws EPERM, and EINVAL for groups that the kernel lacks. */
export function monitorNetlink(
  protocol: keyof typeof PROTOCOLS,
  groups: readonly number[],
  onEvent: (event: NetlinkEvent) => void,
): NetlinkMonitor {
  if (!Object.hasOwn(PROTOCOLS, protocol))
    throw new TypeError(`Unknown netlink protocol ${JSON.stringify(protocol)}.`);
  requireInteger('groups.length', groups.length, [1, 64]);
  const numbers = groups.map((group) => requireInteger('group', group, [1, 1024]));
  return native.monitorNetlink(PROTOCOLS[protocol], numbers, (event) => onEvent(readEvent(event)));
}

function readEvent(event: NativeNetlinkEvent): NetlinkEvent {
  if (event === undefined) return { kind: 'overrun' };
  if (event instanceof Error) return { kind: 'failed', error: event };
  return { kind: 'messages', messages: event };
}
