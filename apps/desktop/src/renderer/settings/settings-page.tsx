// Settings: few, each with its consequence in a sentence; then how the agent is, and what it does when something fails.
import type { ReactNode } from 'react';
import { AppearanceSettings } from './appearance-settings.tsx';
import { FailureSettings } from './failure-settings.tsx';
import { HealthSettings } from './health-settings.tsx';
import { PromptSettings } from './prompt-settings.tsx';
import styles from './settings-page.module.css';
import { UnknownFlowsSetting } from './unknown-flows-setting.tsx';

export function SettingsPage(): ReactNode {
  return (
    <div className={styles['page']}>
      <UnknownFlowsSetting />
      <PromptSettings />
      <AppearanceSettings />
      <HealthSettings />
      <FailureSettings />
    </div>
  );
}
