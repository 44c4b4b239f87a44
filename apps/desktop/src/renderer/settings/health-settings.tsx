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
import { healthWords } from './health-words.ts';
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

/** What to do, and the agent's own text where it says more than the title: a number, a file, a reason. */
function Details({ check }: { readonly check: HealthCheck }): ReactNode {
  const words = useWords();
  const { title, remedy } = healthWords(check);
  const toDo = remedy === undefined ? safeText(check.remedy) : words(remedy);
  const saysMore = title !== undefined && (check.state !== 'ok' || /[1-9]|\//.test(check.text));
  return (
    <>
      {toDo !== '' && <p>{toDo}</p>}
      {saysMore && (
        <p lang="en">
          <bdi>{safeText(check.text)}</bdi>
        </p>
      )}
    </>
  );
}

const TONES = { ok: 'allow', degraded: 'caution', broken: 'deny' } as const;
const ICONS = { ok: 'allow', degraded: 'caution', broken: 'deny' } as const;

function CheckRow({ check }: { readonly check: HealthCheck }): ReactNode {
  const words = useWords();
  const { name, state } = check;
  const { title } = healthWords(check);
  return (
    <ListRow
      leading={<code className={styles['name']}>{safeText(name)}</code>}
      title={title === undefined ? safeText(check.text) : words(title)}
      note={<Details check={check} />}
      trailing={
        <Badge tone={TONES[state]} icon={ICONS[state]}>
          {words(`settings.health.${state}`)}
        </Badge>
      }
    />
  );
}
