// What the chart shows, in numbers: of the whole five minutes, or of the span that is selected.
import type { ReactNode } from 'react';
import { useIntl } from 'react-intl';
import { Button } from '../design/button.tsx';
import { classNames } from '../design/class-names.ts';
import { useWords } from '../language/words.tsx';
import styles from './chart-legend.module.css';
import type { NowModel } from './now-model.ts';
import { wholeWindow } from './now-view.ts';
import type { Span } from './now-view.ts';
import { useAmounts } from '../language/use-amounts.ts';
import { useStepWords } from './use-step-words.ts';

interface ChartLegendProps {
  readonly model: NowModel;
  readonly nowMs: number;
  readonly span: Span | undefined;
  readonly onClear: () => void;
}

export function ChartLegend({ model, nowMs, span, onClear }: ChartLegendProps): ReactNode {
  const words = useWords();
  const intl = useIntl();
  const { bytes } = useAmounts();
  const stepWords = useStepWords(model);
  const { fromStep, toStep } = span ?? wholeWindow(nowMs);
  const sum = (series: Parameters<typeof model.activity.sum>[0]): number =>
    model.activity.sum(series, fromStep, toStep);
  const entries = [
    ...(model.isCounted
      ? ([
          ['down', bytes(sum('bytesIn'))],
          ['up', bytes(sum('bytesOut'))],
        ] as const)
      : []),
    ['flows', intl.formatNumber(sum('flows'))],
    ['refusals', intl.formatNumber(sum('refusals'))],
  ] as const;
  return (
    <div className={styles['legend']}>
      <dl className={styles['entries']}>
        {entries.map(([kind, amount]) => (
          <div key={kind} className={styles['entry']} data-series={kind}>
            <dt>
              <span className={classNames(styles['mark'], styles[kind])} aria-hidden="true" />
              {words(`now.chart.${kind}`)}
            </dt>
            <dd>{amount}</dd>
          </div>
        ))}
      </dl>
      {span === undefined ? (
        <p className={styles['time']}>{words('now.column.activity')}</p>
      ) : (
        <div className={styles['selected']} role="status">
          <span>{words('now.chart.span', stepWords.span(span))}</span>
          <Button kind="quiet" icon="close" onClick={onClear}>
            {words('now.chart.clear')}
          </Button>
        </div>
      )}
    </div>
  );
}
