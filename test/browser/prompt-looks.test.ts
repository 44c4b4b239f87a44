// The prompt window in a real browser: legible for everybody, in both languages, in every look, and whatever programs call themselves.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { appOf, processOf } from '../../apps/desktop/src/test-support/samples.ts';
import { findings } from './axe.ts';
import { closeQuietly, startBrowser } from './browser.ts';
import type { OpenOptions, TestBrowser } from './browser.ts';
import { appPrompt, asking, curlPrompt, EXAMPLE_FLOW, sisterFlows } from './questions.ts';

let browser: TestBrowser;

before(async () => {
  browser = await startBrowser();
});

after(() => browser[Symbol.asyncDispose]());

const FULL = { flows: [EXAMPLE_FLOW, ...sisterFlows()] };

/** Once the buttons are armed, nothing moves that axe looks at. */
async function findingsOnceArmed(page: Page): Promise<readonly string[]> {
  await page.waitForSelector('[data-answer="allow"]:not([aria-disabled="true"])');
  return findings(page);
}

type Look = NonNullable<OpenOptions['look']>;

const LOOKS: readonly (readonly [string, Look])[] = [
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  ['high contrast', { colorScheme: 'light', contrast: 'more' }],
  ['dark with high contrast', { colorScheme: 'dark', contrast: 'more' }],
  ['forced colours', { colorScheme: 'dark', forcedColors: 'active' }],
];

describe('axe finds nothing', () => {
  for (const [name, look] of LOOKS)
    for (const language of ['en', 'zh-Hans'] as const)
      test(`in ${name}, ${language}`, async () => {
        const changes = asking(curlPrompt(FULL), appPrompt('firefox'));
        const opened = await browser.open({ changes, language, look });
        await opened.page.getByRole('button', { name: /Details|详情/ }).click();
        assert.deepEqual(await findingsOnceArmed(opened.page), []);
        await closeQuietly(opened);
      });
});

describe('the window', () => {
  test('at 1366 x 768 shows a whole question without scrolling', async () => {
    const opened = await browser.open({ changes: asking(curlPrompt(FULL)), width: 1366, height: 768 });
    const hidden = await opened.page.getByRole('article').evaluate((card) => {
      const body = card.firstElementChild;
      return [body, document.documentElement].map((one) => (one ? one.scrollHeight - one.clientHeight : -1));
    });
    assert.deepEqual(hidden, [0, 0]);
    await closeQuietly(opened);
  });

  for (const [name, width, height] of [
    ['of a laptop', 683, 384],
    ['of the size that it usually has', 360, 300],
  ] as const)
    test(`at 200 % zoom ${name} keeps its buttons in sight and its text inside`, async () => {
      const opened = await browser.open({ changes: asking(curlPrompt(FULL)), width, height });
      const { page } = opened;
      for (const action of ['allow', 'deny']) {
        const box = await page.locator(`[data-answer="${action}"]`).boundingBox();
        assert.ok(box !== null && box.y + box.height <= height && box.x + box.width <= width, action);
      }
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(overflow <= 0, `${overflow} px too wide`);
      await page.getByLabel('this address, port 443').scrollIntoViewIfNeeded();
      await closeQuietly(opened);
    });

  test('with reduced motion moves nothing, and arms all the same', async () => {
    const opened = await browser.open({
      changes: asking(curlPrompt(FULL)),
      look: { reducedMotion: 'reduce' },
    });
    const { page } = opened;
    await page.getByRole('article').waitFor();
    const moving = await page.evaluate(
      () =>
        document
          .getAnimations()
          .filter((animation) => Number(animation.effect?.getComputedTiming().duration) > 0).length,
    );
    assert.equal(moving, 0);
    await page.waitForSelector('[data-answer="allow"]:not([aria-disabled="true"])');
    await closeQuietly(opened);
  });

  test('speaks another language at once, without being loaded again', async () => {
    const opened = await browser.open({ changes: asking(curlPrompt()) });
    const { page } = opened;
    await page.getByText('Allow curl to connect').first().waitFor();
    await page.evaluate(() => {
      Object.assign(globalThis, { isSamePage: true });
      void globalThis.testPage.fakeDesktop.api.setPreferences({ language: 'zh-Hans' });
    });
    await page.getByRole('heading', { name: '允许 curl 连接 93.184.215.14:443 吗？' }).waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'zh-Hans');
    assert.ok(await page.evaluate(() => 'isSamePage' in globalThis));
    await closeQuietly(opened);
  });

  test('tells a new question to a screen reader, politely', async () => {
    const opened = await browser.open({ changes: asking() });
    const { page, tell } = opened;
    const region = page.locator('p[aria-live="polite"]');
    assert.equal(await region.textContent(), '');
    await tell({ kind: 'prompt', prompt: curlPrompt() }, { kind: 'prompt', prompt: appPrompt('firefox') });
    await page.getByRole('article', { name: 'Allow curl to connect to 93.184.215.14:443?' }).waitFor();
    assert.equal(
      await region.textContent(),
      'Allow curl to connect to 93.184.215.14:443? 1 other App asks too.',
    );
    await closeQuietly(opened);
  });
});

describe('text that others chose', () => {
  const hostileName = 'p\u0430yp\u200bal\u202e<img src=x onerror=alert(1)>\u0007';

  test('is shown as what it is: escapes are written out, look-alikes named, HTML is text', async () => {
    const app = appOf('/tmp/\u202efcp.app', { name: hostileName });
    const opened = await browser.open({ changes: asking(curlPrompt({ app })) });
    const { page } = opened;
    const heading = page.getByRole('heading').first();
    const text = (await heading.textContent()) ?? '';
    for (const part of ['\\u{200b}', '\\u{202e}', '\\x07', '<img src=x onerror=alert(1)>'])
      assert.ok(text.includes(part), part);
    assert.doesNotMatch((await page.content()).replaceAll(/<script[^>]*>/g, ''), /[\u200b\u202e\u0007]/);
    assert.equal(await page.locator('img').count(), 0);
    for (const notice of ['hidden-characters', 'look-alike', 'loose-folder'])
      assert.equal(await page.locator(`[data-notice="notice.${notice}"]`).count(), 1, notice);
    await closeQuietly(opened);
  });

  test('of 128 kB neither moves a button nor slows the window down', async () => {
    const commandLine = ['curl', '-d', `<b>${'x\u202e'.repeat(64_000)}`];
    const prompt = curlPrompt({ processes: [processOf({ commandLine })] });
    const opened = await browser.open({ changes: asking(appPrompt('firefox')) });
    const { page, tell } = opened;
    const allow = page.locator('[data-answer="allow"]');
    const before = await allow.boundingBox();
    await tell({ kind: 'prompt-closed', promptId: 'p-firefox', reason: 'withdrawn' });
    await page.keyboard.press('Escape');
    await tell({ kind: 'prompt', prompt });
    await page.getByRole('heading', { name: /Allow curl/ }).waitFor();
    assert.deepEqual(await allow.boundingBox(), before);
    await page.getByRole('button', { name: 'Details' }).click();
    const whole = page.getByRole('region', { name: /Command line/ });
    assert.ok(((await whole.textContent()) ?? '').length > 128_000);
    assert.deepEqual(await allow.boundingBox(), before);
    await closeQuietly(opened);
  });

  test('danger is told in words', async () => {
    for (const [identity, words] of [
      ['deleted', 'was deleted or replaced'],
      ['memfd', 'runs from memory'],
      ['foreign', 'another file system'],
      ['unknown', 'which program this is'],
    ] as const) {
      const app = appOf('/usr/bin/tool', { identity, mayCarryLastingRule: false });
      const opened = await browser.open({ changes: asking(appPrompt('tool', { app })) });
      await opened.page.getByText(words).waitFor();
      await closeQuietly(opened);
    }
  });
});
