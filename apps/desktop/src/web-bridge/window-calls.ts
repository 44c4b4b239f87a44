// What a browser can do of what pages ask of their shell: open the main window or the prompt window beside this one, and close a window that a script or
// `sallyport web --open` opened. It cannot hide a window, and nothing of ours starts with the session.
import type { Outcome, WindowCalls } from '../shared/desktop-api.ts';

export interface BrowserWindowPort {
  readonly close: () => void;
  readonly isClosed: () => boolean;
  /** False where the browser keeps a page from opening windows. */
  readonly openNamed: (url: string, name: string) => boolean;
}

const MAIN_WINDOW = 'sallyport-main';
const PROMPT_WINDOW = 'sallyport-prompt';

export function windowCalls(window: BrowserWindowPort): WindowCalls {
  return {
    getShell: () => Promise.resolve({ ok: true, value: { kind: 'browser', windowCanHide: false } }),
    putWindowAside: () => done(false),
    closeWindow: () => {
      window.close();
      return done(window.isClosed());
    },
    openMainWindow: ({ page }) =>
      done(window.openNamed(page === undefined ? 'main.html' : `main.html#/${page}`, MAIN_WINDOW)),
    openPromptWindow: () => done(window.openNamed('prompt.html', PROMPT_WINDOW)),
    setAutostart: () => done(false),
  };
}

function done(isDone: boolean): Promise<Outcome<{ readonly done: boolean }>> {
  return Promise.resolve({ ok: true, value: { done: isDone } });
}
