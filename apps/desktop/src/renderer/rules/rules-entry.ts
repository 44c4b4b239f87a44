// Rules, as the main window knows them.
import type { PageEntry } from '../window/page-entry.ts';
import { RulesPage } from './rules-page.tsx';

export const rulesEntry: PageEntry = {
  id: 'rules',
  title: 'rules.title',
  icon: 'rules',
  Page: RulesPage,
  searchKeys: ['app', 'address', 'port', 'action'],
};
