// The real browser of the machine, with a profile of its own and without a network: only loopback can be asked.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { BrowserContext, Page } from 'playwright-core';
import { DEFAULT_PREFERENCES } from '../../apps/desktop/src/shared/preference-defaults.ts';
import type { PreferenceChange } from '../../apps/desktop/src/shared/preferences.ts';
import type { Change } from '../../apps/desktop/src/shared/state.ts';
import { servePages } from './built-pages.ts';

export interface OpenOptions {
  readonly page?: 'prompt' | 'main';
  readonly changes: readonly Change[];
  /** Where the main window begins, such as `#/history`. */
  readonly fragment?: string;
  /** How many records `prepareHistory` makes. */
  readonly historyCount?: number;
  /** Runs in the page once its fake host is there. It is sent as text, so it may use nothing of its file. */
  readonly prepare?: () => void;
  readonly language?: 'en' | 'zh-Hans';
  /** What the person chose before. */
  readonly preferences?: PreferenceChange;
  readonly width?: number;
  readonly height?: number;
  readonly look?: Parameters<Page['emulateMedia']>[0];
}

export interface OpenPage {
  readonly page: Page;
  readonly tell: (...changes: readonly Change[]) => Promise<void>;
  /** Errors of the page's own, and everything that its policy had to forbid. */
  readonly troubles: () => Promise<readonly string[]>;
}

export interface TestBrowser extends AsyncDisposable {
  readonly open: (options: OpenOptions) => Promise<OpenPage>;
}

const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export async function startBrowser(): Promise<TestBrowser> {
  const pages = await servePages();
  const profile = await mkdtemp(join(tmpdir(), 'sallyport-chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: '/usr/bin/chromium',
    args: QUIET,
    serviceWorkers: 'block',
  });
  await context.route('**/*', (route) =>
    new URL(route.request().url()).hostname === '127.0.0.1' ? route.continue() : route.abort(),
  );
  return {
    open: (options) => openPage(context, pages, options),
    [Symbol.asyncDispose]: async () => {
      await context.close();
      await pages[Symbol.asyncDispose]();
      await rm(profile, { recursive: true, force: true });
    },
  };
}

async function openPage(
  context: BrowserContext,
  pages: { readonly url: string; readonly fakeScript: string },
  options: OpenOptions,
): Promise<OpenPage> {
  const { page: name = 'prompt', changes, language = 'en', fragment = '', prepare } = options;
  const { width = 720, height = 600, look = {} } = options;
  const preferences = {
    chosen: { ...DEFAULT_PREFERENCES, isWelcomed: true, language, ...options.preferences },
  };
  const chosen: Change = { kind: 'preferences', preferences };
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text());
  });
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme: 'light', ...look });
  await page.addInitScript(
    `globalThis.firstChanges = ${JSON.stringify([chosen, ...changes])};\n${pages.fakeScript}`,
  );
  await page.addInitScript(`globalThis.historyCount = ${options.historyCount ?? 400};`);
  if (prepare !== undefined) await page.addInitScript(prepare);
  await page.goto(`${pages.url}/${name}.html${fragment}`);
  return {
    page,
    tell: (...told) => page.evaluate((list) => globalThis.testPage.fakeDesktop.tell(...list), told),
    troubles: async () => [...errors, ...(await page.evaluate(() => globalThis.testPage.violations))],
  };
}

/** A test ends with it: a page that had trouble fails it. */
export async function closeQuietly({ page, troubles }: OpenPage): Promise<void> {
  assert.deepEqual(await troubles(), []);
  await page.close();
}
