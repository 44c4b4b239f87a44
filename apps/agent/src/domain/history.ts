// HistoryRecord: one Verdict that was applied, with what was known about its Flow.
import type { Flow } from './flow.ts';
import type { FlowKey } from './flow-key.ts';
import type { Process } from './owner.ts';
import type { Traffic } from './traffic.ts';
import type { Verdict } from './verdict.ts';

export interface HistoryRecord {
  /** Milliseconds since 1970. */
  readonly atMs: number;
  /** Undefined for a packet that no process was found for or that could not be read. */
  readonly flow: Flow | undefined;
  readonly key: FlowKey | undefined;
  /** Whose flows they were where the record stands for flows to so many ends that it tells of none. */
  readonly process?: Process | undefined;
  readonly verdict: Verdict;
  /** How long the packet was held, in microseconds. */
  readonly heldUs: number;
  /** Further flows like this one, of the same verdict, that were only counted; usually 0. */
  readonly alike: number;
  /** What the flow carries is added to the record under this number; undefined where it is not counted. */
  readonly trafficNumber: number | undefined;
}

/** What the flow of a record carried until now. */
export interface TrafficOfRecord {
  /** As of the record. */
  readonly trafficNumber: number;
  readonly traffic: Traffic;
}
