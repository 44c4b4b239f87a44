// The welcome of the main window: at the first start and when asked for, for everybody, and it changes nothing by itself.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { findings } from './axe.ts';
import { closeQuietly, startBrowser } from './browser.ts';
import type { OpenOptions, OpenPage, TestBrowser } from './browser.ts';
import { agentChanges, LAPTOP, prepareStatus } from './main-window.ts';

let browser: TestBrowser;
before(async () => {
  browser = await startBrowser();
});
after(() => browser[Symbol.asyncDispose]());

const FIRST_START = { preferences: { isWelcomed: false }, prepare: prepareStatus } as const;

function open(options: Partial<OpenOptions> = {}): Promise<OpenPage> {
  return browser.open({
    ...LAPTOP,
    changes: agentChanges(),
    fragment: '#/settings',
    ...FIRST_START,
    ...options,
  });
}

const asked = (page: Page): Promise<readonly unknown[]> =>
  page.evaluate(() =>
    globalThis.testPage.fakeDesktop.calls
      .filter(({ name }) => name === 'setMode' || name === 'setPreferences')
      .map(({ name, argument }) => [name, argument]),
  );

describe('the welcome', () => {
  test('lets a person choose the mode by keyboard alone, and does not come again', async () => {
    const opened = await open();
    const { page } = opened;
    await page.evaluate(() => {
      globalThis.testPage.fakeDesktop.answers.setMode = {
        ok: true,
        value: { kind: 'filtering', unknownFlows: 'allow' },
      };
    });
    await page.getByRole('dialog', { name: 'Welcome to Sallyport' }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowDown');
    assert.ok(await page.getByRole('dialog').getByRole('radio', { name: 'Allow' }).isChecked());
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    assert.deepEqual(await asked(page), [
      ['setMode', { kind: 'unknown-flows', unknownFlows: 'allow' }],
      ['setPreferences', { isWelcomed: true }],
    ]);
    await page.getByRole('button', { name: 'Show the welcome again' }).click();
    await page.getByRole('dialog', { name: 'Welcome to Sallyport' }).waitFor();
    await closeQuietly(opened);
  });

  test('that is only closed changes no mode', async () => {
    const opened = await open();
    const { page } = opened;
    await page.getByRole('dialog').getByRole('radio', { name: 'Deny' }).check();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    // The browser tells of a dialog that it has closed a moment later.
    await page.waitForFunction(() =>
      globalThis.testPage.fakeDesktop.calls.some(({ name }) => name === 'setPreferences'),
    );
    assert.deepEqual(await asked(page), [['setPreferences', { isWelcomed: true }]]);
    await closeQuietly(opened);
  });

  test('stays where the mode cannot be set, and says why', async () => {
    const opened = await open();
    const { page } = opened;
    await page.getByRole('dialog').getByRole('radio', { name: 'Deny' }).check();
    await page.getByRole('button', { name: 'Begin' }).click();
    await page.getByRole('alert').getByText('No agent answers.').waitFor();
    assert.equal((await asked(page)).length, 1);
    await closeQuietly(opened);
  });

  test('offers no choice to those who may only look, and says what strict means', async () => {
    const agent = agentChanges();
    const opened = await open({ changes: agent });
    const { page } = opened;
    await page.evaluate(() => {
      const { fakeDesktop } = globalThis.testPage;
      const { status, mode, rules, problems, health } = fakeDesktop.state();
      if (status === undefined || mode === undefined) return;
      const known = { rules, problems, health, mode, prompts: [] };
      const you = { uid: 1000, mayDecide: false };
      fakeDesktop.tell({ kind: 'agent', agent: { ...known, you, status: { ...status, strict: true } } });
    });
    const dialog = page.getByRole('dialog');
    await dialog.getByText('programs are refused, as the administrator chose').waitFor();
    assert.equal(await dialog.getByRole('radio').count(), 0);
    await dialog.getByText('You may look').waitFor();
    await closeQuietly(opened);
  });

  for (const [language, look] of [
    ['en', { colorScheme: 'light' }],
    ['zh-Hans', { colorScheme: 'dark' }],
    ['en', { colorScheme: 'dark', forcedColors: 'active' }],
  ] as const)
    test(`has nothing that axe finds, and fits at 200 % zoom: ${language}, ${JSON.stringify(look)}`, async () => {
      const opened = await open({ language, look, width: 683, height: 384 });
      const { page } = opened;
      await page.getByRole('dialog').waitFor();
      assert.deepEqual(await findings(page), []);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(overflow <= 0, `${overflow} px too wide`);
      await closeQuietly(opened);
    });
});
