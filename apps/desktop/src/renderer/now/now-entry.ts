// Now, as the main window knows it.
import type { PageEntry } from '../window/page-entry.ts';
import { NowPage } from './now-page.tsx';
import { NOW_KEYS } from './now-search.ts';

export const nowEntry: PageEntry = {
  id: 'now',
  title: 'now.title',
  icon: 'now',
  Page: NowPage,
  searchKeys: NOW_KEYS,
};
