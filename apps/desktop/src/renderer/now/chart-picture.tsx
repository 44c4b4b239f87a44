// The picture of the chart; what it says is said in words beside it, so a screen reader passes over it.
import type { ReactNode } from 'react';
import { useWords } from '../language/words.tsx';
import { STEP_MS, STEPS } from './activity.ts';
import type { Series } from './activity.ts';
import { areaBelow, barsPath, linePath, steadied, valuesOf } from './activity-shape.ts';
import styles from './chart-picture.module.css';
import type { NowModel } from './now-model.ts';
import type { Span } from './now-view.ts';
import { useAmounts } from '../language/use-amounts.ts';

interface ChartPictureProps {
  readonly model: NowModel;
  readonly nowMs: number;
  readonly whole: Span;
  readonly span: Span | undefined;
  readonly cursor: number;
}

const BOX = { viewBox: `0 0 ${STEPS} 1`, preserveAspectRatio: 'none' } as const;
const GRID_STEPS = 12;

export function ChartPicture({ model, nowMs, whole, span, cursor }: ChartPictureProps): ReactNode {
  const { activity, isCounted } = model;
  const flows = valuesOf(activity, ['flows'], whole);
  const refusals = valuesOf(activity, ['refusals'], whole);
  // One measure for both, so that they can be compared.
  const most = Math.max(1, ...flows, ...refusals);
  return (
    <div className={styles['picture']} aria-hidden="true" data-counted={isCounted}>
      <svg className={styles['grid']} {...BOX}>
        <path d={gridPath(whole)} />
      </svg>
      {isCounted && <Carried model={model} nowMs={nowMs} whole={whole} />}
      <svg className={styles['flows']} {...BOX}>
        <path d={barsPath(flows, most)} />
      </svg>
      <svg className={styles['refusals']} {...BOX}>
        <path d={barsPath(refusals, most)} />
      </svg>
      {span !== undefined && <span className={styles['span']} style={placeOf(span, whole)} />}
      <span className={styles['cursor']} style={placeOf({ fromStep: cursor, toStep: cursor }, whole)} />
    </div>
  );
}

function Carried({ model, nowMs, whole }: Pick<ChartPictureProps, 'model' | 'nowMs' | 'whole'>): ReactNode {
  const words = useWords();
  const { rate } = useAmounts();
  const line = (series: Series): readonly number[] =>
    steadied(valuesOf(model.activity, [series], whole), whole, nowMs);
  const [down, up] = [line('bytesIn'), line('bytesOut')];
  const most = Math.max(...down, ...up);
  return (
    <>
      <svg className={styles['carried']} {...BOX}>
        {most > 0 && (
          <>
            <path className={styles['area']} d={areaBelow(linePath(down, most))} />
            <path className={styles['down']} d={linePath(down, most)} />
            <path className={styles['up']} d={linePath(up, most)} />
          </>
        )}
      </svg>
      {most > 0 && (
        <span className={styles['most']}>
          {words('now.chart.most', { rate: rate((most * 1000) / STEP_MS) })}
        </span>
      )}
    </>
  );
}

/** A line for every full minute of the clock. */
function gridPath({ fromStep, toStep }: Span): string {
  const first = Math.ceil(fromStep / GRID_STEPS) * GRID_STEPS;
  let path = '';
  for (let step = first; step <= toStep; step += GRID_STEPS) path += `M${step - fromStep} 0V1`;
  return path;
}

function placeOf(
  { fromStep, toStep }: Span,
  whole: Span,
): { readonly insetInlineStart: string; readonly insetInlineEnd: string } {
  return {
    insetInlineStart: `${(100 * (fromStep - whole.fromStep)) / STEPS}%`,
    insetInlineEnd: `${(100 * (whole.toStep - toStep)) / STEPS}%`,
  };
}
