// The latest answers of a person, from the records of history: one for each question, newest first. Pure.
import type { Action } from '../../shared/model.ts';
import type { HistoryEntry } from '../../shared/report.ts';

export interface RecentAnswer {
  readonly promptId: string;
  readonly action: Action;
  readonly app: string | undefined;
  readonly target: string;
  /** Records of the same question with other targets. */
  readonly others: number;
}

const MOST_SHOWN = 5;
const PROMPT_REASON = 'prompt ';

export function recentAnswers(recent: readonly HistoryEntry[]): readonly RecentAnswer[] {
  const byPrompt = new Map<string, HistoryEntry[]>();
  for (const entry of recent) {
    if (!entry.reason.startsWith(PROMPT_REASON)) continue;
    const promptId = entry.reason.slice(PROMPT_REASON.length);
    const entries = byPrompt.get(promptId);
    if (entries !== undefined) entries.push(entry);
    else if (byPrompt.size < MOST_SHOWN) byPrompt.set(promptId, [entry]);
  }
  return [...byPrompt].flatMap(([promptId, entries]) => answerOf(promptId, entries));
}

function answerOf(promptId: string, entries: readonly HistoryEntry[]): readonly RecentAnswer[] {
  const [latest] = entries;
  if (latest === undefined) return [];
  const targets = new Set(entries.map(targetOf));
  const { action, path, app } = latest;
  return [{ promptId, action, app: nameOf(path ?? app), target: targetOf(latest), others: targets.size - 1 }];
}

function nameOf(path: string | undefined): string | undefined {
  return path?.slice(path.lastIndexOf('/') + 1);
}

function targetOf({ address, port }: HistoryEntry): string {
  if (port === 0) return address;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
