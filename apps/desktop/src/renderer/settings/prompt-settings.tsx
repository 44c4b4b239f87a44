// What a question begins with. Nothing that reaches everything or holds for ever can be chosen beforehand.
import type { ReactNode } from 'react';
import { PREFERABLE_LIFETIMES } from '../../shared/answer-options.ts';
import type { Preferences } from '../../shared/preferences.ts';
import { Chips } from '../design/chips.tsx';
import { Select } from '../design/select.tsx';
import { Switch } from '../design/switch.tsx';
import { useLifetimeWords } from '../language/lifetime-words.ts';
import { useWords } from '../language/words.tsx';
import { useChoose, usePreferences } from '../preferences.tsx';
import { SettingSection } from './setting-section.tsx';

type PreferredLifetime = Preferences['promptLifetime'];

const LIFETIMES = Object.keys(PREFERABLE_LIFETIMES) as readonly PreferredLifetime[];

export function PromptSettings(): ReactNode {
  const words = useWords();
  const choose = useChoose();
  const { promptScope, promptDetailsOpen } = usePreferences();
  return (
    <SettingSection title={words('settings.prompts')} text={words('settings.prompts.text')}>
      <Chips
        label={words('covers')}
        options={[
          { value: 'endpoint', label: words('settings.prompts.scope.endpoint') },
          { value: 'address', label: words('settings.prompts.scope.address') },
          { value: 'network', label: words('settings.prompts.scope.network') },
          { value: 'port', label: words('settings.prompts.scope.port') },
        ]}
        value={promptScope}
        onChange={(scope) => choose({ promptScope: scope })}
      />
      <LifetimeChoice />
      <p>{words('settings.prompts.orders')}</p>
      <Switch
        label={words('settings.prompts.details')}
        isOn={promptDetailsOpen}
        onChange={(isOn) => choose({ promptDetailsOpen: isOn })}
      />
    </SettingSection>
  );
}

function LifetimeChoice(): ReactNode {
  const words = useWords();
  const { label } = useLifetimeWords();
  const choose = useChoose();
  const text = (lifetime: PreferredLifetime): string =>
    lifetime === 'process'
      ? words('settings.prompts.lifetime.process')
      : label(PREFERABLE_LIFETIMES[lifetime], '');
  return (
    <Select
      label={words('lasts')}
      options={LIFETIMES.map((lifetime) => ({ value: lifetime, label: text(lifetime) }))}
      value={usePreferences().promptLifetime}
      onChange={(value) => {
        const promptLifetime = LIFETIMES.find((lifetime) => lifetime === value);
        if (promptLifetime !== undefined) choose({ promptLifetime });
      }}
    />
  );
}
