// The Now page as it is shown in docs/screenshots.
import type { Page } from 'playwright-core';
import type { OpenOptions } from './browser.ts';
import { nowOptions } from './now-samples.ts';

interface Picture extends OpenOptions {
  readonly name: string;
  readonly act: (page: Page) => Promise<void>;
}

export const NOW_PICTURES: readonly Picture[] = [
  { ...nowOptions(), name: 'now-light', act: unfold },
  { ...nowOptions({ look: { colorScheme: 'dark' } }), name: 'now-dark', act: select },
  { ...nowOptions({ language: 'zh-Hans' }), name: 'now-chinese', act: settle },
];

/** Rates are there with the second look. */
async function settle(page: Page): Promise<void> {
  await page.locator('[data-row="app"]').nth(12).waitFor();
  await page.waitForTimeout(4000);
}

async function unfold(page: Page): Promise<void> {
  await settle(page);
  await page.locator('[data-row="app"]', { hasText: 'thunderbird' }).click();
  await page.locator('[data-row="endpoint"]').first().click();
}

async function select(page: Page): Promise<void> {
  await settle(page);
  const box = await page.locator('[data-chart]').boundingBox();
  if (box === null) throw new Error('there is no chart');
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width * 0.55, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.75, y, { steps: 4 });
  await page.mouse.up();
}
