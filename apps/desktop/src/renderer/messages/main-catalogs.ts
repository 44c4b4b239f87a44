// What the main window can say: the frame, each page, and the words of answers that it shares with the prompt window.
import type { Catalogs } from '../../shared/languages.ts';
import { common as en } from './en/common.ts';
import { history as enHistory } from './en/history.ts';
import { main as enMain } from './en/main.ts';
import { missed as enMissed } from './en/missed.ts';
import { now as enNow } from './en/now.ts';
import { prompt as enPrompt } from './en/prompt.ts';
import { rules as enRules } from './en/rules.ts';
import { settings as enSettings } from './en/settings.ts';
import { welcome as enWelcome } from './en/welcome.ts';
import { common as zhHans } from './zh-Hans/common.ts';
import { history as zhHansHistory } from './zh-Hans/history.ts';
import { main as zhHansMain } from './zh-Hans/main.ts';
import { missed as zhHansMissed } from './zh-Hans/missed.ts';
import { now as zhHansNow } from './zh-Hans/now.ts';
import { prompt as zhHansPrompt } from './zh-Hans/prompt.ts';
import { rules as zhHansRules } from './zh-Hans/rules.ts';
import { settings as zhHansSettings } from './zh-Hans/settings.ts';
import { welcome as zhHansWelcome } from './zh-Hans/welcome.ts';

export const mainCatalogs: Catalogs = {
  en: {
    ...en,
    ...enPrompt,
    ...enMain,
    ...enNow,
    ...enRules,
    ...enHistory,
    ...enMissed,
    ...enSettings,
    ...enWelcome,
  },
  'zh-Hans': {
    ...zhHans,
    ...zhHansPrompt,
    ...zhHansMain,
    ...zhHansNow,
    ...zhHansRules,
    ...zhHansHistory,
    ...zhHansMissed,
    ...zhHansSettings,
    ...zhHansWelcome,
  },
};
