// Fifty thousand rules on the Rules page: scrolled and searched without making anybody wait.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { agentOf, ruleOf } from '../../apps/desktop/src/test-support/samples.ts';
import { closeQuietly, startBrowser } from './browser.ts';
import type { OpenPage, TestBrowser } from './browser.ts';
import { openRules } from './rules-opened.ts';
import { roundsUntil } from '../lab/quiet-round.ts';
import { longestTaskMs } from './task-times.ts';

const COUNT = 50_000;
const LONGEST_TASK_MS = 50;
const LONGEST_SEARCH_MS = 100;

/** Made in the page, because so many are slow to send there. */
async function tellMany(page: Page, count: number): Promise<void> {
  const sample = ruleOf('sample', { file: '/etc/sallyport/rules/sample.yaml', sentence: '' });
  await page.evaluate(
    ({ agent, rule, rules: length }) => {
      const rules = Array.from({ length }, (_, index) => {
        const app = `/usr/bin/app-${String(index % 997).padStart(3, '0')}`;
        const addresses = [`10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`];
        const port = 1 + (index % 65_000);
        const matcher = {
          app,
          direction: 'out',
          addresses,
          protocols: ['tcp'],
          ports: [{ from: port, to: port }],
        } as const;
        const action = index % 5 === 0 ? ('deny' as const) : ('allow' as const);
        return { ...rule, id: `rule-${index}`, action, matcher, createdAtMs: 1.7e12 + index };
      });
      globalThis.testPage.fakeDesktop.tell({ kind: 'agent', agent: { ...agent, rules } });
    },
    { agent: agentOf(), rule: sample, rules: count },
  );
}

/** Runs in the page: row by row, and now and then far away. */
async function scrollDown(): Promise<void> {
  const scroller = document.querySelector('ul[aria-label="Rules"]')?.parentElement;
  if (!scroller) throw new Error('there is no list');
  scroller.scrollTop = 0;
  for (let step = 0; step < 60; step++) {
    scroller.scrollTop += step % 15 === 14 ? 100_000 : 97;
    for (let frame = 0; frame < 2; frame++) await new Promise((resolve) => requestAnimationFrame(resolve));
  }
}

/** From what is typed to the list that shows it. */
function searchMs(page: Page, typed: string, found: number): Promise<number> {
  return page.evaluate(
    async ([text, count]) => {
      const field = document.querySelector<HTMLInputElement>('input[type=search]');
      const status = document.querySelector('main [role=status]');
      if (!field || !status) throw new Error('there is no search');
      field.focus();
      field.select();
      const startMs = performance.now();
      const event = new InputEvent('input', { bubbles: true });
      field.setRangeText(text, 0, field.value.length, 'end');
      field.dispatchEvent(event);
      while (!status.textContent.startsWith(`${count} of`)) {
        if (performance.now() - startMs > 5000) throw new Error(`"${text}": ${status.textContent}`);
        await new Promise((resolve) => setTimeout(resolve));
      }
      return performance.now() - startMs;
    },
    [typed, found] as const,
  );
}

/** Neighbours differ in what they find, so that each is seen to be done. */
const SEARCHES = [
  ['rule-4999', 11],
  ['address:10.0.77.50', 1],
  ['app:app-003 action:deny', 10],
  ['port:443', 1],
] as const;

// Whatever disturbs a measurement only adds to it: of several passes the smallest value counts.
describe('fifty thousand rules', () => {
  let browser: TestBrowser;
  let opened: OpenPage;

  before(async () => {
    browser = await startBrowser();
    opened = await openRules(browser, { changes: [], uses: [] });
    await tellMany(opened.page, COUNT);
    await opened.page.getByText('50,000 rules').waitFor({ timeout: 60_000 });
  });

  after(async () => {
    await closeQuietly(opened);
    await browser[Symbol.asyncDispose]();
  });

  test(`are scrolled without a task above ${LONGEST_TASK_MS} ms`, { timeout: 120_000 }, async (context) => {
    const rounds = await roundsUntil(
      (ms) => ms <= LONGEST_TASK_MS,
      () => longestTaskMs(opened.page, () => opened.page.evaluate(scrollDown)),
    );
    context.diagnostic(`scrolling: longest task ${rounds.map((ms) => ms.toFixed(0)).join(', ')} ms`);
    assert.ok(Math.min(...rounds) <= LONGEST_TASK_MS, rounds.join());
    assert.ok((await opened.page.locator('[data-rule]').count()) < 60);
  });

  test(`are searched within ${LONGEST_SEARCH_MS} ms`, { timeout: 120_000 }, async () => {
    const tookMs = SEARCHES.map(() => Infinity);
    for (let pass = 0; pass < 4; pass++)
      for (const [index, [text, count]] of SEARCHES.entries())
        tookMs[index] = Math.min(tookMs[index] ?? Infinity, await searchMs(opened.page, text, count));
    console.log(`  ${tookMs.map((ms) => ms.toFixed(0)).join(', ')} ms`);
    assert.ok(Math.max(...tookMs) <= LONGEST_SEARCH_MS, tookMs.join());
  });
});
