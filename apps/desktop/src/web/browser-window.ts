// BrowserWindow: a browser that shows the pages as a window, with a profile that goes away with it.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { FIREFOX_PREFERENCES, windowArguments } from './installed-browser.ts';
import type { InstalledBrowser } from './installed-browser.ts';

const STOP_TIMEOUT_MS = 2000;
const REMOVE_TRIES = 10;
const REMOVE_PAUSE_MS = 100;

export class BrowserWindow {
  readonly #child: ChildProcess;
  readonly #profile: string;
  /** Resolves with its exit code when it was closed; undefined where a signal ended it. Never rejects. */
  readonly closed: Promise<number | undefined>;

  constructor(browser: InstalledBrowser, url: string) {
    const base = browser.profileBase ?? tmpdir();
    mkdirSync(base, { recursive: true });
    this.#profile = mkdtempSync(join(base, 'sallyport-browser-'));
    if (browser.kind === 'firefox') writeFileSync(join(this.#profile, 'user.js'), FIREFOX_PREFERENCES);
    const isRoot = process.getuid?.() === 0;
    const words = windowArguments(browser, { url, profile: this.#profile, isRoot });
    // A process group of its own: its helpers end with it, and Ctrl-C in the terminal reaches it by way of us.
    this.#child = spawn(browser.path, words, { stdio: 'ignore', detached: true });
    this.closed = new Promise((resolve) => {
      this.#child.on('error', () => resolve(127));
      this.#child.on('close', (code) => resolve(code ?? undefined));
    });
  }

  /** Closes it where it is open, and removes its profile. */
  async end(): Promise<void> {
    this.#signal('SIGTERM');
    const timer = setTimeout(() => this.#signal('SIGKILL'), STOP_TIMEOUT_MS);
    await this.closed;
    clearTimeout(timer);
    this.#signal('SIGKILL');
    await removeForGood(this.#profile);
  }

  /** To whatever is left of it. */
  #signal(signal: NodeJS.Signals): void {
    if (this.#child.pid === undefined) return;
    try {
      process.kill(-this.#child.pid, signal);
    } catch {
      // All of it has ended.
    }
  }
}

/** Chromium's crash handler is in a session of its own and may make the folder once more on its way out. */
async function removeForGood(folder: string): Promise<void> {
  for (let tries = 0; tries < REMOVE_TRIES; tries++) {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    await delay(REMOVE_PAUSE_MS);
    if (!existsSync(folder)) return;
  }
}
