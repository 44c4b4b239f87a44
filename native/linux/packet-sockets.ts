// Packet sockets (AF_PACKET) of the network namespace of the calling thread: what they send goes past netfilter. Synchronous.
import { native } from './native.ts';

export interface PacketSocket {
  /** 0 where no process has it open. */
  readonly inode: number;
  readonly cookie: bigint;
}

/** Undefined where the kernel cannot list them (CONFIG_PACKET_DIAG). */
export function listPacketSockets(): readonly PacketSocket[] | undefined {
  return native.listPacketSockets();
}
