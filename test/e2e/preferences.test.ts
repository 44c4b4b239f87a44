// What a person chose, from one run of the web shell to the next and between two at once: its pages have another origin each time.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { needsBrowser, startBrowser } from './browser.ts';
import type { TestBrowser } from './browser.ts';
import { PageUnderTest } from './page-under-test.ts';
import { WebShellUnderTest } from './web-shell-under-test.ts';

/** No agent is needed: preferences are the person's. */
const NO_SOCKET = '/nonexistent/agent.sock';

describe('preferences', { skip: needsBrowser, timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-e2e-preferences-'));
  const shells: WebShellUnderTest[] = [];
  let browser: TestBrowser;

  before(async () => {
    browser = await startBrowser();
  });
  after(async () => {
    await Promise.all(shells.map((shell) => shell.stop()));
    await browser[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  const start = async (): Promise<WebShellUnderTest> => {
    const shell = await WebShellUnderTest.start(NO_SOCKET, folder);
    shells.push(shell);
    return shell;
  };

  /** Light, as a desktop that was never asked about colours says. */
  const open = async (shell: WebShellUnderTest): Promise<PageUnderTest> =>
    PageUnderTest.open(await browser.newContext(), shell.url);

  test('outlive the web shell, reach every open window, and are there before the first paint', async () => {
    const first = await start();
    const other = await start();
    const pages = [await open(first), await open(other)];
    await pages[0]?.call('setPreferences', { theme: 'dark', language: 'zh-Hans' });
    for (const { page, faults } of pages) {
      await page.locator('html[data-theme="dark"][lang="zh-Hans"]').waitFor();
      assert.deepEqual(faults, []);
    }
    await first.stop();
    await other.stop();

    const next = await start();
    const context = await browser.newContext();
    // Only the document: no script of ours has run, and the page is dark and Chinese already.
    await context.route('**/*.js', (route) => route.abort());
    const page = await context.newPage();
    await page.goto(next.url, { waitUntil: 'domcontentloaded' });
    const { scheme, lang } = await page.evaluate(() => ({
      scheme: getComputedStyle(document.documentElement).colorScheme,
      lang: document.documentElement.lang,
    }));
    assert.deepEqual({ scheme, lang }, { scheme: 'dark', lang: 'zh-Hans' });
    assert.equal(await next.stop(), 0);
  });
});
