// The namespaces that the agent stands for: packets are met in its network namespace, and paths are those that it sees.
import { isSystemError, mountNamespaceOf, networkNamespaceCookie, statFile } from '@sallyport/linux';

export interface OwnNamespaces {
  /** Cookie, as SO_NETNS_COOKIE tells it; 0n on kernels that do not tell. */
  readonly network: bigint;
  /** Number of the mount namespace in which the programs of the machine are, as /proc/PID/ns/mnt shows it. */
  readonly mount: bigint;
}

export function ownNamespaces(): OwnNamespaces {
  return { network: networkNamespaceCookie() ?? 0n, mount: mountNamespaceOfMachine() };
}

/**
 * Init's, where that sees the same root: limits of a service (ProtectSystem) give the agent a mount namespace of its own, with the
 * same files in it.
 */
function mountNamespaceOfMachine(): bigint {
  const own = mountNamespaceOf(process.pid) ?? 0n;
  try {
    const [root, ofInit] = [statFile('/'), statFile('/proc/1/root')];
    const isSame = ofInit?.inode === root?.inode && ofInit?.device === root?.device;
    return (isSame ? mountNamespaceOf(1) : undefined) ?? own;
  } catch (error) {
    // Some sandboxes keep init from everybody.
    if (isSystemError(error)) return own;
    throw error;
  }
}
