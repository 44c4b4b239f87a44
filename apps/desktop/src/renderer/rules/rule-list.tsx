// The list of rules: only the rows on the screen are in the document. The arrow keys lead from row to row.
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef, useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import { useWords } from '../language/words.tsx';
import { rootFontPx } from '../root-font.ts';
import type { Row } from './arrange.ts';
import { GroupRow } from './group-row.tsx';
import styles from './rule-list.module.css';
import { RuleRow } from './rule-row.tsx';
import type { RuleRowActions } from './rule-row.tsx';
import type { RuleList as Listed } from './use-rule-list.ts';

interface RuleListProps extends RuleRowActions {
  readonly list: Listed;
  readonly ownUid: number;
  readonly selected: ReadonlySet<string>;
  readonly openId: string | undefined;
  readonly mayChange: boolean;
  readonly onDelete: () => void;
}

/** What most rows have, as the style sheet says: each row that turns out otherwise moves all below it. */
const ROW_REM = { rule: 1.875, group: 1.875 } as const;
const OVERSCAN = 2;

export function RuleList({ list, onDelete, ...rest }: RuleListProps): ReactNode {
  const words = useWords();
  const scroller = useRef<HTMLDivElement>(null);
  const { rows } = list;
  const [remPx] = useState(rootFontPx);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => ROW_REM[rows[index]?.kind ?? 'rule'] * remPx,
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: OVERSCAN,
  });
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    if (event.key === 'Delete' && rest.selected.size > 0) return onDelete();
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const place = by === undefined ? undefined : placeOf(event.target);
    const next = by === undefined || place === undefined ? undefined : nextRule(rows, place.index, by);
    if (next === undefined || place === undefined) return;
    event.preventDefault();
    virtualizer.scrollToIndex(next);
    const focus = (): boolean => focusControl(scroller.current, next, place.control);
    // A row that was not on the screen is in the document with the next frame.
    if (!focus()) requestAnimationFrame(focus);
  };
  return (
    <div ref={scroller} className={styles['scroller']} onKeyDown={onKeyDown}>
      <ul
        className={styles['list']}
        aria-label={words('rules.list')}
        style={{ blockSize: virtualizer.getTotalSize() }}
      >
        {virtualizer.getVirtualItems().map(({ key, index, start }) => (
          <li
            key={key}
            ref={virtualizer.measureElement}
            data-index={index}
            className={styles['item']}
            aria-setsize={rows.length}
            aria-posinset={index + 1}
            style={{ transform: `translateY(${start}px)` }}
          >
            <ListedRow row={rows[index]} list={list} {...rest} />
          </li>
        ))}
      </ul>
    </div>
  );
}

interface ListedRowProps extends Omit<RuleListProps, 'onDelete'> {
  readonly row: Row | undefined;
}

function ListedRow({ row, list, selected, openId, ...rest }: ListedRowProps): ReactNode {
  if (row === undefined) return null;
  if (row.kind === 'group') return <GroupRow app={row.app} count={row.count} />;
  const { rule } = row;
  return (
    <RuleRow
      {...rest}
      rule={rule}
      hasTile={!list.isGrouped}
      use={list.uses === undefined ? 'unknown' : (list.uses.get(rule.id) ?? 'never')}
      shadows={list.shadows}
      nowMs={list.nowMs}
      isSelected={selected.has(rule.id)}
      isOpen={openId === rule.id}
    />
  );
}

interface Place {
  readonly index: number;
  readonly control: string;
}

/** The row and the control in it where a key was pressed. */
function placeOf(target: EventTarget): Place | undefined {
  if (!(target instanceof HTMLElement)) return undefined;
  const index = Number(target.closest<HTMLElement>('[data-index]')?.dataset['index'] ?? NaN);
  const control = target.closest<HTMLElement>('[data-control]')?.dataset['control'] ?? 'edit';
  return Number.isNaN(index) ? undefined : { index, control };
}

function nextRule(rows: readonly Row[], from: number, by: number): number | undefined {
  for (let index = from + by; index >= 0 && index < rows.length; index += by)
    if (rows[index]?.kind === 'rule') return index;
  return undefined;
}

function focusControl(scroller: HTMLElement | null, index: number, control: string): boolean {
  const found = scroller?.querySelector<HTMLElement>(`[data-index="${index}"] [data-control="${control}"]`);
  (found?.querySelector<HTMLElement>('input') ?? found)?.focus();
  return found !== null && found !== undefined;
}
