// The chart as a table, for whoever does not see it: half a minute a row, the newest first.
import type { ReactNode } from 'react';
import { useIntl } from 'react-intl';
import { useWords } from '../language/words.tsx';
import { STEP_MS } from './activity.ts';
import type { Series } from './activity.ts';
import type { NowModel } from './now-model.ts';
import type { Span } from './now-view.ts';
import { useAmounts } from '../language/use-amounts.ts';

const STEPS_IN_ROW = 6;
const COUNTS = ['flows', 'refusals'] as const;
const BYTES = { down: 'bytesIn', up: 'bytesOut' } as const satisfies Readonly<Record<string, Series>>;

export function ChartTable({ model, whole }: { readonly model: NowModel; readonly whole: Span }): ReactNode {
  const words = useWords();
  const intl = useIntl();
  const { bytes, time } = useAmounts();
  const starts: number[] = [];
  for (let step = whole.toStep - STEPS_IN_ROW + 1; step >= whole.fromStep; step -= STEPS_IN_ROW)
    starts.push(step);
  const sum = (series: Series, start: number): number =>
    model.activity.sum(series, start, start + STEPS_IN_ROW - 1);
  const directions = model.isCounted ? (['down', 'up'] as const) : [];
  return (
    <table className="only-spoken">
      <caption>{words('now.chart')}</caption>
      <thead>
        <tr>
          <th scope="col">{words('now.chart.time')}</th>
          {[...COUNTS, ...directions].map((column) => (
            <th key={column} scope="col">
              {words(`now.chart.${column}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {starts.map((start) => (
          <tr key={start}>
            <th scope="row">{time(start * STEP_MS)}</th>
            {COUNTS.map((series) => (
              <td key={series}>{intl.formatNumber(sum(series, start))}</td>
            ))}
            {directions.map((direction) => (
              <td key={direction}>{bytes(sum(BYTES[direction], start))}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
