// Where windows go. Pure.
import type { Bounds } from './ports.ts';

export const PROMPT_SIZE = { width: 720, height: 600 };
export const MAIN_SIZE = { width: 1100, height: 740 };
export const SMALLEST_MAIN = { width: 480, height: 360 };
const MARGIN = 16;

/** In the upper corner of the screen where notifications come, and never larger than what is free. */
export function promptBounds(workArea: Bounds): Bounds {
  const width = Math.min(PROMPT_SIZE.width, workArea.width);
  const height = Math.min(PROMPT_SIZE.height, workArea.height);
  return {
    x: Math.max(workArea.x, workArea.x + workArea.width - width - MARGIN),
    y: Math.min(workArea.y + MARGIN, workArea.y + workArea.height - height),
    width,
    height,
  };
}

/** Where the main window was, as far as it is still on a display; its size alone where that display is gone. */
export function mainBounds(
  remembered: Bounds | undefined,
  workAreas: readonly Bounds[],
): Partial<Bounds> & Pick<Bounds, 'width' | 'height'> {
  if (remembered === undefined) return MAIN_SIZE;
  const home = workAreas.find((area) => overlap(remembered, area) >= MARGIN);
  const { width, height } = limited(remembered, home ?? workAreas[0]);
  if (home === undefined) return { width, height };
  const x = between(remembered.x, [home.x, home.x + home.width - width]);
  const y = between(remembered.y, [home.y, home.y + home.height - height]);
  return { x, y, width, height };
}

function limited(size: Bounds, area: Bounds | undefined): Pick<Bounds, 'width' | 'height'> {
  return {
    width: between(size.width, [SMALLEST_MAIN.width, area?.width ?? size.width]),
    height: between(size.height, [SMALLEST_MAIN.height, area?.height ?? size.height]),
  };
}

/** The shorter side of what both share; 0 or less where they share nothing. */
function overlap(left: Bounds, right: Bounds): number {
  const width = Math.min(left.x + left.width, right.x + right.width) - Math.max(left.x, right.x);
  const height = Math.min(left.y + left.height, right.y + right.height) - Math.max(left.y, right.y);
  return Math.min(width, height);
}

function between(value: number, [least, most]: readonly [number, number]): number {
  return Math.max(least, Math.min(value, most));
}
