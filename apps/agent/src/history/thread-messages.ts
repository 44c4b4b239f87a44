// What the agent's main thread and the history's own thread say to each other. Structured clones carry it.
import type { RuleUse } from '../domain/rule.ts';
import type { HistoryFilter } from './entry.ts';
import type { HistoryWrite } from './row.ts';
import type { HistoryHealth, HistoryOptions, HistoryResult } from './store.ts';

/** The options that can cross to another thread; its clock is its own. */
export type ThreadOptions = Partial<Omit<HistoryOptions, 'wallMs' | 'onWorked'>> &
  Pick<HistoryOptions, 'file'>;

export type Question =
  | { readonly kind: 'query'; readonly filter: HistoryFilter }
  | { readonly kind: 'rule-uses'; readonly beforeMs: number };

/** What a question is answered with. */
export type Answer = HistoryResult | { readonly kind: 'uses'; readonly uses: readonly RuleUse[] };

export type ToThread =
  | { readonly kind: 'rows'; readonly rows: readonly HistoryWrite[] }
  | (Question & { readonly id: number })
  | { readonly kind: 'close' };

export type FromThread =
  /** A `rows` message was taken over. */
  | { readonly kind: 'taken'; readonly health: HistoryHealth }
  | { readonly kind: 'health'; readonly health: HistoryHealth }
  | { readonly kind: 'result'; readonly id: number; readonly result: Answer }
  /** All is written that could be; the thread ends. */
  | { readonly kind: 'closed'; readonly health: HistoryHealth };
