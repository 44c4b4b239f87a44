// How all windows look, and which language they speak.
import type { ReactNode } from 'react';
import { Chips } from '../design/chips.tsx';
import { Switch } from '../design/switch.tsx';
import { LanguageSelect } from '../language/language-select.tsx';
import { useWords } from '../language/words.tsx';
import { useChoose, usePreferences } from '../preferences.tsx';
import { SettingSection } from './setting-section.tsx';

const THEMES = ['desktop', 'light', 'dark'] as const;

export function AppearanceSettings(): ReactNode {
  const words = useWords();
  const { theme, contrast } = usePreferences();
  const choose = useChoose();
  return (
    <SettingSection title={words('settings.appearance')} text={words('settings.appearance.text')}>
      <Chips
        label={words('settings.theme')}
        options={THEMES.map((value) => ({ value, label: words(`settings.theme.${value}`) }))}
        value={theme}
        onChange={(value) => choose({ theme: value })}
      />
      <Switch
        label={words('settings.contrast')}
        isOn={contrast === 'more'}
        onChange={(isOn) => choose({ contrast: isOn ? 'more' : 'desktop' })}
      />
      <LanguageSelect />
    </SettingSection>
  );
}
