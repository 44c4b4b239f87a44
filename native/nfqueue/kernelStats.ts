// The kernel's own line about a queue, from /proc. thread-self, because a worker thread may be in another network namespace.
import { readFileSync } from 'node:fs';

export interface KernelStats {
  /** Netlink port of the listener. */
  readonly port: number;
  /** Packets that wait for a verdict. */
  readonly waiting: number;
  /** 2 is NFQNL_COPY_PACKET. */
  readonly copyMode: number;
  readonly copyRange: number;
  /** Packets dropped because the queue was full. */
  readonly queueDropped: number;
  /** Packets dropped because the listener's receive buffer was full. */
  readonly userDropped: number;
  /** The id that was given last. */
  readonly idSequence: number;
}

const procPath = '/proc/thread-self/net/netfilter/nfnetlink_queue';

/** Undefined when the calling thread's network namespace has no such queue, or no /proc. */
export function readKernelStats(queue: number, port: number): KernelStats | undefined {
  return parseKernelStats(readProc(), queue, port);
}

/** The columns are those of seq_show in net/netfilter/nfnetlink_queue.c; the same since Linux 2.6.14. */
export function parseKernelStats(text: string, queue: number, port: number): KernelStats | undefined {
  const line = text
    .split('\n')
    .map((row) => row.trim().split(/\s+/u).map(Number))
    .find(([rowQueue, rowPort]) => rowQueue === queue && rowPort === port);
  if (line === undefined || line.length < 8 || line.some(Number.isNaN)) return undefined;
  const column = (index: number): number => line[index] ?? 0;
  return {
    port,
    waiting: column(2),
    copyMode: column(3),
    copyRange: column(4),
    queueDropped: column(5),
    userDropped: column(6),
    idSequence: column(7),
  };
}

function readProc(): string {
  try {
    return readFileSync(procPath, 'utf8');
  } catch {
    return '';
  }
}
