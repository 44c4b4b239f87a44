// The prompt window in a real browser: many questions in one window.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { appOf, flowOf } from '../../apps/desktop/src/test-support/samples.ts';
import { roundsUntil } from '../lab/quiet-round.ts';
import { closeQuietly, startBrowser } from './browser.ts';
import type { OpenPage, TestBrowser } from './browser.ts';
import { armed, decisions } from './prompt-card.ts';
import { appPrompt, asking, curlPrompt, EXAMPLE_FLOW, sisterFlows } from './questions.ts';

let browser: TestBrowser;

before(async () => {
  browser = await startBrowser();
});

after(() => browser[Symbol.asyncDispose]());

/** From sixty Apps that ask at once to the first card on the page. */
async function drawSixty(): Promise<{ readonly opened: OpenPage; readonly drawnMs: number }> {
  const opened = await browser.open({ changes: asking() });
  const prompts = Array.from({ length: 60 }, (_, index) =>
    appPrompt(`app-${index}`, { app: appOf(`/usr/bin/app-${index}`) }),
  );
  const drawnMs = await opened.page.evaluate(
    async (list) => {
      const beganMs = performance.now();
      globalThis.testPage.fakeDesktop.tell(...list);
      while (document.querySelector('[data-card]') === null)
        await new Promise((resolve) => requestAnimationFrame(resolve));
      return performance.now() - beganMs;
    },
    prompts.map((prompt) => ({ kind: 'prompt', prompt }) as const),
  );
  return { opened, drawnMs };
}

describe('the stack', () => {
  test('Esc hides the window with the last card only, and once more where no card is', async () => {
    const opened = await browser.open({ changes: asking(curlPrompt(), appPrompt('firefox')) });
    const { page } = opened;
    const asked = (): Promise<readonly string[]> =>
      page.evaluate(() => globalThis.testPage.fakeDesktop.windowCalls.map(({ name }) => name));
    await armed(page);
    await page.keyboard.press('Escape');
    await armed(page);
    assert.deepEqual(await asked(), []);
    await page.keyboard.press('Escape');
    await page.waitForSelector('article', { state: 'detached' });
    assert.deepEqual(await asked(), ['putWindowAside']);
    await page.keyboard.press('Escape');
    assert.deepEqual(await asked(), ['putWindowAside', 'putWindowAside']);
    await closeQuietly(opened);
  });

  test('Esc is later: the next question comes, and the first one can be picked again', async () => {
    const opened = await browser.open({ changes: asking(curlPrompt(), appPrompt('firefox')) });
    const { page } = opened;
    await page.getByRole('heading', { name: /Allow curl/ }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: /Allow firefox/ }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('2 questions wait').waitFor();
    await page.locator('[data-waiting="p-1"]').click();
    await page.getByRole('heading', { name: /Allow curl/ }).waitFor();
    assert.deepEqual(await decisions(page), []);
    await closeQuietly(opened);
  });

  test('sisters that join and leave do not move the buttons', async () => {
    const prompt = curlPrompt();
    const opened = await browser.open({ changes: asking(prompt) });
    const { page, tell } = opened;
    const boxes = async (): Promise<unknown> => [
      await page.locator('[data-answer="allow"]').boundingBox(),
      await page.locator('[data-answer="deny"]').boundingBox(),
    ];
    await armed(page);
    const first = await boxes();
    const many = Array.from({ length: 200 }, (_, index) => flowOf(`198.51.100.${index}`, 443));
    const waiting = [[EXAMPLE_FLOW, ...sisterFlows()], [EXAMPLE_FLOW, ...many], [EXAMPLE_FLOW]];
    for (const [index, flows] of waiting.entries()) {
      await tell({ kind: 'prompt', prompt: { ...prompt, flows, revision: index + 2 } });
      assert.deepEqual(await boxes(), first, `${flows.length} flows`);
    }
    await tell({ kind: 'prompt', prompt: appPrompt('firefox') });
    assert.deepEqual(await boxes(), first, 'another App');
    await page.getByText('198.51.100.199:443 gave up').waitFor();
    await closeQuietly(opened);
  });

  test('sixty Apps at once are one window, drawn within 300 ms, and none is lost', async () => {
    const [{ opened, drawnMs }, ...busy] = await roundsUntil((round) => round.drawnMs < 300, drawSixty);
    for (const round of busy) await closeQuietly(round.opened);
    assert.ok(drawnMs < 300, `${drawnMs.toFixed(0)} ms`);
    const { page } = opened;
    assert.equal(await page.getByRole('article').count(), 1);
    await page.getByText('59 more Apps ask').click();
    assert.equal(await page.locator('[data-waiting]').count(), 59);
    await page.locator('[data-waiting="p-app-59"]').click();
    await page.getByRole('heading', { name: /Allow app-59 / }).waitFor();
    await closeQuietly(opened);
  });

  test('a question that was answered elsewhere leaves with a word', async () => {
    const opened = await browser.open({ changes: asking(curlPrompt(), appPrompt('firefox')) });
    const { page, tell } = opened;
    await page.getByRole('article').waitFor();
    await tell({ kind: 'prompt-closed', promptId: 'p-1', reason: 'decided' });
    await page.getByText('The question about curl was answered elsewhere.').waitFor();
    await page.getByRole('heading', { name: /Allow firefox/ }).waitFor();
    await closeQuietly(opened);
  });
});
