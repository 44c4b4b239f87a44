// How many packets have gone through the queues of a namespace, as the kernel counts them.
import type { NetworkLab } from '../lab/network-lab.ts';

/** Of the columns of nfnetlink_queue (net/netfilter/nfnetlink_queue.c, seq_show), the one that grows by one with each packet. */
const ID_SEQUENCE = 7;

/** Since the queues were opened; 0 where there is none. */
export function queuedPackets(lab: NetworkLab): number {
  return readQueued(lab.run('client', 'cat', '/proc/net/netfilter/nfnetlink_queue'));
}

export function readQueued(text: string): number {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.reduce((sum, line) => sum + Number(line.trim().split(/\s+/)[ID_SEQUENCE]), 0);
}
