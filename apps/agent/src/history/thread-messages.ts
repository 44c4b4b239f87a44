// What the agent's main thread and the history's own thread say to each other. Structured clones carry it.
import type { HistoryRecord } from '../domain/history.ts';
import type { HistoryFilter } from './entry.ts';
import type { HistoryHealth, HistoryOptions, HistoryResult } from './store.ts';

/** The options that can cross to another thread; its clock is its own. */
export type ThreadOptions = Partial<Omit<HistoryOptions, 'wallMs' | 'onWorked'>> &
  Pick<HistoryOptions, 'file'>;

export type ToThread =
  | { readonly kind: 'records'; readonly records: readonly HistoryRecord[] }
  | { readonly kind: 'query'; readonly id: number; readonly filter: HistoryFilter }
  | { readonly kind: 'close' };

export type FromThread =
  /** A `records` message was taken over. */
  | { readonly kind: 'taken'; readonly health: HistoryHealth }
  | { readonly kind: 'health'; readonly health: HistoryHealth }
  | { readonly kind: 'result'; readonly id: number; readonly result: HistoryResult }
  | { readonly kind: 'closed'; readonly health: HistoryHealth };
