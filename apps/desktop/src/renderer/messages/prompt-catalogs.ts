// What the prompt window can say.
import type { Catalogs } from '../../shared/languages.ts';
import { common as en } from './en/common.ts';
import { prompt as enPrompt } from './en/prompt.ts';
import { common as zhHans } from './zh-Hans/common.ts';
import { prompt as zhHansPrompt } from './zh-Hans/prompt.ts';

export const promptCatalogs: Catalogs = {
  en: { ...en, ...enPrompt },
  'zh-Hans': { ...zhHans, ...zhHansPrompt },
};
