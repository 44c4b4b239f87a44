// Now: the Apps that use the network at this moment, with what they carry, and allow or deny in place.
import { memo, useCallback, useDeferredValue, useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { safeText } from '../../shared/text-safety.ts';
import { Button } from '../design/button.tsx';
import { EmptyState } from '../design/empty-state.tsx';
import { Icon } from '../design/icon.tsx';
import { useWords } from '../language/words.tsx';
import { useDesktopPart } from '../use-desktop.tsx';
import { useUsers } from '../use-users.ts';
import { changeQuery, useRoute, useSearchText } from '../window/use-route.ts';
import { readSpan, writeSpan } from './chart-span.ts';
import { NowChart } from './now-chart.tsx';
import type { NowState } from './now-feed.ts';
import { NowList } from './now-list.tsx';
import styles from './now-page.module.css';
import { nowFinder } from './now-search.ts';
import { inOrderOf, NowRows, shownApps } from './now-view.ts';
import type { Span } from './now-view.ts';
import { useAmounts } from '../language/use-amounts.ts';
import { DecisionsProvider } from './use-decisions.tsx';
import { useNowFeed } from './use-now-feed.ts';

export function NowPage(): ReactNode {
  // Drawn a piece at a time: whatever a person does meanwhile goes before it.
  const state = useDeferredValue(useNowFeed());
  const { query } = useRoute();
  const { model, nowMs, phase } = state;
  const span = useMemo(() => readSpan(query, nowMs), [query, nowMs]);
  return (
    <div className={styles['page']} data-phase={phase}>
      <NowChart model={model} nowMs={nowMs} span={span} onSelect={select} />
      <Notes state={state} />
      <DecisionsProvider>
        <Found state={state} span={span} />
      </DecisionsProvider>
    </div>
  );
}

function select(span: Span | undefined): void {
  changeQuery(writeSpan(span));
}

interface FoundProps {
  readonly state: NowState;
  readonly span: Span | undefined;
}

const Found = memo(function Found({ state, span }: FoundProps): ReactNode {
  const { model, nowMs, phase } = state;
  const text = useSearchText();
  const users = useUsers();
  const finder = useMemo(() => nowFinder(text, users), [text, users]);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const onToggle = useCallback((key: string) => setOpen((before) => toggled(before, key)), []);
  const [held, setHeld] = useState<readonly string[]>();
  const options = { finder, span, nowMs };
  const busiest = shownApps(model, options);
  const apps = held === undefined ? busiest : inOrderOf(held, busiest);
  const rows = new NowRows(apps, open, options);
  if (rows.count === 0) return <NothingFound phase={phase} isAll={text === '' && span === undefined} />;
  return (
    <NowList
      rows={rows}
      model={model}
      nowMs={nowMs}
      span={span}
      onToggle={onToggle}
      onHold={(isHeld) => setHeld(isHeld ? (held ?? apps.map(({ app }) => app.id)) : undefined)}
    />
  );
});

function toggled(open: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const next = new Set(open);
  if (!next.delete(key)) next.add(key);
  return next;
}

/** What limits that which is shown, or what is done. */
const Notes = memo(function Notes({ state }: { readonly state: NowState }): ReactNode {
  const words = useWords();
  const { time } = useAmounts();
  const mode = useDesktopPart((desktop) => desktop.mode);
  const { model, error } = state;
  const notes = [
    ...(mode?.kind === 'paused' ? [words('now.paused', { time: time(mode.untilMs) })] : []),
    ...(error === undefined ? [] : [`${words('now.no-history')} ${safeText(error.text)}`]),
    ...(model.leftOut === 0 ? [] : [words('now.left-out', { count: model.leftOut })]),
  ];
  return (
    <div role="status">
      {notes.map((note) => (
        <p key={note} className={styles['note']}>
          <Icon name="info" />
          {note}
        </p>
      ))}
    </div>
  );
});

function NothingFound({
  phase,
  isAll,
}: {
  readonly phase: NowState['phase'];
  readonly isAll: boolean;
}): ReactNode {
  const words = useWords();
  if (phase === 'loading') return <p className={styles['loading']}>{words('now.loading')}</p>;
  if (isAll)
    return (
      <EmptyState icon="now" title={words('now.empty')}>
        <p>{words('now.empty.text')}</p>
      </EmptyState>
    );
  return (
    <EmptyState
      icon="search"
      title={words('now.nothing-found')}
      actions={
        <Button onClick={() => changeQuery({ q: '', from: '', to: '' })}>{words('now.show-all')}</Button>
      }
    >
      <p>{words('now.nothing-found.text')}</p>
    </EmptyState>
  );
}
