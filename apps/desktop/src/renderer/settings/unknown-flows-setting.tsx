// What happens to flows that no rule knows.
import type { ReactNode } from 'react';
import { mayAnswer } from '../../shared/reduce.ts';
import type { UnknownFlows } from '../../shared/report.ts';
import { Button } from '../design/button.tsx';
import { Chips } from '../design/chips.tsx';
import { useWords } from '../language/words.tsx';
import { useChoose } from '../preferences.tsx';
import { useDesktop, useDesktopPart } from '../use-desktop.tsx';
import { useShowError } from '../show-toast.ts';
import { SettingSection } from './setting-section.tsx';

const CHOICES = ['ask', 'allow', 'deny'] as const;

export function UnknownFlowsSetting(): ReactNode {
  const words = useWords();
  const setPreferences = useChoose();
  const { api } = useDesktop();
  const showError = useShowError();
  const chosen = useDesktopPart((state) => state.mode?.unknownFlows);
  const isAllowed = useDesktopPart(mayAnswer);
  const choose = async (unknownFlows: UnknownFlows): Promise<void> => {
    const outcome = await api.setMode({ kind: 'unknown-flows', unknownFlows });
    if (!outcome.ok) showError(outcome.error);
  };
  if (chosen === undefined) return null;
  return (
    <SettingSection title={words('settings.unknown-flows')} text={words('settings.unknown-flows.text')}>
      {isAllowed && (
        <Chips
          label={words('settings.unknown-flows.choice')}
          options={CHOICES.map((value) => ({ value, label: words(`settings.unknown-flows.${value}`) }))}
          value={chosen}
          onChange={(value) => void choose(value)}
        />
      )}
      <p>{words(`settings.unknown-flows.${chosen}.text`)}</p>
      <Button onClick={() => setPreferences({ isWelcomed: false })}>{words('settings.welcome')}</Button>
    </SettingSection>
  );
}
