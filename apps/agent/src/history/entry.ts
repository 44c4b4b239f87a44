// HistoryEntry: a HistoryRecord as it is read back, flat; HistoryFilter: which of them are wanted.
import type { Direction } from '../domain/flow-key.ts';
import type { Traffic } from '../domain/traffic.ts';
import type { Action } from '../domain/rule.ts';

/** Undefined where nothing was known when it was recorded. */
export interface HistoryEntry {
  /** Goes up with each record and is never used twice in one database file. */
  readonly id: number;
  /** Milliseconds since 1970. */
  readonly atMs: number;
  readonly action: Action;
  /** As `reasonText` of the domain writes it. */
  readonly reason: string;
  readonly app: string | undefined;
  readonly path: string | undefined;
  readonly pid: number | undefined;
  readonly uid: number | undefined;
  /** Claimed by the process itself; cut after 4096 characters. */
  readonly commandLine: readonly string[];
  readonly protocol: string | undefined;
  readonly direction: Direction | undefined;
  readonly localAddress: string | undefined;
  readonly localPort: number | undefined;
  readonly address: string | undefined;
  readonly port: number | undefined;
  readonly name: string | undefined;
  readonly heldUs: number;
  /** Further flows like this one that were only counted. */
  readonly alike: number;
  /** What the flow carried; undefined where that was not counted, or not written yet. */
  readonly traffic: Traffic | undefined;
}

/** How often a reason was recorded, and when last. */
export interface ReasonUse {
  readonly reason: string;
  readonly flows: number;
  readonly lastAtMs: number;
}

/** An undefined condition matches everything. */
export interface HistoryFilter {
  /** 1..10000. */
  readonly limit: number;
  /** Only entries older than this one. */
  readonly beforeId: number | undefined;
  readonly app: string | undefined;
  readonly address: string | undefined;
  readonly port: number | undefined;
  readonly action: Action | undefined;
  readonly sinceMs: number | undefined;
  readonly untilMs: number | undefined;
  readonly protocol: string | undefined;
  readonly direction: Direction | undefined;
  readonly uid: number | undefined;
  /** Each is found somewhere in what is told of the entry. The case of ASCII letters does not matter. */
  readonly words: readonly string[];
  /** Found in App or path. */
  readonly appPart: string | undefined;
  /** Found in address or name. */
  readonly addressPart: string | undefined;
}

export const MAX_QUERY_LIMIT = 10_000;

export const NEWEST_100: HistoryFilter = {
  limit: 100,
  beforeId: undefined,
  app: undefined,
  address: undefined,
  port: undefined,
  action: undefined,
  sinceMs: undefined,
  untilMs: undefined,
  protocol: undefined,
  direction: undefined,
  uid: undefined,
  words: [],
  appPart: undefined,
  addressPart: undefined,
};
