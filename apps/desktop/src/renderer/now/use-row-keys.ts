// The keyboard in the list of Now: up and down lead from row to row, right unfolds, left folds or leads to what a row belongs to. Tab
// leads to the controls of the row.
import { useState } from 'react';
import type { FocusEvent, KeyboardEvent, RefObject } from 'react';
import type { Virtualizer } from '@tanstack/react-virtual';
import type { NowRow, NowRows } from './now-view.ts';

interface RowKeysOptions {
  readonly rows: NowRows;
  readonly virtualizer: Virtualizer<HTMLDivElement, Element>;
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly onToggle: (key: string) => void;
}

interface RowKeys {
  /** The row that Tab leads to; the first one where nobody was yet. */
  readonly currentKey: string | undefined;
  readonly onFocus: (event: FocusEvent) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

export function useRowKeys({ rows, virtualizer, scroller, onToggle }: RowKeysOptions): RowKeys {
  const [currentKey, setCurrentKey] = useState<string>();
  const focusRow = (index: number): void => {
    const key = rows.at(index)?.key;
    if (key === undefined) return;
    setCurrentKey(key);
    virtualizer.scrollToIndex(index);
    const focus = (): boolean => {
      const row = scroller.current?.querySelector<HTMLElement>(`[data-index="${index}"] [data-row]`);
      row?.focus();
      return row !== null && row !== undefined;
    };
    // A row that was not on the screen is in the document with the next frame.
    if (!focus()) requestAnimationFrame(focus);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const { target, key } = event;
    if (!(target instanceof HTMLElement) || !('row' in target.dataset)) return;
    const index = Number(target.closest<HTMLElement>('[data-index]')?.dataset['index']);
    const row = rows.at(index);
    const act = row && stepOfKey(key, row);
    if (row === undefined || act === undefined) return;
    event.preventDefault();
    if (act === 'toggle') onToggle(row.key);
    else if (act === 'parent') focusRow(parentOf(rows, index));
    else focusRow(Math.min(rows.count - 1, Math.max(0, index + act)));
  };
  const onFocus = ({ target }: FocusEvent): void => {
    const key = target.closest<HTMLElement>('[data-key]')?.dataset['key'];
    if (key !== undefined) setCurrentKey(key);
  };
  return { currentKey, onFocus, onKeyDown };
}

const PAGE_ROWS = 15;
const MOVES: Readonly<Record<string, number>> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: PAGE_ROWS,
  PageUp: -PAGE_ROWS,
  Home: -Infinity,
  End: Infinity,
};

/** By how many rows to move, or what to do with this one. */
function stepOfKey(key: string, row: NowRow): number | 'toggle' | 'parent' | undefined {
  const isOpen = row.kind === 'flow' ? undefined : row.isOpen;
  if (key === 'Enter' || key === ' ') return isOpen === undefined ? undefined : 'toggle';
  if (key === 'ArrowRight') return isOpen === false ? 'toggle' : isOpen === true ? 1 : undefined;
  if (key === 'ArrowLeft') return isOpen === true ? 'toggle' : row.kind === 'app' ? undefined : 'parent';
  return MOVES[key];
}

function parentOf(rows: NowRows, index: number): number {
  const kinds = rows.at(index)?.kind === 'flow' ? ['app', 'endpoint'] : ['app'];
  let parent = index - 1;
  while (parent > 0 && !kinds.includes(rows.at(parent)?.kind ?? 'app')) parent -= 1;
  return Math.max(0, parent);
}
