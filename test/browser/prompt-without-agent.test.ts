// The prompt window in a real browser while no agent answers.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { closeQuietly, startBrowser } from './browser.ts';
import type { TestBrowser } from './browser.ts';
import { armed, decisions, wait } from './prompt-card.ts';
import { appPrompt, asking } from './questions.ts';

let browser: TestBrowser;

before(async () => {
  browser = await startBrowser();
});

after(() => browser[Symbol.asyncDispose]());

describe('without a firewall', () => {
  const reason = { kind: 'unavailable', text: 'No agent answers.', remedy: 'Start it.' } as const;

  test('a card stays, takes no answer, and says why', async () => {
    const opened = await browser.open({ changes: asking(appPrompt('firefox')) });
    const { page, tell } = opened;
    await armed(page);
    await tell({ kind: 'connection', connection: { kind: 'disconnected', reason, retryAtMs: 1 } });
    await page.getByText('This window reconnects by itself.').waitFor();
    await page.keyboard.press('a');
    await page.click('[data-answer="allow"]', { force: true });
    await wait(1200);
    await page.keyboard.press('a');
    assert.deepEqual(await decisions(page), []);
    await closeQuietly(opened);
  });

  for (const [kind, words] of [
    ['connecting', 'Looking for the firewall service'],
    ['disconnected', 'Could not reach the firewall service.'],
    ['refused', 'cannot be used from here'],
  ] as const)
    test(`${kind} says what is going on`, async () => {
      const connection = kind === 'connecting' ? { kind } : { kind, reason, retryAtMs: 1 };
      const opened = await browser.open({ changes: [{ kind: 'connection', connection }] });
      await opened.page.getByText(words).waitFor();
      await closeQuietly(opened);
    });
});
