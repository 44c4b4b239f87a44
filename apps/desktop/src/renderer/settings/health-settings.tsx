// How the agent is: each check in its own words, with what to do.
import type { ReactNode } from 'react';
import { useIntl } from 'react-intl';
import type { HealthCheck } from '../../shared/report.ts';
import { safeText } from '../../shared/text-safety.ts';
import { Badge } from '../design/badge.tsx';
import { Button } from '../design/button.tsx';
import { List, ListRow } from '../design/list.tsx';
import { errorText } from '../error-text.ts';
import { useWords } from '../language/words.tsx';
import { useDesktopPart } from '../use-desktop.tsx';
import styles from './health-settings.module.css';
import { SettingSection } from './setting-section.tsx';
import { useReport } from './use-report.ts';

export function HealthSettings(): ReactNode {
  const words = useWords();
  const intl = useIntl();
  const told = useDesktopPart((state) => state.health);
  const { report, readAgain } = useReport();
  const status = report?.ok === true ? report.value.status : undefined;
  return (
    <SettingSection
      title={words('settings.health')}
      {...(status !== undefined && {
        text: words('settings.health.text', {
          version: safeText(status.version),
          since: intl.formatDate(status.startedAtMs, { dateStyle: 'medium', timeStyle: 'short' }),
          correlator: safeText(status.correlator),
          rules: status.rules,
        }),
      })}
    >
      {report?.ok === false && <p role="alert">{errorText(words, report.error)}</p>}
      <div className={styles['checks']}>
        <List label={words('settings.health.list')}>
          {(report?.ok === true ? report.value.health : told).map((check) => (
            <CheckRow key={check.name} check={check} />
          ))}
        </List>
      </div>
      <Button disabled={report === undefined} onClick={readAgain}>
        {words(report === undefined ? 'settings.health.reading' : 'settings.health.again')}
      </Button>
    </SettingSection>
  );
}

const TONES = { ok: 'allow', degraded: 'caution', broken: 'deny' } as const;
const ICONS = { ok: 'allow', degraded: 'caution', broken: 'deny' } as const;

function CheckRow({ check }: { readonly check: HealthCheck }): ReactNode {
  const words = useWords();
  const { name, state, text, remedy } = check;
  return (
    <ListRow
      leading={<code className={styles['name']}>{safeText(name)}</code>}
      title={safeText(text)}
      note={remedy === '' ? undefined : safeText(remedy)}
      trailing={
        <Badge tone={TONES[state]} icon={ICONS[state]}>
          {words(`settings.health.${state}`)}
        </Badge>
      }
    />
  );
}
