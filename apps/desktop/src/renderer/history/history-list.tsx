// The rows of History: only those on the screen are in the document. Older ones come as one scrolls; what is newer waits above until
// it is asked for, unless one is at the top with nothing open.
import { useVirtualizer } from '@tanstack/react-virtual';
import type { Virtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import { Button } from '../design/button.tsx';
import { classNames } from '../design/class-names.ts';
import frame from '../design/rows.module.css';
import { useWords } from '../language/words.tsx';
import { rootFontPx } from '../root-font.ts';
import { useRulesById } from '../use-rules-by-id.ts';
import type { Users } from '../users.ts';
import type { FeedState, HistoryFeed } from './history-feed.ts';
import styles from './history-list.module.css';
import { HistoryRow } from './history-row.tsx';

interface HistoryListProps {
  readonly feed: HistoryFeed;
  readonly state: FeedState;
  /** The search: another one begins at the top. */
  readonly text: string;
  readonly users: Users | undefined;
  readonly openId: string | undefined;
  readonly onOpen: (id: string | undefined) => void;
}

/** As the style sheet says: one line, unless the window is narrow. */
const ROW_REM = 1.75;
const OVERSCAN = 8;
/** So many rows before the end the next page is asked for. */
const AHEAD = 60;

type Rows = Virtualizer<HTMLDivElement, Element>;

export function HistoryList({ feed, state, text, users, openId, onOpen }: HistoryListProps): ReactNode {
  const words = useWords();
  const scroller = useRef<HTMLDivElement>(null);
  const rulesById = useRulesById();
  const { rows, newer } = state;
  const [remPx] = useState(rootFontPx);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_REM * remPx,
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: OVERSCAN,
  });
  const items = virtualizer.getVirtualItems();
  const lastIndex = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (lastIndex + AHEAD >= rows.length) void feed.more();
  }, [feed, lastIndex, rows.length]);
  useEffect(() => {
    if (newer.length > 0 && openId === undefined && (scroller.current?.scrollTop ?? 0) === 0) feed.take();
  }, [feed, newer, openId]);
  useEffect(() => {
    scroller.current?.scrollTo({ top: 0 });
  }, [text]);
  const takeNewer = (): void => {
    onOpen(undefined);
    feed.take();
    scroller.current?.scrollTo({ top: 0 });
  };
  return (
    <div className={styles['whole']}>
      {newer.length > 0 && (
        <div className={styles['newer']}>
          <Button kind="primary" icon="chevron-up" onClick={takeNewer} data-newer={newer.length}>
            {words('history.newer', { count: newer.length })}
          </Button>
        </div>
      )}
      <div
        ref={scroller}
        className={classNames(frame['scroller'], styles['scroller'])}
        role="table"
        aria-label={words('history.title')}
        aria-rowcount={state.isAtEnd ? rows.length + 1 : -1}
        aria-busy={state.phase === 'loading'}
        onKeyDown={(event) => moveByKey(event, virtualizer, rows.length)}
      >
        <Head />
        <div className={frame['rows']} role="rowgroup" style={{ blockSize: virtualizer.getTotalSize() }}>
          {items.map(({ key, index, start }) => {
            const entry = rows[index];
            return (
              <div
                key={key}
                ref={virtualizer.measureElement}
                data-index={index}
                className={frame['item']}
                role="presentation"
                style={{ transform: `translateY(${start}px)` }}
              >
                {entry !== undefined && (
                  <HistoryRow
                    entry={entry}
                    rowIndex={index + 2}
                    rulesById={rulesById}
                    users={users}
                    isOpen={openId === entry.id}
                    onOpen={onOpen}
                  />
                )}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

const COLUMNS = ['time', 'decision', 'app', 'target', 'reason'] as const;

function Head(): ReactNode {
  const words = useWords();
  return (
    <div className={frame['head']} role="rowgroup">
      <div className={classNames(frame['headRow'], styles['headRow'])} role="row" aria-rowindex={1}>
        {COLUMNS.map((column) => (
          <span key={column} role="columnheader">
            {words(`history.column.${column}`)}
          </span>
        ))}
      </div>
    </div>
  );
}

/** The arrow keys lead from row to row. */
function moveByKey(event: KeyboardEvent<HTMLElement>, virtualizer: Rows, count: number): void {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const { target, currentTarget } = event;
  if (by === undefined || !(target instanceof HTMLElement) || !('row' in target.dataset)) return;
  const item = target.closest<HTMLElement>('[data-index]');
  const next = Number(item?.dataset['index']) + by;
  if (!(next >= 0 && next < count)) return;
  event.preventDefault();
  virtualizer.scrollToIndex(next);
  const focus = (): boolean => {
    const row = currentTarget.querySelector<HTMLElement>(`[data-index="${next}"] [data-row]`);
    row?.focus();
    return row !== null;
  };
  // A row that was not on the screen is in the document with the next frame; any other has the focus before the next key.
  if (!focus()) requestAnimationFrame(focus);
}
