// The one prompt window: made before it is needed, shown without taking the keyboard, hidden when there is nothing left to answer.
import type { Prompt } from '../shared/model.ts';
import { pageUrl } from './app-scheme.ts';
import type { Shells, WindowPort } from './ports.ts';
import { afterAskedFor, afterPrompts, afterPutAside, OUT_OF_SIGHT } from './prompt-visibility.ts';
import { promptBounds } from './window-bounds.ts';

export interface PromptWindowOptions {
  readonly shells: Shells;
  readonly onWindow: (window: WindowPort) => void;
  readonly onWindowGone: (id: number) => void;
  /** An answer can be taken back in the window for a moment; only then it goes. */
  readonly lingerMs?: number;
  /** How long after a crash it is made anew. */
  readonly remakeMs?: number;
}

const LINGER_MS = 12_000;
const REMAKE_MS = 1000;

export class PromptWindow {
  readonly #options: PromptWindowOptions;
  #window: WindowPort | undefined;
  #visibility = OUT_OF_SIGHT;
  #prompts: readonly Prompt[] = [];
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(options: PromptWindowOptions) {
    this.#options = options;
    this.#make();
  }

  /** With every change of the state. */
  follow(prompts: readonly Prompt[]): void {
    if (prompts === this.#prompts) return;
    this.#prompts = prompts;
    const wasWanted = this.#visibility.isWanted;
    this.#visibility = afterPrompts(this.#visibility, prompts);
    if (this.#visibility.isWanted) this.#appear();
    else if (wasWanted) this.#linger();
  }

  /** True where it is this window. */
  putAside(windowId: number): boolean {
    if (windowId !== this.#window?.id) return false;
    this.#visibility = afterPutAside(this.#prompts);
    this.#disappear();
    return true;
  }

  /** From the tray or a notification: a person wants to see it, and has the keyboard for it. */
  open(): void {
    this.#visibility = afterAskedFor();
    this.#stay();
    this.#window?.show();
  }

  /** False for the moment after a crash. */
  get isThere(): boolean {
    return this.#window !== undefined;
  }

  get isVisible(): boolean {
    return this.#window?.isVisible() === true;
  }

  /** From now on it can be closed for good, as at the end of the application. */
  release(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }

  end(): void {
    this.release();
    this.#window?.destroy();
  }

  #make(): void {
    const { shells, onWindow, onWindowGone } = this.#options;
    const bounds = promptBounds(shells.screen.workArea());
    const window = shells.createWindow(
      { name: 'prompt', url: pageUrl('prompt'), bounds },
      {
        onClose: () => {
          this.putAside(window.id);
          return this.#isOver;
        },
        onBlur: () => this.#goWhenDone(),
        onGone: () => window.destroy(),
        onClosed: () => {
          onWindowGone(window.id);
          this.#remake();
        },
      },
    );
    this.#window = window;
    onWindow(window);
  }

  #remake(): void {
    this.#window = undefined;
    if (this.#isOver) return;
    setTimeout(() => {
      if (this.#isOver) return;
      this.#make();
      if (this.#visibility.isWanted) this.#appear();
    }, this.#options.remakeMs ?? REMAKE_MS).unref();
  }

  #appear(): void {
    this.#stay();
    if (this.#window === undefined || this.#window.isVisible()) return;
    this.#window.setBounds(promptBounds(this.#options.shells.screen.workArea()));
    this.#window.showQuietly();
  }

  #linger(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#goWhenDone();
    }, this.#options.lingerMs ?? LINGER_MS).unref();
  }

  /** Not from under the hands of somebody who works in it. */
  #goWhenDone(): void {
    const isDone = !this.#visibility.isWanted && this.#timer === undefined;
    if (isDone && this.#window?.isFocused() === false) this.#disappear();
  }

  #disappear(): void {
    this.#stay();
    this.#window?.hide();
  }

  #stay(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
