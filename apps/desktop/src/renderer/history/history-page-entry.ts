// History, as the main window knows it.
import type { PageEntry } from '../window/page-entry.ts';
import { HistoryPage } from './history-page.tsx';
import { HISTORY_KEYS } from './history-search.ts';

export const historyPageEntry: PageEntry = {
  id: 'history',
  title: 'history.title',
  icon: 'history',
  Page: HistoryPage,
  searchKeys: HISTORY_KEYS,
};
