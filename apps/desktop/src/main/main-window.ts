// The main window: made when somebody wants it, gone when it is closed, and where it was the next time.
import { pageUrl } from './app-scheme.ts';
import type { DesktopMemory } from './desktop-memory.ts';
import type { Shells, WindowPort } from './ports.ts';
import { mainBounds } from './window-bounds.ts';

export interface MainWindowOptions {
  readonly shells: Shells;
  readonly memory: DesktopMemory;
  readonly onWindow: (window: WindowPort) => void;
  readonly onWindowGone: (id: number) => void;
}

export class MainWindow {
  readonly #options: MainWindowOptions;
  #window: WindowPort | undefined;

  constructor(options: MainWindowOptions) {
    this.#options = options;
  }

  open(page?: string): void {
    if (this.#window === undefined) return this.#make(page);
    if (page !== undefined) this.#window.load(pageUrl('main', page));
    this.#window.show();
  }

  /** True where it is this window. */
  close(windowId: number): boolean {
    if (windowId !== this.#window?.id) return false;
    this.#remember(this.#window);
    this.#window.destroy();
    return true;
  }

  end(): void {
    if (this.#window !== undefined) this.close(this.#window.id);
  }

  #make(page?: string): void {
    const { shells, memory, onWindow, onWindowGone } = this.#options;
    const { bounds, isMaximized = false } = memory.now.mainWindow ?? {};
    const window = shells.createWindow(
      {
        name: 'main',
        url: pageUrl('main', page),
        bounds: mainBounds(bounds, shells.screen.workAreas()),
        isMaximized,
      },
      {
        onClose: () => {
          this.#remember(window);
          return true;
        },
        onBlur: () => undefined,
        onGone: () => window.destroy(),
        onClosed: () => {
          this.#window = undefined;
          onWindowGone(window.id);
        },
      },
    );
    this.#window = window;
    onWindow(window);
    window.show();
  }

  /** A maximised window is remembered as such, with the size that it has otherwise. */
  #remember(window: WindowPort): void {
    const mainWindow = { bounds: window.bounds(), isMaximized: window.isMaximized() };
    this.#options.memory.change({ mainWindow });
  }
}
