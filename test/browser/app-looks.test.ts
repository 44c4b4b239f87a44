// Names and icons from desktop entries, in a real browser: where they are shown, what stays when there are none, and what a hostile one can
// do.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { closeQuietly, startBrowser } from './browser.ts';
import type { OpenPage, TestBrowser } from './browser.ts';
import { historyOptions } from './main-window.ts';
import { nowOptions } from './now-samples.ts';
import { appPrompt, asking } from './questions.ts';
import { openRules } from './rules-opened.ts';

let browser: TestBrowser;

before(async () => {
  browser = await startBrowser();
});

after(() => browser[Symbol.asyncDispose]());

/** Waits for the picture, and says whether it is one. */
function isDrawn(icon: Locator): Promise<boolean> {
  return icon.evaluate(async (image: HTMLImageElement) => {
    await image.decode();
    return image.naturalWidth > 0;
  });
}

/** Every App has an icon that is not served. */
function prepareGone(): void {
  globalThis.testPage.fakeDesktop.answers.describeApps = ({ apps }) => ({
    ok: true,
    value: apps.map((app) => ({ app, name: 'Some App', icon: 'app-icons/gone' })),
  });
}

/** Every App has an icon that tries what it can. */
function prepareHostile(): void {
  globalThis.testPage.fakeDesktop.answers.describeApps = ({ apps }) => ({
    ok: true,
    value: apps.map((app) => ({ app, name: 'Some App', icon: 'app-icons/hostile' })),
  });
}

describe('name and icon of a desktop entry', () => {
  test('are on the card beside what is proven, the name as a claim', async () => {
    const opened = await browser.open({ changes: asking(appPrompt('firefox')) });
    const card = opened.page.locator('[data-card]');
    assert.ok(await isDrawn(card.locator('header img')));
    assert.match(await card.locator('h1').innerText(), /^Allow firefox to connect/);
    const claimed = card.locator('[data-menu-name]');
    assert.equal(await claimed.locator('i').innerText(), 'Firefox Web Browser');
    assert.match((await claimed.getAttribute('title')) ?? '', /path/);
    await card.getByText('/usr/bin/firefox').first().waitFor();
    await closeQuietly(opened);
  });

  test('are in Now, in Rules and in History, in the language of the page', async () => {
    const places: readonly (readonly [Promise<OpenPage>, string, string])[] = [
      [browser.open(nowOptions()), '[data-row="app"]', 'Firefox Web Browser'],
      [openRules(browser), 'h2', 'Firefox Web Browser'],
      [browser.open(historyOptions({ language: 'zh-Hans' })), '[data-entry]', 'Firefox 网络浏览器'],
    ];
    for (const [opening, row, name] of places) {
      const opened = await opening;
      const shown = opened.page.locator(row, { hasText: name }).first();
      assert.ok(await isDrawn(shown.locator('img')), name);
      assert.match(await shown.innerText(), /firefox/);
      await closeQuietly(opened);
    }
  });

  test('are with each rule where no group shows them', async () => {
    const opened = await openRules(browser, { fragment: '#/rules?group=no' });
    assert.ok(await isDrawn(opened.page.locator('[data-rule]', { hasText: 'firefox' }).locator('img')));
    await closeQuietly(opened);
  });

  test('are not there where nothing claims them, or the picture is none: the letter is', async () => {
    for (const prepare of [undefined, prepareGone]) {
      const { page } = await browser.open({
        changes: asking(appPrompt('rsync')),
        ...(prepare && { prepare }),
      });
      await page.locator('header [aria-hidden]', { hasText: /^R$/ }).waitFor();
      assert.equal(await page.locator('header img').count(), 0);
      await page.close();
    }
  });
});

test('an icon that means harm is a picture: it runs nothing and asks for nothing', async () => {
  const asked: string[] = [];
  const opened = await browser.open({ changes: asking(), prepare: prepareHostile });
  const { page } = opened;
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await opened.tell(...asking(appPrompt('firefox')));
  assert.ok(await isDrawn(page.locator('header img')));
  await settled(page);
  assert.deepEqual([...new Set(asked)], ['/app-icons/hostile']);
  assert.equal(await page.evaluate(() => 'harmed' in globalThis), false);
  await closeQuietly(opened);
});

/** Two frames, and the tasks between them. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  );
  await page.waitForTimeout(200);
}
