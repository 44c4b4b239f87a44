// The latest records of history: newest first, each once, no more than fit.
import type { HistoryEntry } from './report.ts';

export const RECENT_LIMIT = 1000;
/** The id of a record that is told as it happens: the agent gives ids when it stores. */
const UNSTORED = '0';

/** Both lists in one, newest first. Records come in order from a stream, and once more from a list that was asked for meanwhile. */
export function mergeRecent(
  recent: readonly HistoryEntry[],
  entries: readonly HistoryEntry[],
): readonly HistoryEntry[] {
  if (entries.length === 0) return recent;
  const all = [...recent, ...entries];
  const byId = new Map(all.filter(({ id }) => id !== UNSTORED).map((entry) => [entry.id, entry]));
  const once = all.filter((entry) => entry.id === UNSTORED || byId.get(entry.id) === entry);
  return once.sort(newestFirst).slice(0, RECENT_LIMIT);
}

function newestFirst(left: HistoryEntry, right: HistoryEntry): number {
  const byTime = right.atMs - left.atMs || right.id.length - left.id.length;
  return byTime !== 0 || left.id === right.id ? byTime : left.id < right.id ? 1 : -1;
}
