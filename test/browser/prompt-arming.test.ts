// The prompt window in a real browser: when a card takes an answer, and that nothing typed for another window is one.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { closeQuietly, startBrowser } from './browser.ts';
import type { TestBrowser } from './browser.ts';
import { armed, decisions, letAnswer, wait } from './prompt-card.ts';
import { appPrompt, asking } from './questions.ts';

let browser: TestBrowser;

before(async () => {
  browser = await startBrowser();
});

after(() => browser[Symbol.asyncDispose]());

describe('the arming', () => {
  test('takes no click within a second, nor one that began within it', async () => {
    const opened = await browser.open({ changes: asking(appPrompt('firefox')) });
    const { page, tell } = opened;
    await armed(page);
    await tell({ kind: 'prompt', prompt: appPrompt('firefox', { revision: 2 }) });
    await page.click('[data-answer="allow"]', { force: true });
    await page.hover('[data-answer="deny"]', { force: true });
    await page.mouse.down();
    await armed(page);
    await page.mouse.up();
    assert.deepEqual(await decisions(page), []);
    await closeQuietly(opened);
  });

  test('lets ten seconds of random typing answer nothing', async () => {
    const opened = await browser.open({ changes: asking(appPrompt('firefox')) });
    const { page } = opened;
    await letAnswer(page);
    const keys = ['a', 'd', 'A', 'D', 's', 'l', 'Enter', ' ', 'x', '1', 'Backspace', 'Enter'];
    const endMs = performance.now() + 10_000;
    let typed = 0;
    while (performance.now() < endMs) {
      await page.keyboard.press(keys[(typed * 7) % keys.length] ?? 'a');
      typed++;
      await wait(Math.random() * 300);
    }
    assert.ok(typed > 30, `only ${typed} keys were typed`);
    assert.deepEqual(await decisions(page), []);
    await armed(page);
    await closeQuietly(opened);
  });

  test('Return answers nothing, wherever the focus is', async () => {
    const opened = await browser.open({ changes: asking(appPrompt('firefox')) });
    const { page } = opened;
    for (const action of ['allow', 'deny']) {
      await armed(page);
      await page.focus(`[data-answer="${action}"]`);
      await page.keyboard.press('Enter');
    }
    assert.deepEqual(await decisions(page), []);
    await closeQuietly(opened);
  });

  test('letters typed into the list of lifetimes choose there and answer nothing', async () => {
    const opened = await browser.open({ changes: asking(appPrompt('firefox')) });
    const { page } = opened;
    await armed(page);
    await page.focus('select');
    await page.keyboard.press('a');
    await page.keyboard.press('d');
    assert.deepEqual(await decisions(page), []);
    await closeQuietly(opened);
  });

  test('begins anew when a dialog that covered the card is closed', async () => {
    const opened = await browser.open({ changes: asking(appPrompt('firefox')) });
    const { page } = opened;
    await armed(page);
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('a');
    await page.keyboard.press('Escape');
    await page.click('[data-answer="allow"]', { force: true });
    assert.deepEqual(await decisions(page), []);
    assert.equal(await page.getByRole('article').count(), 1);
    await closeQuietly(opened);
  });
});
