// The chart over the list: what was carried above, connections and refusals below, five seconds a step. Dragging, or arrows with Shift,
// select a time span; Esc or a click give it up.
import { memo, useState } from 'react';
import type { KeyboardEvent, PointerEvent, ReactNode } from 'react';
import { useWords } from '../language/words.tsx';
import { STEPS } from './activity.ts';
import { ChartLegend } from './chart-legend.tsx';
import { ChartPicture } from './chart-picture.tsx';
import { movedCursor, spanOf } from './chart-span.ts';
import type { ChartCursor } from './chart-span.ts';
import { ChartTable } from './chart-table.tsx';
import styles from './now-chart.module.css';
import type { NowModel } from './now-model.ts';
import { wholeWindow } from './now-view.ts';
import type { Span } from './now-view.ts';
import { useStepWords } from './use-step-words.ts';

interface NowChartProps {
  readonly model: NowModel;
  readonly nowMs: number;
  readonly span: Span | undefined;
  readonly onSelect: (span: Span | undefined) => void;
}

export const NowChart = memo(function NowChart(props: NowChartProps): ReactNode {
  const { model, nowMs, span, onSelect } = props;
  const words = useWords();
  const stepWords = useStepWords(model);
  const [drawn, setDrawn] = useState<ChartCursor>();
  const [placed, setPlaced] = useState<ChartCursor>();
  const whole = wholeWindow(nowMs);
  const shown = drawn === undefined ? span : spanOf(drawn);
  const cursor = onChart(placed ?? cursorAt(span, whole), whole);

  const onPointerDown = (event: PointerEvent<HTMLElement>): void => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const step = stepUnder(event, whole);
    setDrawn({ step, anchorStep: step });
  };
  const onPointerMove = (event: PointerEvent<HTMLElement>): void => {
    if (drawn !== undefined) setDrawn({ ...drawn, step: stepUnder(event, whole) });
  };
  const onPointerUp = (): void => {
    if (drawn === undefined) return;
    // A click without a drag shows everything again.
    const isClick = drawn.step === drawn.anchorStep;
    setPlaced(drawn);
    setDrawn(undefined);
    onSelect(isClick ? undefined : spanOf(drawn));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') {
      setPlaced({ step: cursor.step, anchorStep: cursor.step });
      return onSelect(undefined);
    }
    const moved = movedCursor(cursor, event, whole.toStep);
    if (moved === undefined) return;
    event.preventDefault();
    setPlaced(moved);
    if (event.shiftKey) onSelect(spanOf(moved));
  };
  const point = stepWords(cursor.step);
  return (
    <section className={styles['whole']} aria-label={words('now.chart')}>
      <ChartLegend model={model} nowMs={nowMs} span={shown} onClear={() => onSelect(undefined)} />
      <div
        className={styles['chart']}
        role="slider"
        tabIndex={0}
        aria-label={words('now.chart')}
        aria-description={words('now.chart.help')}
        aria-valuemin={0}
        aria-valuemax={STEPS - 1}
        aria-valuenow={cursor.step - whole.fromStep}
        aria-valuetext={
          span === undefined ? point : words('now.chart.selected', { point, ...stepWords.span(span) })
        }
        title={words('now.chart.help')}
        data-chart
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerUp}
        onPointerCancel={() => setDrawn(undefined)}
        onKeyDown={onKeyDown}
      >
        <ChartPicture model={model} nowMs={nowMs} whole={whole} span={shown} cursor={cursor.step} />
      </div>
      <ChartTable model={model} whole={whole} />
    </section>
  );
});

function cursorAt(span: Span | undefined, whole: Span): ChartCursor {
  return span === undefined
    ? { step: whole.toStep, anchorStep: whole.toStep }
    : { step: span.toStep, anchorStep: span.fromStep };
}

/** Time goes on while a cursor rests. */
function onChart({ step, anchorStep }: ChartCursor, { fromStep }: Span): ChartCursor {
  return { step: Math.max(step, fromStep), anchorStep: Math.max(anchorStep, fromStep) };
}

function stepUnder({ clientX, currentTarget }: PointerEvent<HTMLElement>, whole: Span): number {
  const { left, width } = currentTarget.getBoundingClientRect();
  const place = Math.floor(((clientX - left) / width) * STEPS);
  return whole.fromStep + Math.min(STEPS - 1, Math.max(0, place));
}
