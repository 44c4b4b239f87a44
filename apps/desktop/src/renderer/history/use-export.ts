// Export: reads all that the search finds, page by page, and hands it over as a file.
import { useState } from 'react';
import type { DesktopApi, Outcome } from '../../shared/desktop-api.ts';
import type { HistoryEntry } from '../../shared/report.ts';
import { download } from '../download.ts';
import { useWords } from '../language/words.tsx';
import { useDesktop } from '../use-desktop.tsx';
import { useShowError, useShowToast } from '../show-toast.ts';
import type { Users } from '../users.ts';
import { csvOf, jsonOf } from './export.ts';
import { historySearch } from './history-search.ts';
import type { HistoryFilter } from './history-search.ts';

const MOST_ROWS = 100_000;
const ROWS_AT_ONCE = 1000;
const SHOW_MS = 8000;

export type ExportFormat = 'csv' | 'json';

export function useExport(
  text: string,
  users: Users | undefined,
): {
  readonly isBusy: boolean;
  readonly exportAs: (format: ExportFormat) => void;
} {
  const { api } = useDesktop();
  const words = useWords();
  const showToast = useShowToast();
  const showError = useShowError();
  const [isBusy, setIsBusy] = useState(false);
  const run = async (format: ExportFormat): Promise<void> => {
    setIsBusy(true);
    const read = await readAll(api, historySearch(text, Date.now(), users).filter);
    setIsBusy(false);
    if (!read.ok) return showError(read.error);
    const { value: rows } = read;
    const name = `sallyport-history-${new Date().toISOString().slice(0, 10)}.${format}`;
    download(
      name,
      format === 'csv'
        ? { type: 'text/csv', text: csvOf(rows) }
        : { type: 'application/json', text: jsonOf(rows) },
    );
    const id = rows.length === MOST_ROWS ? 'history.exported-newest' : 'history.exported';
    showToast({ icon: 'allow', text: words(id, { count: rows.length, name }), showMs: SHOW_MS });
  };
  return { isBusy, exportAs: (format) => void run(format) };
}

async function readAll(
  api: Pick<DesktopApi, 'listHistory'>,
  filter: HistoryFilter,
): Promise<Outcome<readonly HistoryEntry[]>> {
  const rows: HistoryEntry[] = [];
  while (rows.length < MOST_ROWS) {
    const last = rows.at(-1);
    const place = last === undefined ? {} : { beforeId: last.id };
    const page = await api.listHistory({ ...filter, ...place, limit: ROWS_AT_ONCE });
    if (!page.ok) return page;
    rows.push(...page.value);
    if (page.value.length < ROWS_AT_ONCE) break;
  }
  return { ok: true, value: rows };
}
