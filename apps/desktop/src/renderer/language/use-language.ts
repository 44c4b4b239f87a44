// Which language the pages speak: what a person chose, else what the desktop says. All windows follow a choice at once.
import { useSyncExternalStore } from 'react';
import { languageOf } from '../../shared/languages.ts';
import type { LanguageTag } from '../../shared/languages.ts';
import { usePreferences } from '../preferences.tsx';

export function useLanguage(): LanguageTag {
  const wanted = useSyncExternalStore(followDesktop, () => navigator.languages);
  return languageOf(usePreferences(), wanted);
}

function followDesktop(listener: () => void): () => void {
  addEventListener('languagechange', listener);
  return () => removeEventListener('languagechange', listener);
}
