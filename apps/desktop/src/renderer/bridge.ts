// The DesktopApi of this page: from Electron's preload, or from the script that the web shell puts in front. Pages ask here only.
import type { DesktopApi } from '../shared/desktop-api.ts';
import { BRIDGE_NAME } from '../shared/bridge-name.ts';

/** Undefined where the page was opened by itself, as a file or on another server. */
export function findDesktopApi(): DesktopApi | undefined {
  return (globalThis as { readonly [BRIDGE_NAME]?: DesktopApi })[BRIDGE_NAME];
}
