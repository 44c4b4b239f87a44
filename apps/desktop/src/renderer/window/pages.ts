// The pages of the main window, in the order of the rail. The first one is what the window opens with.
import { historyPageEntry } from '../history/history-page-entry.ts';
import { missedPageEntry } from '../missed/missed-page-entry.ts';
import { nowEntry } from '../now/now-entry.ts';
import { rulesEntry } from '../rules/rules-entry.ts';
import { settingsEntry } from '../settings/settings-entry.ts';
import type { PageEntry } from './page-entry.ts';

export const PAGES: readonly [PageEntry, ...(readonly PageEntry[])] = [
  nowEntry,
  rulesEntry,
  historyPageEntry,
  missedPageEntry,
  settingsEntry,
];

export function pageOf(id: string): PageEntry {
  return PAGES.find((page) => page.id === id) ?? PAGES[0];
}
