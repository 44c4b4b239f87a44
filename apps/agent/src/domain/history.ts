// HistoryRecord: one Verdict that was applied, with what was known about its Flow.
import type { Flow } from './flow.ts';
import type { FlowKey } from './flow-key.ts';
import type { Verdict } from './verdict.ts';

export interface HistoryRecord {
  /** Milliseconds since 1970. */
  readonly atMs: number;
  /** Undefined for a packet that no process was found for or that could not be read. */
  readonly flow: Flow | undefined;
  readonly key: FlowKey | undefined;
  readonly verdict: Verdict;
  /** How long the packet was held, in microseconds. */
  readonly heldUs: number;
}
