// The namespaces that the agent itself is in: packets are met in its network namespace, and paths are those of its mount namespace.
import { mountNamespaceOf, networkNamespaceCookie } from '@sallyport/linux';

export interface OwnNamespaces {
  /** Cookie, as SO_NETNS_COOKIE tells it; 0n on kernels that do not tell. */
  readonly network: bigint;
  /** Number, as /proc/PID/ns/mnt shows it. */
  readonly mount: bigint;
}

export function ownNamespaces(): OwnNamespaces {
  return { network: networkNamespaceCookie() ?? 0n, mount: mountNamespaceOf(process.pid) ?? 0n };
}
