// Sends ICMP messages and IP packets that somebody else built, so that a refused flow fails at once.
import { requireFamily, requireInteger } from './checks.ts';
import { native } from './native.ts';
import type { NativeRawSender } from './native.ts';

/** A non-blocking raw socket that receives nothing. */
export interface RawSender {
  /**
   * `packet` starts at the ICMP header, or at the IP header for a sender of whole packets. The checksum of ICMP: the caller's work
   * for IPv4, the kernel's for IPv6; in whole packets every checksum but that of the IPv4 header is the caller's.
   * `interfaceIndex` is for link-local IPv6 destinations. Throws EAGAIN and ENOBUFS when the kernel has no room, EACCES for
   * broadcast addresses, EPERM when a netfilter rule refuses the packet, EBADF once closed.
   */
  send(destination: string, packet: Uint8Array, interfaceIndex?: number): void;
  /** The socket's cookie, by which its own traffic can be recognised. */
  cookie(): bigint;
  /** May be called again: then it does nothing. */
  close(): void;
}

/** Sends ICMP (4) or ICMPv6 (6). Needs CAP_NET_RAW. */
export function openRawSender(family: 4 | 6): RawSender {
  return wrap(native.openRawSender(requireFamily(family)));
}

/** Sends packets with their IP header, so that they come from whichever address the header says. Needs CAP_NET_RAW. */
export function openPacketSender(family: 4 | 6): RawSender {
  return wrap(native.openRawSender(requireFamily(family), true));
}

function wrap(sender: NativeRawSender): RawSender {
  return {
    send: (destination, packet, interfaceIndex = 0) =>
      sender.send(destination, packet, requireInteger('interfaceIndex', interfaceIndex, [0, 0x7fffffff])),
    cookie: () => sender.cookie(),
    close: () => sender.close(),
  };
}
