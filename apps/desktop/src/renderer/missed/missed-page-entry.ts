// Missed, as the main window knows it.
import type { PageEntry } from '../window/page-entry.ts';
import { MissedPage } from './missed-page.tsx';

export const missedPageEntry: PageEntry = {
  id: 'missed',
  title: 'missed.title',
  icon: 'missed',
  Page: MissedPage,
  count: {
    of: ({ prompts }) => prompts.filter((prompt) => prompt.missed).length,
    spoken: 'missed.count',
  },
};
