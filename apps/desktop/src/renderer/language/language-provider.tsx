// Gives a page its language: messages, plurals, dates, and the `lang` of the document.
import { useEffect } from 'react';
import type { ReactNode } from 'react';
import { IntlProvider } from 'react-intl';
import { useLanguage } from './use-language.ts';
import type { Catalogs } from '../../shared/languages.ts';

interface LanguageProviderProps {
  readonly catalogs: Catalogs;
  readonly children: ReactNode;
}

export function LanguageProvider({ catalogs, children }: LanguageProviderProps): ReactNode {
  const language = useLanguage();
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  return (
    <IntlProvider locale={language} defaultLocale={language} messages={catalogs[language]}>
      {children}
    </IntlProvider>
  );
}
