// What was typed into the search of History, as the agent is asked for it. Pure.
import type { HistoryQuery } from '../../shared/desktop-api.ts';
import { parseSearch } from '../../shared/search-terms.ts';
import { Users } from '../users.ts';
import type { SearchTerm } from '../../shared/search-terms.ts';

export const HISTORY_KEYS = [
  'app',
  'address',
  'port',
  'action',
  'since',
  'protocol',
  'direction',
  'user',
] as const;

export type HistoryKey = (typeof HISTORY_KEYS)[number];
export type HistoryFilter = Omit<HistoryQuery, 'limit' | 'beforeId'>;

export interface HistorySearch {
  readonly filter: HistoryFilter;
  /** Fields whose value cannot be used; they are left out of the filter. */
  readonly problems: readonly HistoryKey[];
}

const NOBODY = new Users([]);
const MOST_WORDS = 8;
const LONGEST_WORD = 200;

/** `users` says who is called what; without them only numbers are users. */
export function historySearch(text: string, nowMs: number, users = NOBODY): HistorySearch {
  const terms = parseSearch(text, HISTORY_KEYS);
  const words = terms.flatMap((term) => (term.kind === 'word' && term.text !== '' ? [term.text] : []));
  const parts = terms.flatMap((term) => (term.kind === 'field' ? [fieldOf(term, { nowMs, users })] : []));
  return {
    filter: Object.assign(
      words.length === 0
        ? {}
        : { words: words.slice(0, MOST_WORDS).map((word) => word.slice(0, LONGEST_WORD)) },
      ...parts.map(({ filter }) => filter),
    ) as HistoryFilter,
    problems: parts.flatMap(({ problem }) => problem ?? []),
  };
}

type Field = Extract<SearchTerm<HistoryKey>, { readonly kind: 'field' }>;

interface Read {
  readonly filter?: HistoryFilter;
  readonly problem?: HistoryKey;
}

interface Around {
  readonly nowMs: number;
  readonly users: Users;
}

function fieldOf({ key, value }: Field, around: Around): Read {
  const filter = value === '' ? undefined : READERS[key](value.slice(0, LONGEST_WORD), around);
  return filter === undefined ? { problem: key } : { filter };
}

type Reader = (text: string, around: Around) => HistoryFilter | undefined;

const READERS: Readonly<Record<HistoryKey, Reader>> = {
  app: (text) => ({ appPart: text }),
  address: (text) => ({ addressPart: text }),
  port: (text) => numberUpTo(text, 65_535, (port) => ({ port })),
  user: (text, { users }) => numberUpTo(String(users.uidOf(text)), 0xffff_fffe, (uid) => ({ uid })),
  protocol: (text) => (PROTOCOL.test(text.toLowerCase()) ? { protocol: text.toLowerCase() } : undefined),
  direction: (text) => (text === 'in' || text === 'out' ? { direction: text } : undefined),
  action: (text) => (text === 'allow' || text === 'deny' ? { action: text } : undefined),
  since: (text, { nowMs }) => {
    const sinceMs = readSince(text, nowMs);
    return sinceMs === undefined ? undefined : { sinceMs };
  },
};

/** As the agent names them. */
const PROTOCOL = /^(?:packet|tcp|udp|icmp|icmpv6|udplite|sctp|ip-(?:\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5]))$/;

function numberUpTo(
  text: string,
  most: number,
  filter: (value: number) => HistoryFilter,
): HistoryFilter | undefined {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Infinity;
  return value <= most ? filter(value) : undefined;
}

const UNITS_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
const LATEST_MS = 253_402_300_799_999;

/** `30m`, `2h`, `7d`, `1w`, or a date such as `2030-01-31` or `2030-01-31T12:00`. */
function readSince(text: string, nowMs: number): number | undefined {
  const [, amount = '', unit = ''] = /^(\d{1,6})([mhdw])$/.exec(text) ?? [];
  if (amount !== '') return Math.max(0, nowMs - Number(amount) * (UNITS_MS[unit] ?? 0));
  if (!/^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2})?)?$/.test(text)) return undefined;
  const ms = Date.parse(text.includes('T') ? text : `${text}T00:00`);
  return ms >= 0 && ms <= LATEST_MS ? ms : undefined;
}
