// Sends ICMP messages that somebody else built, so that a refused flow fails at once.
import { requireFamily, requireInteger } from './checks.ts';
import { native } from './native.ts';
import type { NativeRawSender } from './native.ts';

/** A non-blocking raw ICMP (4) or ICMPv6 (6) socket that receives nothing. */
export interface RawSender {
  /**
   * `packet` starts at the ICMP header. Its checksum: the caller's work for IPv4, the kernel's for IPv6.
   * `interfaceIndex` is for link-local IPv6 destinations. Throws EAGAIN and ENOBUFS when the kernel has no room, EACCES for
   * broadcast addresses, EPERM when a netfilter rule refuses the packet, EBADF once closed.
   */
  send(destination: string, packet: Uint8Array, interfaceIndex?: number): void;
  /** The socket's cookie, by which its own traffic can be recognised. */
  cookie(): bigint;
  /** May be called again: then it does nothing. */
  close(): void;
}

/** Needs CAP_NET_RAW. */
export function openRawSender(family: 4 | 6): RawSender {
  return wrap(native.openRawSender(requireFamily(family)));
}

function wrap(sender: NativeRawSender): RawSender {
  return {
    send: (destination, packet, interfaceIndex = 0) =>
      sender.send(destination, packet, requireInteger('interfaceIndex', interfaceIndex, [0, 0x7fffffff])),
    cookie: () => sender.cookie(),
    close: () => sender.close(),
  };
}
