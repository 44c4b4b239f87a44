// The lines of charts: one value a step, as a path in a box of STEPS by 1 whose origin is at the top left. Pure.
import { STEP_MS } from './activity.ts';
import type { Activity, Series } from './activity.ts';
import type { Span } from './now-view.ts';

/** Counts come every second. */
const MOMENT_MS = 2000;

/** One number for each step of the span; several series are added up. */
export function valuesOf(
  activity: Activity,
  series: readonly Series[],
  { fromStep, toStep }: Span,
): readonly number[] {
  return Array.from({ length: toStep - fromStep + 1 }, (_, index) =>
    series.reduce((sum, one) => sum + activity.at(one, fromStep + index), 0),
  );
}

/** The same for a step that is under way, as if it went on like this: no chart ends with a fall that is none. */
export function steadied(values: readonly number[], { toStep }: Span, nowMs: number): readonly number[] {
  const elapsedMs = Math.max(MOMENT_MS, nowMs - toStep * STEP_MS);
  if (elapsedMs >= STEP_MS) return values;
  const last = ((values.at(-1) ?? 0) * STEP_MS) / elapsedMs;
  return [...values.slice(0, -1), Math.min(last, Math.max(...values))];
}

/** From the middle of one step to the middle of the next, ends drawn out to the edges. */
export function linePath(values: readonly number[], most: number): string {
  const points = values.map((value, index) => `${index + 0.5} ${heightOf(value, most)}`);
  const [first = '0 1', last = '0 1'] = [points[0], points.at(-1)];
  const start = `M0 ${first.split(' ')[1] ?? '1'}`;
  return `${start}L${points.join('L')}L${values.length} ${last.split(' ')[1] ?? '1'}`;
}

/** What is below a line. */
export function areaBelow(line: string): string {
  return `${line}V1H0Z`;
}

/** A bar for each step that has a value. */
export function barsPath(values: readonly number[], most: number): string {
  return values
    .map((value, index) => (value === 0 ? '' : `M${index + 0.15} 1V${heightOf(value, most)}h0.7V1Z`))
    .join('');
}

function heightOf(value: number, most: number): string {
  return most === 0 ? '1' : String(Math.round(1000 - (1000 * value) / most) / 1000);
}
