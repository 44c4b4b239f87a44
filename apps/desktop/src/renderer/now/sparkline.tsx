// The last five minutes of an App in a line of text: what it carried, or how often it connected, and below it what was refused. The
// row says the same in numbers, so a screen reader passes over it.
import type { ReactNode } from 'react';
import { STEPS } from './activity.ts';
import type { Activity } from './activity.ts';
import { areaBelow, barsPath, linePath, steadied, valuesOf } from './activity-shape.ts';
import { wholeWindow } from './now-view.ts';
import styles from './sparkline.module.css';

interface SparklineProps {
  readonly activity: Activity;
  readonly isCounted: boolean;
  readonly nowMs: number;
}

export function Sparkline({ activity, isCounted, nowMs }: SparklineProps): ReactNode {
  const span = wholeWindow(nowMs);
  const values = isCounted
    ? steadied(valuesOf(activity, ['bytesOut', 'bytesIn'], span), span, nowMs)
    : valuesOf(activity, ['flows'], span);
  const refusals = valuesOf(activity, ['refusals'], span);
  const most = Math.max(...values);
  const line = linePath(values, most);
  return (
    <span className={styles['whole']} aria-hidden="true">
      <svg className={styles['line']} viewBox={`0 0 ${STEPS} 1`} preserveAspectRatio="none">
        {most > 0 && <path className={styles['area']} d={areaBelow(line)} />}
        <path className={styles['stroke']} d={line} />
      </svg>
      <svg className={styles['refused']} viewBox={`0 0 ${STEPS} 1`} preserveAspectRatio="none">
        <path d={barsPath(refusals, Math.max(...refusals))} />
      </svg>
    </span>
  );
}
