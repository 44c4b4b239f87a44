// The packet sockets of this network namespace.
import { listPacketSockets } from '@sallyport/linux';

/** Cookies of those that a process has open; undefined where the kernel cannot list them. */
export function openPacketSockets(): readonly bigint[] | undefined {
  return listPacketSockets()
    ?.filter(({ inode }) => inode !== 0)
    .map(({ cookie }) => cookie);
}
