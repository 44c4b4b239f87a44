// The choice of the language, each by its own name. It holds for all windows at once.
import type { ReactNode } from 'react';
import { Select } from '../design/select.tsx';
import { isLanguageTag, LANGUAGES } from '../../shared/languages.ts';
import { useChoose, usePreferences } from '../preferences.tsx';
import { useWords } from './words.tsx';

export function LanguageSelect(): ReactNode {
  const words = useWords();
  const choose = useChoose();
  return (
    <Select
      label={words('language.choice')}
      options={[
        { value: 'desktop', label: words('language.desktop') },
        ...LANGUAGES.map(({ tag, name }) => ({ value: tag, label: name })),
      ]}
      value={usePreferences().language}
      onChange={(value) => choose({ language: isLanguageTag(value) ? value : 'desktop' })}
    />
  );
}
