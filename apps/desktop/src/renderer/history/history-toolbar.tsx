// The usual searches as controls, and the export. What they choose stands in the search field: there is one truth.
import type { ReactNode } from 'react';
import { parseSearch, withField } from '../../shared/search-terms.ts';
import { Chips } from '../design/chips.tsx';
import { MenuButton } from '../design/menu-button.tsx';
import { Select } from '../design/select.tsx';
import { useWords } from '../language/words.tsx';
import type { Users } from '../users.ts';
import { changeQuery } from '../window/use-route.ts';
import { HISTORY_KEYS } from './history-search.ts';
import type { HistoryKey } from './history-search.ts';
import styles from './history-toolbar.module.css';
import { useExport } from './use-export.ts';

const ACTIONS = ['all', 'allow', 'deny'] as const;
const SPANS = ['all', '1h', '1d', '7d'] as const;

interface HistoryToolbarProps {
  readonly text: string;
  readonly users: Users | undefined;
}

export function HistoryToolbar({ text, users }: HistoryToolbarProps): ReactNode {
  const words = useWords();
  const { isBusy, exportAs } = useExport(text, users);
  const action = ACTIONS.find((value) => value === fieldValue(text, 'action')) ?? 'all';
  const since = fieldValue(text, 'since') ?? 'all';
  const choose = (key: HistoryKey, value: string): void =>
    changeQuery({ q: withField(text, { key, value: value === 'all' ? undefined : value }, HISTORY_KEYS) });
  const spans = [...SPANS, ...(SPANS.some((span) => span === since) ? [] : [since])];
  return (
    <div className={styles['toolbar']}>
      <Chips
        label={words('history.action')}
        isLabelHidden
        options={ACTIONS.map((value) => ({ value, label: words(`history.action.${value}`) }))}
        value={action}
        onChange={(value) => choose('action', value)}
      />
      <Select
        label={words('history.since')}
        isLabelHidden
        options={spans.map((value) => ({ value, label: spanLabel(words, value) }))}
        value={since}
        onChange={(value) => choose('since', value)}
      />
      <div className={styles['export']}>
        <MenuButton
          label={isBusy ? words('history.exporting') : words('history.export')}
          isDisabled={isBusy}
          actions={(['csv', 'json'] as const).map((format) => ({
            key: format,
            label: words(`history.export.${format}`),
            run: () => exportAs(format),
          }))}
        />
      </div>
    </div>
  );
}

function spanLabel(words: ReturnType<typeof useWords>, value: string): string {
  const known = SPANS.find((span) => span === value);
  return known === undefined ? words('history.since.other', { value }) : words(`history.since.${known}`);
}

function fieldValue(text: string, key: HistoryKey): string | undefined {
  const field = parseSearch(text, HISTORY_KEYS).find((term) => term.kind === 'field' && term.key === key);
  return field?.kind === 'field' ? field.value : undefined;
}
