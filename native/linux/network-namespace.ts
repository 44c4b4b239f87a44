// The network namespace of the calling thread.
import { requirePath } from './checks.ts';
import { native } from './native.ts';

/** The kernel's number of the namespace, never reused until reboot. Undefined before Linux 5.14. */
export function networkNamespaceCookie(): bigint | undefined {
  return native.networkNamespaceCookie();
}

/**
 * Moves the calling thread, and processes that it spawns later, into the namespace at `path` (/run/netns/NAME,
 * /proc/PID/ns/net). For tests and tools: libuv's pool threads (dns.lookup, fs promises) and other workers stay behind,
 * and so do sockets that exist already. Needs CAP_SYS_ADMIN.
 */
export function enterNetworkNamespace(path: string): void {
  native.enterNetworkNamespace(requirePath('path', path));
}

/**
 * Does `work` with the calling thread in the namespace at `path`, and comes back, also where `work` throws. Sockets that it opens stay
 * there; what it leaves for later is done at home. About 20 us. Needs CAP_SYS_ADMIN.
 */
export function inNetworkNamespace<Result>(path: string, work: () => Result): Result {
  return native.inNetworkNamespace(requirePath('path', path), work);
}
