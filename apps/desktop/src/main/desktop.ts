// The desktop application without Electron: the windows over one connection to the agent, and who may ask what of it.
import type { AnyCall } from '../host/checked-calls.ts';
import type { DesktopHost } from '../host/desktop-host.ts';
import { reduceUpdate } from '../shared/reduce.ts';
import type { DesktopState } from '../shared/state.ts';
import { languageOf } from '../shared/languages.ts';
import { Announcer } from './announcer.ts';
import type { NoticePort } from './announcer.ts';
import type { Autostart } from './autostart.ts';
import type { DesktopMemory } from './desktop-memory.ts';
import { MainWindow } from './main-window.ts';
import { PageLink } from './page-link.ts';
import type { Shells, WindowPort } from './ports.ts';
import { PromptWindow } from './prompt-window.ts';
import { Tray } from './tray/tray.ts';
import type { TrayOptions, TrayPort } from './tray/tray.ts';
import { trayWords } from './tray/tray-words.ts';
import type { TrayWords } from './tray/tray-words.ts';
import { callOf } from './window-calls.ts';
import type { WindowCallTarget } from './window-calls.ts';

export interface DesktopOptions {
  readonly host: Pick<DesktopHost, 'call' | 'subscribe' | 'state' | 'stop'>;
  readonly shells: Shells;
  readonly memory: DesktopMemory;
  readonly autostart: Autostart;
  readonly tray: TrayPort;
  readonly notices: NoticePort;
  /** Whether a window of ours comes to the front by itself. */
  readonly windowsComeToFront: boolean;
  /** Languages that the person reads, the best first, unless they chose another one. */
  readonly languages: readonly string[];
  readonly quit: () => void;
}

export class Desktop {
  /** What pages may reach. */
  readonly pages: PageLink;
  readonly promptWindow: PromptWindow;
  readonly mainWindow: MainWindow;
  readonly #options: DesktopOptions;
  readonly #tray: Tray;
  readonly #announcer: Announcer;
  readonly #windows = new Set<number>();
  readonly #leave: () => void;
  #state: DesktopState;
  #words: TrayWords;

  constructor(options: DesktopOptions) {
    const { host, shells, memory } = options;
    this.#options = options;
    this.#state = host.state();
    this.#words = wordsOf(this.#state, options.languages);
    const windows = {
      shells,
      onWindow: ({ id }: WindowPort) => void this.#windows.add(id),
      onWindowGone: (id: number) => void this.#windows.delete(id),
    };
    this.promptWindow = new PromptWindow(windows);
    this.mainWindow = new MainWindow({ ...windows, memory });
    this.#announcer = this.#makeAnnouncer();
    this.#tray = this.#makeTray();
    const call = this.#tray.noting(host.call);
    const target = this.#target();
    this.pages = new PageLink({
      isWindow: (id) => this.#windows.has(id),
      callOf: (id): AnyCall => callOf(id, target, call),
      subscribe: host.subscribe,
    });
    this.#leave = host.subscribe((update) => {
      const before = this.#state;
      this.#state = reduceUpdate(before, update);
      if (this.#state.preferences !== before.preferences)
        this.#words = wordsOf(this.#state, options.languages);
      this.promptWindow.follow(this.#state.prompts);
      this.#announcer.follow(this.#state.prompts);
      this.#tray.follow(this.#state);
    });
  }

  async end(): Promise<void> {
    this.#leave();
    this.mainWindow.end();
    this.promptWindow.end();
    this.#tray.end();
    await this.#options.host.stop();
  }

  #makeAnnouncer(): Announcer {
    const { notices, host, windowsComeToFront } = this.#options;
    return new Announcer({
      port: notices,
      call: (name, argument) => this.#tray.noting(host.call)(name, argument),
      words: () => this.#words,
      isNeeded: () => !windowsComeToFront || !this.promptWindow.isThere,
      openQuestions: () => this.promptWindow.open(),
    });
  }

  #makeTray(): Tray {
    const { tray, host, autostart } = this.#options;
    return new Tray({
      port: tray,
      call: host.call,
      words: () => this.#words,
      isAutostart: () => autostart.isEnabled,
      act: (action) => this.#act(action),
      tellFailure: (error) => this.#announcer.tellFailure(error),
    });
  }

  #act(action: Parameters<TrayOptions['act']>[0]): void {
    switch (action.kind) {
      case 'questions':
        return this.promptWindow.open();
      case 'main':
        return this.mainWindow.open(action.page);
      case 'autostart':
        return this.#options.autostart.set(action.enabled);
      case 'quit':
        return this.#options.quit();
    }
  }

  #target(): WindowCallTarget {
    const { autostart } = this.#options;
    return {
      putAside: (id) => this.promptWindow.putAside(id),
      close: (id) => this.mainWindow.close(id) || this.promptWindow.putAside(id),
      openMain: (page) => this.mainWindow.open(page),
      openPrompt: () => this.promptWindow.open(),
      autostart: () => autostart.isEnabled,
      setAutostart: (enabled) => {
        autostart.set(enabled);
        this.#tray.refresh();
      },
    };
  }
}

function wordsOf({ preferences }: DesktopState, languages: readonly string[]): TrayWords {
  return trayWords(languageOf(preferences?.chosen, languages));
}
