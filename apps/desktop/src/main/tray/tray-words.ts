// How the application itself speaks: the formats of the pages without React.
import { createIntl, createIntlCache } from '@formatjs/intl';
import type { LanguageTag } from '../../shared/languages.ts';
import type { TrayMessageId } from '../messages/en/tray.ts';
import { trayCatalogs } from '../messages/tray-catalogs.ts';

export interface TrayWords {
  readonly say: (id: TrayMessageId, values?: Readonly<Record<string, string | number>>) => string;
  readonly time: (atMs: number) => string;
}

export function trayWords(language: LanguageTag): TrayWords {
  const intl = createIntl(
    { locale: language, defaultLocale: language, messages: trayCatalogs[language] },
    createIntlCache(),
  );
  return {
    say: (id, values) => intl.formatMessage({ id }, values),
    time: (atMs) => intl.formatTime(atMs, { timeStyle: 'short' }),
  };
}
