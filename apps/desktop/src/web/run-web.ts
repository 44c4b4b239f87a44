// One run of the web shell: start it, say where it is or open a window, and end when nobody needs it any more.
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { startDesktopHost } from '../host/desktop-host.ts';
import type { DesktopHost } from '../host/desktop-host.ts';
import { readPageFiles } from '../host/page-files.ts';
import { agentSocket } from '../host/agent-socket.ts';
import { BrowserWindow } from './browser-window.ts';
import { findBrowser } from './installed-browser.ts';
import type { BrowserPlaces } from './installed-browser.ts';
import type { WebOptions } from './options.ts';
import { pagesWithBridge } from './pages-with-bridge.ts';
import { startWebShell } from './web-shell.ts';
import type { WebShell } from './web-shell.ts';

/** `noWindow`: no display, no browser, or one that did not show the page; another front end may do. */
export const EXIT_CODES = { done: 0, failed: 1, usage: 2, noWindow: 3 } as const;

export interface Surroundings {
  /** The built pages. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly browsers: BrowserPlaces;
  /** Failures go to `print` as documents. */
  /** Where what a person chooses for all windows is kept; undefined: nowhere. */
  readonly preferencesFile: string | undefined;
  readonly json: boolean;
  readonly print: (line: string) => void;
  readonly warn: (line: string) => void;
  /** Where a person may ask for a new address with Return. */
  readonly keys: Readable | undefined;
  readonly stop: AbortSignal;
}

const UNUSED_MS = 10 * 60_000;
const LOOK_MS = 5000;

/** Resolves with the exit status. */
export async function runWeb(options: WebOptions, surroundings: Surroundings): Promise<number> {
  const built = readPageFiles(surroundings.folder);
  const files = built && pagesWithBridge(built);
  if (files === undefined) return fail(surroundings, NOT_BUILT);
  const host = startDesktopHost({
    ...agentSocket(options.socketPath),
    preferencesFile: surroundings.preferencesFile,
  });
  try {
    const shell = await startWebShell({ host, files, port: options.port });
    try {
      return await serve(shell, options, surroundings);
    } finally {
      await shell.close();
    }
  } catch (failure) {
    return fail(surroundings, listenFailure(failure, options.port));
  } finally {
    await stopWithin(host, 1000);
  }
}

function serve(shell: WebShell, options: WebOptions, surroundings: Surroundings): Promise<number> {
  return options.open ? serveWindow(shell, surroundings) : serveAddress(shell, surroundings);
}

async function serveAddress(
  shell: WebShell,
  { json, print, warn, keys, stop }: Surroundings,
): Promise<number> {
  let shownAtMs = Date.now();
  const show = (): void => {
    shownAtMs = Date.now();
    const { url, untilMs } = shell.newAddress();
    if (json) print(JSON.stringify({ url, untilMs, port: shell.port, pid: process.pid }));
    else [`  ${url}`, ''].forEach(print);
  };
  if (!json) [...INTRODUCTION, ''].forEach(print);
  show();
  if (!json)
    print(keys === undefined ? 'Ctrl-C or SIGTERM ends it.' : 'Return shows a new address, Ctrl-C ends.');
  keys?.on('data', show);
  while (!stop.aborted) {
    await delay(LOOK_MS, undefined, { signal: stop }).catch(() => undefined);
    if (shell.sessions() > 0) shownAtMs = Date.now();
    if (Date.now() - shownAtMs < UNUSED_MS) continue;
    warn('No page was open for a while: the web shell ends.');
    return EXIT_CODES.done;
  }
  return EXIT_CODES.done;
}

async function serveWindow(shell: WebShell, surroundings: Surroundings): Promise<number> {
  const { environment, browsers, json, print, stop } = surroundings;
  if (!hasDisplay(environment)) return noWindow(surroundings, 'There is no display to open a window on.');
  const browser = findBrowser(browsers);
  if (browser === undefined) return noWindow(surroundings, 'No Chromium, Chrome or Firefox is installed.');
  const window = new BrowserWindow(browser, shell.newAddress().url);
  if (!json) print(`Opening a window of ${browser.name}; closing it ends this.`);
  const stopped = new Promise<'stopped'>((resolve) =>
    stop.addEventListener('abort', () => resolve('stopped')),
  );
  const how = await Promise.race([window.closed, stopped]);
  const wasUsed = shell.sessions() > 0;
  await window.end();
  if (how === 'stopped' || wasUsed) return EXIT_CODES.done;
  return noWindow(surroundings, `${browser.path} ended with ${how ?? 'a signal'} and did not show the page.`);
}

function hasDisplay(environment: Surroundings['environment']): boolean {
  return [environment['WAYLAND_DISPLAY'], environment['DISPLAY']].some(
    (name) => name !== undefined && name !== '',
  );
}

function noWindow(surroundings: Surroundings, message: string): number {
  fail(surroundings, { message });
  return EXIT_CODES.noWindow;
}

interface Failure {
  readonly message: string;
  readonly remedy?: string;
}

/** As every command of `sallyport` reports it. */
function fail({ json, print, warn }: Surroundings, { message, remedy }: Failure): number {
  const exit = EXIT_CODES.failed;
  if (json) print(JSON.stringify({ error: { exit, kind: 'refused', message, remedy } }));
  else [message, ...(remedy === undefined ? [] : [remedy])].forEach(warn);
  return exit;
}

function listenFailure(failure: unknown, port: number): Failure {
  const code = failure instanceof Error && 'code' in failure ? failure.code : undefined;
  if (code === 'EADDRINUSE')
    return { message: `Port ${port} is taken.`, remedy: 'Choose another one, or leave --port away.' };
  if (code === 'EACCES')
    return { message: `This user may not listen on port ${port}.`, remedy: 'Choose one above 1023.' };
  throw failure;
}

/** Calls on their way need not be waited for. */
async function stopWithin(host: DesktopHost, durationMs: number): Promise<void> {
  await Promise.race([host.stop(), delay(durationMs, undefined, { ref: false })]);
}

const NOT_BUILT: Failure = {
  message: 'The pages are not built.',
  remedy: 'Run `npm run build` in the checkout.',
};
const INTRODUCTION = [
  'Sallyport in your browser. The address works once, within a minute, on this machine alone:',
];
