// The main window in a real browser: every page is legible for everybody, in both languages and every look, and does what it says.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { findings } from './axe.ts';
import { closeQuietly, startBrowser } from './browser.ts';
import type { OpenOptions, TestBrowser } from './browser.ts';
import {
  calls,
  agentChanges,
  historyOptions,
  LAPTOP,
  missedPrompts,
  prepareHistory,
  prepareStatus,
} from './main-window.ts';
import { prepareNow } from './now-samples.ts';
import { appPrompt, curlPrompt } from './questions.ts';

let browser: TestBrowser;

before(async () => {
  browser = await startBrowser();
});

after(() => browser[Symbol.asyncDispose]());

const CHANGES = agentChanges({ prompts: missedPrompts() });

interface PageCase {
  readonly fragment: string;
  readonly prepare: () => void;
  readonly ready: string;
}

const PAGES: readonly PageCase[] = [
  { fragment: '#/now', prepare: prepareNow, ready: '[data-decided]' },
  { fragment: '#/history', prepare: prepareHistory, ready: '[data-entry]' },
  { fragment: '#/missed', prepare: prepareStatus, ready: '[data-missed]' },
  { fragment: '#/settings', prepare: prepareStatus, ready: 'table' },
];

const LOOKS: readonly (readonly [string, NonNullable<OpenOptions['look']>])[] = [
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  ['high contrast', { colorScheme: 'light', contrast: 'more' }],
  ['forced colours', { colorScheme: 'dark', forcedColors: 'active' }],
];

describe('axe finds nothing', () => {
  for (const { fragment, prepare, ready } of PAGES)
    for (const [name, look] of LOOKS)
      test(`on ${fragment} in ${name}`, async () => {
        const language = name === 'dark' ? 'zh-Hans' : 'en';
        const opened = await browser.open({ ...LAPTOP, changes: CHANGES, fragment, prepare, look, language });
        await opened.page.waitForSelector(ready);
        if (fragment === '#/history') await opened.page.locator('[data-row]').first().click();
        assert.deepEqual(await findings(opened.page), []);
        await closeQuietly(opened);
      });
});

describe('every page', () => {
  for (const { fragment, prepare, ready } of PAGES)
    test(`fits at 200 % zoom of a laptop: ${fragment}`, async () => {
      const size = { width: 683, height: 384 };
      const opened = await browser.open({ ...LAPTOP, changes: CHANGES, fragment, prepare, ...size });
      await opened.page.waitForSelector(ready);
      const overflow = await opened.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(overflow <= 0, `${overflow} px too wide`);
      await closeQuietly(opened);
    });

  test('shows what is known while the agent is away, and takes no changes', async () => {
    const opened = await browser.open({ ...historyOptions({ changes: CHANGES }), fragment: '#/missed' });
    const reason = { kind: 'unavailable', text: 'No agent answers.', remedy: 'Start it.' } as const;
    await opened.tell({
      kind: 'connection',
      connection: { kind: 'disconnected', reason, retryAtMs: Date.now() + 1000 },
    });
    await opened.page.waitForSelector('[data-banner="connection"]');
    assert.equal(await opened.page.locator('[data-missed]').count(), 2);
    assert.equal(await opened.page.getByRole('button', { name: 'Allow' }).count(), 0);
    assert.equal(await opened.page.getByRole('button', { name: 'Pause' }).count(), 0);
    await closeQuietly(opened);
  });

  test('is gone where the agent refuses this user, and says why', async () => {
    const opened = await browser.open(historyOptions());
    const reason = {
      kind: 'not-permitted',
      text: 'You are not in the group sallyport.',
      remedy: '',
    } as const;
    await opened.tell({ kind: 'connection', connection: { kind: 'refused', reason } });
    await opened.page.getByText('You are not in the group sallyport.').waitFor();
    assert.equal(await opened.page.locator('[data-entry]').count(), 0);
    await closeQuietly(opened);
  });

  test('is reached by keyboard, and by its address', async () => {
    const opened = await browser.open(historyOptions({ changes: CHANGES }));
    const { page } = opened;
    await page.waitForSelector('[data-entry]');
    await page.getByRole('link', { name: /Missed/ }).press('Enter');
    await page.waitForSelector('[data-missed]');
    assert.equal(await page.title(), 'Missed – Sallyport');
    await page.goBack();
    await page.waitForSelector('[data-entry]');
    await closeQuietly(opened);
  });
});

test('questions that wait are told in the rail, which leads to the window that asks them', async () => {
  const changes = agentChanges({ prompts: [curlPrompt(), appPrompt('firefox')] });
  const opened = await browser.open(historyOptions({ changes }));
  const { page } = opened;
  await page.getByRole('button', { name: '2 questions wait' }).press('Enter');
  const asked = await page.evaluate(() =>
    globalThis.testPage.fakeDesktop.windowCalls.map(({ name }) => name),
  );
  assert.deepEqual(asked, ['openPromptWindow']);
  await closeQuietly(opened);
});

describe('the mode', () => {
  test('is paused from the menu by keyboard, and filters again', async () => {
    const opened = await browser.open(historyOptions());
    const { page, tell } = opened;
    await page.evaluate(() => {
      globalThis.testPage.fakeDesktop.answers.setMode = {
        ok: true,
        value: { kind: 'filtering', unknownFlows: 'ask' },
      };
    });
    await page.getByRole('button', { name: 'Pause' }).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await tell({
      kind: 'mode',
      mode: { kind: 'paused', untilMs: Date.now() + 900_000, unknownFlows: 'ask' },
    });
    await page.waitForSelector('[data-mode="paused"]');
    await page.getByRole('button', { name: 'Filter again' }).click();
    assert.deepEqual(await calls(page, 'setMode'), [{ kind: 'pause', pauseMs: 900_000 }, { kind: 'filter' }]);
    await closeQuietly(opened);
  });
});

describe('missed questions', () => {
  test('are answered as far as the scope reaches, for the next try', async () => {
    const opened = await browser.open({ ...LAPTOP, changes: CHANGES, fragment: '#/missed' });
    const { page } = opened;
    const card = page.locator('[data-missed="p-1"]');
    await card.getByLabel('port 443', { exact: true }).check();
    await card.getByLabel('Lasts').selectOption({ label: 'always' });
    await card.getByRole('button', { name: 'Deny' }).click();
    const [decision] = await calls(page, 'decide');
    assert.deepEqual(decision, {
      promptId: 'p-1',
      action: 'deny',
      scope: 'port',
      lifetime: { kind: 'always' },
      flowIds: ['93.184.215.14-443', '198.51.100.7-443', '2001:db8::1-443'],
      revision: 1,
    });
    await card.getByRole('alert').getByText('No agent answers.').waitFor();
    await closeQuietly(opened);
  });

  test('are answered for every program of their container, with lifetimes that a container can have', async () => {
    const asked = curlPrompt({ missed: true, container: 'container:docker/web' });
    const changes = agentChanges({ prompts: [asked, appPrompt('thunderbird', { missed: true })] });
    const opened = await browser.open({ ...LAPTOP, changes, fragment: '#/missed' });
    const { page } = opened;
    const card = page.locator(`[data-missed="${asked.id}"]`);
    await card.getByLabel('Programs').selectOption({ label: 'for all programs in web' });
    const lifetimes = await card.getByLabel('Lasts').locator('option').allTextContents();
    assert.deepEqual(lifetimes, ['1 hour', '1 day', 'until the firewall restarts', 'always']);
    await card.getByRole('button', { name: 'Deny' }).click();
    const [decision] = (await calls(page, 'decide')) as readonly {
      forContainer: boolean;
      lifetime: unknown;
    }[];
    assert.deepEqual(
      [decision?.forContainer, decision?.lifetime],
      [true, { kind: 'duration', durationMs: 3_600_000 }],
    );
    assert.equal(await page.locator('[data-missed="p-thunderbird"]').getByLabel('Programs').count(), 0);
    await closeQuietly(opened);
  });

  test('are dismissed, one or all', async () => {
    const opened = await browser.open({ ...LAPTOP, changes: CHANGES, fragment: '#/missed' });
    const { page, tell } = opened;
    await page.evaluate(() => {
      globalThis.testPage.fakeDesktop.answers.dismissPrompts = { ok: true, value: { dismissed: 1 } };
    });
    await page.getByRole('button', { name: 'Dismiss all' }).click();
    await tell({ kind: 'prompt-closed', promptId: 'p-thunderbird', reason: 'expired' });
    await page.getByRole('button', { name: 'Dismiss', exact: true }).click();
    assert.deepEqual(await calls(page, 'dismissPrompts'), [{}, { promptId: 'p-1' }]);
    await tell({ kind: 'prompt-closed', promptId: 'p-1', reason: 'expired' });
    await page.getByText('No question was missed').waitFor();
    await closeQuietly(opened);
  });
});

describe('settings', () => {
  test('tell findings in the language of the page, and those of another version in the agent’s words', async () => {
    const health = [
      { name: 'history', state: 'ok', text: 'The history is written to /var/lib/x.', remedy: '' },
      { name: 'queue', state: 'degraded', text: 'The queue was full for 7 packets.', remedy: 'Wait.' },
      { name: 'gravity', state: 'broken', text: 'Nothing holds.', remedy: 'Hold on.' },
    ] as const;
    const opened = await browser.open({
      ...{ ...LAPTOP, changes: agentChanges({ health }), fragment: '#/settings' },
      ...{ prepare: prepareStatus, language: 'zh-Hans' },
    });
    const list = opened.page.getByRole('list', { name: '检查项' });
    await list.getByText('历史记录正常写入。').waitFor();
    const queue = await list.getByRole('listitem').nth(1).innerText();
    for (const said of ['有等待判定的数据包丢失。', '发送方会自行重试。', 'for 7 packets.', '受限'])
      assert.ok(queue.includes(said), queue);
    assert.ok(!queue.includes('Wait.'));
    assert.match(await list.getByRole('listitem').nth(2).innerText(), /Nothing holds\.\s+Hold on\./);
    await closeQuietly(opened);
  });

  test('of questions say what the next one begins with, and no more than is safe can be chosen', async () => {
    const opened = await browser.open({
      ...LAPTOP,
      changes: CHANGES,
      fragment: '#/settings',
      prepare: prepareStatus,
    });
    const { page } = opened;
    const questions = page.getByRole('region', { name: 'Questions' });
    assert.deepEqual(await questions.getByLabel('Lasts').locator('option').allTextContents(), [
      'this once',
      'until the program ends',
      '1 hour',
      '1 day',
      'until the firewall restarts',
    ]);
    await questions.getByLabel('this port, any address').check();
    await questions.getByLabel('Lasts').selectOption({ label: '1 day' });
    await questions.getByRole('switch', { name: 'Details are unfolded' }).check();
    assert.deepEqual(await calls(page, 'setPreferences'), [
      { promptScope: 'port' },
      { promptLifetime: 'day' },
      { promptDetailsOpen: true },
    ]);
    await closeQuietly(opened);
  });

  test('change the looks of every window at once, and what happens to unknown flows', async () => {
    const opened = await browser.open({
      ...LAPTOP,
      changes: CHANGES,
      fragment: '#/settings',
      prepare: prepareStatus,
    });
    const { page } = opened;
    await page.getByLabel('Dark', { exact: true }).check();
    await page.getByRole('switch', { name: 'High contrast' }).check();
    const dataset = await page.evaluate(() =>
      Object.fromEntries(Object.entries(document.documentElement.dataset)),
    );
    assert.deepEqual(dataset, { theme: 'dark', contrast: 'more' });
    await page.getByLabel('As the desktop', { exact: true }).check();
    await page.getByRole('switch', { name: 'High contrast' }).uncheck();
    assert.deepEqual(
      await page.evaluate(() => Object.fromEntries(Object.entries(document.documentElement.dataset))),
      {},
    );
    await page.getByLabel('Deny', { exact: true }).click();
    assert.deepEqual(await calls(page, 'setMode'), [{ kind: 'unknown-flows', unknownFlows: 'deny' }]);
    await closeQuietly(opened);
  });
});
