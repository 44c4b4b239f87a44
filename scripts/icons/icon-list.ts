// Which icons there are: the tray's for each state and panel, and the application's own.

export interface IconWanted {
  readonly state: string;
  /** The panel that it stands on; absent for what brings its own background. */
  readonly panel?: 'light' | 'dark';
  readonly size: number;
}

export const TRAY_STATES = ['filtering', 'degraded', 'paused', 'asking', 'unreachable'] as const;
const TRAY_SIZES = [16, 22, 24, 32, 48];
const APP_SIZES = [16, 22, 24, 32, 48, 128, 256, 512];

export const ICONS: readonly IconWanted[] = [
  ...TRAY_STATES.flatMap((state) =>
    (['light', 'dark'] as const).flatMap((panel) => TRAY_SIZES.map((size) => ({ state, panel, size }))),
  ),
  ...APP_SIZES.map((size) => ({ state: 'app', size })),
];

/** Below apps/desktop/icons; electron-builder finds the application's by these names. */
export function iconFile({ state, panel, size }: IconWanted): string {
  return panel === undefined ? `app/${size}x${size}.png` : `png/tray-${state}-${panel}-${size}.png`;
}
