// Above the list: what is shown and how, and what concerns the rules as a whole.
import { useRef } from 'react';
import type { ReactNode } from 'react';
import { Button, IconButton } from '../design/button.tsx';
import { MenuButton } from '../design/menu-button.tsx';
import { Select } from '../design/select.tsx';
import { Switch } from '../design/switch.tsx';
import { useWords } from '../language/words.tsx';
import { changeQuery } from '../window/use-route.ts';
import { SORTS } from './arrange.ts';
import { FILTERS, filterOf, withFilter } from './filter.ts';
import type { Filter } from './filter.ts';
import styles from './rule-toolbar.module.css';
import type { RuleEdits } from './use-rule-edits.ts';
import type { RuleList } from './use-rule-list.ts';

interface RuleToolbarProps {
  readonly list: RuleList;
  readonly edits: RuleEdits;
  readonly mayChange: boolean;
  readonly onNew: () => void;
  readonly onImport: (file: File) => void;
  readonly onExport: () => void;
}

export function RuleToolbar({ list, edits, mayChange, ...on }: RuleToolbarProps): ReactNode {
  const words = useWords();
  const picker = useRef<HTMLInputElement>(null);
  const isFree = mayChange && edits.working === undefined;
  return (
    <div className={styles['bar']}>
      <View list={list} />
      <div className={styles['actions']}>
        <IconButton
          label={words('rules.undo')}
          icon="undo"
          disabled={!isFree || !edits.mayUndo}
          onClick={() => void edits.undo()}
        />
        <span className={styles['mirrored']}>
          <IconButton
            label={words('rules.redo')}
            icon="undo"
            disabled={!isFree || !edits.mayRedo}
            onClick={() => void edits.redo()}
          />
        </span>
        <MenuButton
          label={words('rules.more-actions')}
          actions={[
            ...(isFree
              ? [{ key: 'import', label: words('rules.import'), run: () => picker.current?.click() }]
              : []),
            { key: 'export', label: words('rules.export'), run: on.onExport },
          ]}
        />
        <Button kind="primary" icon="add" disabled={!isFree} onClick={on.onNew}>
          {words('rules.new')}
        </Button>
        <input
          ref={picker}
          type="file"
          hidden
          aria-label={words('rules.import')}
          accept=".yaml,.yml,.json"
          onChange={({ currentTarget }) => {
            const [file] = currentTarget.files ?? [];
            if (file !== undefined) on.onImport(file);
            currentTarget.value = '';
          }}
        />
      </div>
    </div>
  );
}

function View({ list: { search, sort, isGrouped } }: { readonly list: RuleList }): ReactNode {
  const words = useWords();
  const filter = filterOf(search);
  const filters = [
    ...(filter === undefined ? [{ value: '', label: words('rules.filter.searched') }] : []),
    ...FILTERS.map((value) => ({ value, label: words(`rules.filter.${value}`) })),
  ];
  return (
    <div className={styles['view']}>
      <Select
        label={words('rules.filter')}
        options={filters}
        value={filter ?? ''}
        onChange={(value) => changeQuery({ q: withFilter(search, value as Filter) })}
      />
      <Select
        label={words('rules.sort')}
        options={SORTS.map((value) => ({ value, label: words(`rules.sort.${value}`) }))}
        value={sort}
        onChange={(value) => changeQuery({ sort: value === 'app' ? '' : value })}
      />
      <Switch
        label={words('rules.group')}
        isOn={isGrouped}
        onChange={(isOn) => changeQuery({ group: isOn ? '' : 'no' })}
      />
    </div>
  );
}
