// What the application says outside of its pages.
import type { Catalogs } from '../../shared/languages.ts';
import { tray as en } from './en/tray.ts';
import { tray as zhHans } from './zh-Hans/tray.ts';

export const trayCatalogs: Catalogs = { en, 'zh-Hans': zhHans };
