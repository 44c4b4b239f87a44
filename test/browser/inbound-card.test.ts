// The card of a program that somebody else reaches for: who, from where, at which port of this machine.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { appOf, flowOf } from '../../apps/desktop/src/test-support/samples.ts';
import { startBrowser } from './browser.ts';
import type { TestBrowser } from './browser.ts';
import { appPrompt, asking } from './questions.ts';

let browser: TestBrowser;
before(async () => {
  browser = await startBrowser();
});
after(() => browser[Symbol.asyncDispose]());

const PROMPT = appPrompt('sshd', {
  app: appOf('/usr/sbin/sshd'),
  flows: [
    flowOf('10.0.0.7', 22, { direction: 'in' }),
    { ...flowOf('10.0.0.8', 22, { direction: 'in' }), id: 'f2' },
  ],
});

const QUESTIONS = {
  en: 'Allow sshd to accept a connection from 10.0.0.7 on port 22?',
  'zh-Hans': '允许 sshd 在端口 22 接受来自 10.0.0.7 的连接吗？',
} as const;

for (const language of ['en', 'zh-Hans'] as const)
  test(`a question about what comes in names the port of this machine, ${language}`, async () => {
    const { page, troubles } = await browser.open({ changes: asking(PROMPT), language });
    await page.waitForSelector('[data-card] h1');
    assert.equal(await page.textContent('[data-card] h1'), QUESTIONS[language]);
    assert.match((await page.textContent('[data-card]')) ?? '', /10\.0\.0\.8 → :22/);
    assert.deepEqual(await troubles(), []);
  });
