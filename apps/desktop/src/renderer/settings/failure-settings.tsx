// What happens when something fails, as the agent has it in force.
import type { ReactNode } from 'react';
import type { Status } from '../../shared/report.ts';
import { safeText } from '../../shared/text-safety.ts';
import { ActionMark } from '../action-mark.tsx';
import { Table } from '../design/table.tsx';
import type { Column } from '../design/table.tsx';
import { useWords } from '../language/words.tsx';
import { useDesktopPart } from '../use-desktop.tsx';
import styles from './failure-settings.module.css';
import { SettingSection } from './setting-section.tsx';

type Line = Status['failureTable'][number];

export function FailureSettings(): ReactNode {
  const words = useWords();
  const status = useDesktopPart((state) => state.status);
  if (status === undefined) return null;
  const columns: readonly Column<Line>[] = [
    { key: 'when', title: words('settings.failures.when'), cell: ({ when }) => safeText(when) },
    {
      key: 'action',
      title: words('settings.failures.action'),
      cell: ({ action }) => <ActionMark action={action} />,
    },
    { key: 'then', title: words('settings.failures.then'), cell: ({ then }) => safeText(then) },
  ];
  return (
    <SettingSection
      title={words('settings.failures')}
      text={words(status.strict ? 'settings.failures.strict' : 'settings.failures.standard')}
    >
      <div className={styles['table']}>
        <Table
          label={words('settings.failures.table')}
          columns={columns}
          rows={status.failureTable}
          rowKey={({ name }) => name}
        />
      </div>
    </SettingSection>
  );
}
