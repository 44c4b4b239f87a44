// The traffic book over the kernel's counters; its figures go to history by the journal, behind the records that they belong to.
import type { TrafficOfRecord } from './domain/history.ts';
import type { KernelSide } from './kernel/kernel-side.ts';
import type { Clock } from './platform/clock.ts';
import { TrafficBook } from './traffic/traffic-book.ts';

export interface TrafficKeepingPorts {
  readonly kernel: Pick<KernelSide, 'openTrafficCounters' | 'whyUncounted'>;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly store: (update: TrafficOfRecord) => void;
}

export function buildTraffic({ kernel, clock, store }: TrafficKeepingPorts): TrafficBook {
  const book: TrafficBook = new TrafficBook({
    counters: kernel.openTrafficCounters((socketCookie) => book.socketEnded(socketCookie)),
    whyUncounted: kernel.whyUncounted,
    nowMs: clock.nowMs,
    store,
  });
  return book;
}
