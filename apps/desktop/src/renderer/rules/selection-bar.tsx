// How many rules there are, or what can be done with those that are selected.
import type { ReactNode } from 'react';
import { Button } from '../design/button.tsx';
import { useWords } from '../language/words.tsx';
import styles from './selection-bar.module.css';
import type { Working } from './use-rule-edits.ts';

interface SelectionBarProps {
  readonly count: number;
  readonly found: number;
  readonly selected: number;
  readonly mayChange: boolean;
  readonly working: Working | undefined;
  readonly onSelectAll: (isAll: boolean) => void;
  readonly onSwitch: (enabled: boolean) => void;
  readonly onDelete: () => void;
  readonly onExport: () => void;
}

export function SelectionBar(props: SelectionBarProps): ReactNode {
  const { count, found, selected, working } = props;
  const words = useWords();
  const counted =
    found === count ? words('rules.count', { count }) : words('rules.count.found', { found, count });
  return (
    <div className={styles['bar']}>
      <input
        type="checkbox"
        className={styles['all']}
        aria-label={words('rules.select-all', { count: found })}
        checked={found > 0 && selected >= found}
        disabled={found === 0}
        ref={(box) => {
          if (box !== null) box.indeterminate = selected > 0 && selected < found;
        }}
        onChange={({ currentTarget }) => props.onSelectAll(currentTarget.checked)}
      />
      <p role="status">{selected > 0 ? words('rules.selected', { count: selected }) : counted}</p>
      {working !== undefined && working.count > 1 ? (
        <Progress working={working} />
      ) : (
        selected > 0 && <Actions {...props} />
      )}
    </div>
  );
}

function Actions({ mayChange, onSwitch, onDelete, onExport, onSelectAll }: SelectionBarProps): ReactNode {
  const words = useWords();
  return (
    <div className={styles['actions']}>
      {mayChange && (
        <>
          <Button kind="quiet" icon="allow" onClick={() => onSwitch(true)}>
            {words('rules.enable')}
          </Button>
          <Button kind="quiet" icon="pause" onClick={() => onSwitch(false)}>
            {words('rules.disable')}
          </Button>
          <Button kind="quiet" icon="delete" onClick={onDelete}>
            {words('rules.delete')}
          </Button>
        </>
      )}
      <Button kind="quiet" icon="folder" onClick={onExport}>
        {words('rules.export.selected')}
      </Button>
      <Button kind="quiet" icon="close" onClick={() => onSelectAll(false)}>
        {words('rules.select-none')}
      </Button>
    </div>
  );
}

function Progress({ working: { done, count, stop } }: { readonly working: Working }): ReactNode {
  const words = useWords();
  return (
    <div className={styles['actions']}>
      <progress max={count} value={done} aria-label={words('rules.working', { done, count })} />
      <span>{words('rules.working', { done, count })}</span>
      <Button kind="quiet" icon="close" onClick={stop}>
        {words('rules.stop')}
      </Button>
    </div>
  );
}
