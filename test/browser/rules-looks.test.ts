// The Rules page for everybody: axe in every look, in both languages, and zoomed.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { closeQuietly, startBrowser } from './browser.ts';
import type { OpenOptions, TestBrowser } from './browser.ts';
import { PROBLEM, RULES, withRules } from './rule-samples.ts';
import { findings, openRules, row } from './rules-opened.ts';

let browser: TestBrowser;

before(async () => {
  browser = await startBrowser();
});

after(() => browser[Symbol.asyncDispose]());

type Look = NonNullable<OpenOptions['look']>;
type Language = NonNullable<OpenOptions['language']>;

const LOOKS: readonly (readonly [string, Language, Look])[] = [
  ['light', 'en', { colorScheme: 'light' }],
  ['dark', 'zh-Hans', { colorScheme: 'dark' }],
  ['dark with high contrast', 'en', { colorScheme: 'dark', contrast: 'more' }],
  ['forced colours', 'zh-Hans', { colorScheme: 'dark', forcedColors: 'active' }],
];

describe('axe finds nothing', () => {
  for (const [name, language, look] of LOOKS)
    test(`in ${name}, ${language}, with a form, a selection and a problem`, async () => {
      const opened = await openRules(browser, {
        changes: withRules(RULES, [PROBLEM]),
        language,
        look: { ...look, reducedMotion: 'reduce' },
      });
      const { page } = opened;
      await row(page, 'curl-443').locator('[data-control="select"]').check();
      await row(page, 'curl-443').locator('[data-control="edit"]').click();
      await page.getByRole('complementary').waitFor();
      assert.deepEqual(await findings(page), []);
      await closeQuietly(opened);
    });
});

test('a laptop shows about twenty rows, with controls that a finger hits', async () => {
  const opened = await openRules(browser);
  const { page } = opened;
  const rows = page.getByRole('list', { name: 'Rules' }).getByRole('listitem');
  const inSight = await rows.evaluateAll(
    (all) => all.filter((one) => one.getBoundingClientRect().bottom <= innerHeight + 1).length,
  );
  assert.ok(inSight >= 17, `${inSight} rows`);
  const heights = await page
    .locator('[data-rule]')
    .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().height));
  // The list reckons with 30 px for each: another height would move all rows below.
  assert.equal(Math.min(...heights), 30);
  const small = await page
    .locator('[data-rule]:first-child [data-control="edit"], [data-rule]:first-child label')
    .evaluateAll((all) =>
      all.map((one) => one.getBoundingClientRect()).filter(({ width, height }) => width < 24 || height < 24),
    );
  assert.deepEqual(small, []);
  await closeQuietly(opened);
});

test('at 200 % zoom of a laptop nothing is wider than the window, and a rule can be edited', async () => {
  const opened = await openRules(browser, { width: 683, height: 384 });
  const { page } = opened;
  const tooWide = (): Promise<number> =>
    page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok((await tooWide()) <= 0);
  await row(page, 'default-dns').locator('[data-control="edit"]').click();
  await page.getByRole('textbox', { name: 'Ports' }).fill('5353');
  const save = page.getByRole('button', { name: 'Save' });
  await save.scrollIntoViewIfNeeded();
  assert.ok(await save.isVisible());
  assert.ok((await tooWide()) <= 0);
  await closeQuietly(opened);
});
