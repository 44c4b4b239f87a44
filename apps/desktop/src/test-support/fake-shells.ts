// Windows and displays without a screen, with a record of what was asked of them.
import type { Bounds, Shells, WindowEvents, WindowOptions, WindowPort } from '../main/ports.ts';

export interface FakeWindow {
  readonly port: WindowPort;
  readonly options: WindowOptions;
  readonly events: WindowEvents;
  /** show, showQuietly, hide, destroy, load URL, in order. */
  readonly asked: string[];
  isFocused: boolean;
}

export interface FakeShells {
  readonly shells: Shells;
  /** Those that are there. */
  readonly windows: readonly FakeWindow[];
}

export const WORK_AREA: Bounds = { x: 0, y: 24, width: 1366, height: 744 };

export function fakeShells(): FakeShells {
  const windows: FakeWindow[] = [];
  let made = 0;
  const createWindow = (options: WindowOptions, events: WindowEvents): WindowPort => {
    const window = fakeWindow({ id: ++made, options, events });
    windows.push(window);
    const destroy = (): void => {
      const at = windows.indexOf(window);
      if (at < 0) return;
      windows.splice(at, 1);
      events.onClosed();
    };
    Object.assign(window.port, { destroy });
    return window.port;
  };
  return {
    shells: { createWindow, screen: { workArea: () => WORK_AREA, workAreas: () => [WORK_AREA] } },
    windows,
  };
}

interface Made {
  readonly id: number;
  readonly options: WindowOptions;
  readonly events: WindowEvents;
}

function fakeWindow({ id, options, events }: Made): FakeWindow {
  const asked: string[] = [];
  let isVisible = false;
  const become = (visible: boolean, what: string): void => {
    isVisible = visible;
    asked.push(what);
  };
  const window: FakeWindow = {
    port: {
      id,
      show: () => become(true, 'show'),
      showQuietly: () => become(true, 'showQuietly'),
      hide: () => become(false, 'hide'),
      destroy: () => undefined,
      load: (url) => void asked.push(`load ${url}`),
      isVisible: () => isVisible,
      isFocused: () => window.isFocused,
      bounds: () => ({ x: 5, y: 30, width: 800, height: 500 }),
      setBounds: () => undefined,
      isMaximized: () => true,
    },
    options,
    events,
    asked,
    isFocused: false,
  };
  return window;
}
