// The time span that is selected on the chart, and how keys and the address change it. Pure.
import { STEP_MS, STEPS, stepOf } from './activity.ts';
import type { Span } from './now-view.ts';

/** A point of the chart, and where a selection that ends there began. */
export interface ChartCursor {
  readonly step: number;
  readonly anchorStep: number;
}

/** In both directions, whichever was first. */
export function spanOf({ step, anchorStep }: ChartCursor): Span {
  return { fromStep: Math.min(step, anchorStep), toStep: Math.max(step, anchorStep) };
}

const MOVES: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowRight: 1,
  ArrowDown: -1,
  ArrowUp: 1,
  PageDown: -12,
  PageUp: 12,
  Home: -STEPS,
  End: STEPS,
};

/** Undefined for a key that moves nothing. With Shift the selection is drawn out, without it the cursor moves alone. */
export function movedCursor(
  cursor: ChartCursor,
  { key, shiftKey }: { readonly key: string; readonly shiftKey: boolean },
  lastStep: number,
): ChartCursor | undefined {
  const by = MOVES[key];
  if (by === undefined) return undefined;
  const step = Math.min(lastStep, Math.max(lastStep - STEPS + 1, cursor.step + by));
  return { step, anchorStep: shiftKey ? cursor.anchorStep : step };
}

/** As the address has it: `from` and `to` in seconds. */
export function writeSpan(span: Span | undefined): { readonly from: string; readonly to: string } {
  if (span === undefined) return { from: '', to: '' };
  const seconds = STEP_MS / 1000;
  return { from: String(span.fromStep * seconds), to: String((span.toStep + 1) * seconds) };
}

/** Undefined where none is written, or it is over: the chart has the last five minutes only. */
export function readSpan(
  { from = '', to = '' }: Readonly<Record<string, string>>,
  nowMs: number,
): Span | undefined {
  if (!/^\d{1,12}$/.test(from) || !/^\d{1,12}$/.test(to)) return undefined;
  const lastStep = stepOf(nowMs);
  const fromStep = Math.max(stepOf(Number(from) * 1000), lastStep - STEPS + 1);
  const toStep = Math.min(stepOf(Number(to) * 1000) - 1, lastStep);
  return fromStep <= toStep ? { fromStep, toStep } : undefined;
}
