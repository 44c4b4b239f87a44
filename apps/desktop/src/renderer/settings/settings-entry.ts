// Settings, as the main window knows it.
import type { PageEntry } from '../window/page-entry.ts';
import { SettingsPage } from './settings-page.tsx';

export const settingsEntry: PageEntry = {
  id: 'settings',
  title: 'settings.title',
  icon: 'settings',
  Page: SettingsPage,
};
