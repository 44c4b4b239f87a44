// Windows and displays as Electron has them. On Wayland a window can neither place itself nor stay above others: what is asked for
// there is left out by the compositor without harm.
import { BrowserWindow, screen } from 'electron';
import type { Bounds, Shells, WindowEvents, WindowOptions, WindowPort } from './ports.ts';
import { SMALLEST_MAIN } from './window-bounds.ts';
import { webPreferences } from './web-preferences.ts';

export interface ElectronWindowsOptions {
  readonly preload: string;
  readonly icon: string;
}

export function electronShells(options: ElectronWindowsOptions): Shells {
  return {
    createWindow: (wanted, events) => createWindow(wanted, events, options),
    screen: {
      workArea: () => screen.getDisplayNearestPoint(screen.getCursorScreenPoint()).workArea,
      workAreas: () => screen.getAllDisplays().map((display) => display.workArea),
    },
  };
}

function createWindow(
  { name, url, bounds, isMaximized }: WindowOptions,
  events: WindowEvents,
  { preload, icon }: ElectronWindowsOptions,
): WindowPort {
  const window = new BrowserWindow({
    ...bounds,
    icon,
    show: false,
    // Else a page that nobody has seen yet takes itself for visible, and its buttons arm.
    paintWhenInitiallyHidden: false,
    title: 'Sallyport',
    autoHideMenuBar: true,
    webPreferences: webPreferences(preload),
    ...(name === 'main' && { minWidth: SMALLEST_MAIN.width, minHeight: SMALLEST_MAIN.height }),
    ...(name === 'prompt' && {
      resizable: false,
      minimizable: false,
      maximizable: false,
      fullscreenable: false,
      alwaysOnTop: true,
    }),
  });
  window.removeMenu();
  if (name === 'prompt') window.setVisibleOnAllWorkspaces(true);
  if (isMaximized === true) window.once('show', () => window.maximize());
  listen(window, events);
  void window.loadURL(url).catch(() => undefined);
  return portOf(window);
}

function listen(window: BrowserWindow, events: WindowEvents): void {
  window.on('close', (event) => {
    if (!events.onClose()) event.preventDefault();
  });
  window.on('closed', events.onClosed);
  window.on('blur', events.onBlur);
  window.webContents.on('render-process-gone', events.onGone);
}

function portOf(window: BrowserWindow): WindowPort {
  return {
    id: window.webContents.id,
    show: () => {
      if (window.isMinimized()) window.restore();
      window.show();
      window.focus();
    },
    showQuietly: () => window.showInactive(),
    hide: () => window.hide(),
    destroy: () => window.destroy(),
    load: (url) => void window.loadURL(url).catch(() => undefined),
    isVisible: () => window.isVisible() && !window.isMinimized(),
    isFocused: () => window.isFocused(),
    bounds: (): Bounds => window.getNormalBounds(),
    setBounds: (wanted) => window.setBounds(wanted),
    isMaximized: () => window.isMaximized(),
  };
}
