// The card that asks about packet sockets, in a real browser: no endpoint where there is none, and only answers that can be given.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Decision } from '../../apps/desktop/src/shared/desktop-api.ts';
import type { Prompt } from '../../apps/desktop/src/shared/model.ts';
import { flowOf } from '../../apps/desktop/src/test-support/samples.ts';
import { startBrowser } from './browser.ts';
import type { TestBrowser } from './browser.ts';
import { appPrompt, asking } from './questions.ts';

let browser: TestBrowser;

before(async () => {
  browser = await startBrowser();
});

after(() => browser[Symbol.asyncDispose]());

function packetFlow(id: string): Prompt['flows'][number] {
  const nowhere = { id, protocol: 'packet', localAddress: '', localPort: 0 };
  return flowOf('', 0, nowhere);
}

function nmapPrompt(changes: Partial<Prompt> = {}): Prompt {
  return appPrompt('nmap', { flows: [packetFlow('f-1'), packetFlow('f-2')], ...changes });
}

const QUESTION = 'Allow nmap to send raw packets, past the firewall’s rules?';

test('asks in one sentence, says what is dangerous, and shows no endpoint and no time that runs out', async () => {
  const { page, troubles } = await browser.open({ changes: asking(nmapPrompt()) });
  const card = page.getByRole('article');
  assert.equal(await card.getByRole('heading').textContent(), QUESTION);
  assert.equal(await page.title(), QUESTION);
  const text = (await card.textContent()) ?? '';
  for (const part of [
    '/usr/bin/nmap',
    'Raw packets go past every rule',
    'your answer counts from its next try on',
  ])
    assert.ok(text.includes(part), part);
  for (const part of ['No name is known', 'port', 'then refuses', 'more connection'])
    assert.ok(!text.includes(part), part);
  assert.deepEqual(await troubles(), []);
  await page.close();
});

test('offers raw packets alone and lifetimes that hold for the next try, and answers for every process', async () => {
  const { page, troubles } = await browser.open({ changes: asking(nmapPrompt({ revision: 3 })) });
  const scopes = await page
    .getByRole('radio')
    .evaluateAll((radios) => radios.map((one) => one.parentElement?.textContent));
  assert.deepEqual(
    scopes.filter((scope) => scope !== 'for every user' && !scope?.startsWith('for ')),
    ['raw packets'],
  );
  const lifetimes = await page.locator('select option').allTextContents();
  assert.ok(!lifetimes.includes('this once') && lifetimes.includes('always'), lifetimes.join());
  await page.waitForSelector('[data-answer="deny"]:not([aria-disabled="true"])', { timeout: 5000 });
  await page.click('[data-answer="deny"]');
  const calls = await page.evaluate(() => globalThis.testPage.fakeDesktop.calls);
  const [decision] = calls
    .filter(({ name }) => name === 'decide')
    .map(({ argument }) => argument as Decision);
  assert.deepEqual(
    [decision?.action, decision?.scope, decision?.flowIds, decision?.revision],
    ['deny', 'endpoint', ['f-1', 'f-2'], 3],
  );
  assert.notEqual(decision?.lifetime.kind, 'once');
  assert.deepEqual(await troubles(), []);
  await page.close();
});

test('says the same in Chinese', async () => {
  const { page } = await browser.open({ changes: asking(nmapPrompt()), language: 'zh-Hans' });
  const heading = await page.getByRole('article').getByRole('heading').textContent();
  assert.equal(heading, '允许 nmap 绕过防火墙规则发送原始数据包吗？');
  await page.close();
});
