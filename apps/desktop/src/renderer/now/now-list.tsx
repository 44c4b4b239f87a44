// The list of Now: only the rows on the screen are in the document. While a pointer or the keyboard is in it, Apps keep their places.
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { classNames } from '../design/class-names.ts';
import frame from '../design/rows.module.css';
import { useWords } from '../language/words.tsx';
import { AppRow } from './app-row.tsx';
import { EndpointRow } from './endpoint-row.tsx';
import { FlowRow } from './flow-row.tsx';
import styles from './now-list.module.css';
import type { NowModel } from './now-model.ts';
import type { RowPlace } from './now-row.tsx';
import type { NowRow, NowRows, Span } from './now-view.ts';
import { rootFontPx } from '../root-font.ts';
import { useMediaQuery } from '../use-media-query.ts';
import { useRowKeys } from './use-row-keys.ts';

interface NowListProps {
  readonly rows: NowRows;
  readonly model: NowModel;
  readonly nowMs: number;
  readonly span: Span | undefined;
  readonly onToggle: (key: string) => void;
  /** Somebody is in the list, or has left it. */
  readonly onHold: (isHeld: boolean) => void;
}

/** As the style sheet says: one line, unless the window is narrow. */
const ROW_REM = 1.75;
const NARROW = '(width < 60rem)';
const OVERSCAN = 3;

export function NowList({ rows, model, nowMs, span, onToggle, onHold }: NowListProps): ReactNode {
  const words = useWords();
  const scroller = useRef<HTMLDivElement>(null);
  const [remPx] = useState(rootFontPx);
  const isNarrow = useMediaQuery(NARROW);
  const virtualizer = useVirtualizer({
    count: rows.count,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_REM * remPx,
    getItemKey: (index) => rows.at(index)?.key ?? index,
    overscan: OVERSCAN,
  });
  const { currentKey, onFocus, onKeyDown } = useRowKeys({ rows, virtualizer, scroller, onToggle });
  return (
    <div
      ref={scroller}
      className={classNames(frame['scroller'], styles['scroller'])}
      role="treegrid"
      aria-label={words('now.list')}
      aria-rowcount={rows.count + 1}
      data-counted={model.isCounted}
      onKeyDown={onKeyDown}
      onFocus={(event) => {
        onFocus(event);
        if (event.target.matches(':focus-visible')) onHold(true);
      }}
      onBlur={({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget) && !currentTarget.matches(':hover')) onHold(false);
      }}
      onPointerEnter={() => onHold(true)}
      onPointerLeave={({ currentTarget }) => {
        if (currentTarget.querySelector(':focus-visible') === null) onHold(false);
      }}
    >
      <Head isCounted={model.isCounted} />
      <div className={frame['rows']} role="rowgroup" style={{ blockSize: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ key, index, start }) => {
          const row = rows.at(index);
          return (
            <div
              key={key}
              // Where rows have one line, none has to be measured.
              ref={isNarrow ? virtualizer.measureElement : undefined}
              data-index={index}
              className={frame['item']}
              role="presentation"
              style={{ transform: `translateY(${start}px)` }}
            >
              {row !== undefined && (
                <ListedRow
                  row={row}
                  model={model}
                  nowMs={nowMs}
                  span={span}
                  index={index}
                  isCurrent={isCurrent(row, index, currentKey)}
                  onToggle={onToggle}
                />
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function isCurrent(row: NowRow, index: number, currentKey: string | undefined): boolean {
  return currentKey === undefined ? index === 0 : row.key === currentKey;
}

interface ListedRowProps extends Pick<NowListProps, 'model' | 'nowMs' | 'span'>, RowPlace {
  readonly row: NowRow;
}

function ListedRow({ row, span, ...rest }: ListedRowProps): ReactNode {
  switch (row.kind) {
    case 'app':
      return <AppRow {...rest} shown={row.shown} isOpen={row.isOpen} span={span} />;
    case 'endpoint':
      return <EndpointRow {...rest} endpoint={row.endpoint} rowKey={row.key} isOpen={row.isOpen} />;
    case 'flow':
      return <FlowRow {...rest} flow={row.flow} rowKey={row.key} />;
  }
}

function Head({ isCounted }: { readonly isCounted: boolean }): ReactNode {
  const words = useWords();
  const columns = isCounted
    ? (['app', 'activity', 'down', 'up', 'endpoints', 'rule'] as const)
    : (['app', 'activity', 'endpoints', 'rule'] as const);
  return (
    <div className={frame['head']} role="rowgroup">
      <div className={frame['headRow']} role="row" aria-rowindex={1}>
        {columns.map((column) => (
          <span key={column} role="columnheader" className={styles[column]}>
            {words(`now.column.${column}`)}
          </span>
        ))}
      </div>
    </div>
  );
}
