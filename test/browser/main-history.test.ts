// History in a real browser: a hundred thousand rows, live ones that move nothing, and what can be done from a row.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { startBrowser } from './browser.ts';
import type { TestBrowser } from './browser.ts';
import { calls, historyOptions } from './main-window.ts';
import { longestTaskMs } from './task-times.ts';

let browser: TestBrowser;

before(async () => {
  browser = await startBrowser();
});

after(() => browser[Symbol.asyncDispose]());

const FIRST_ROW = '[data-entry]';

function addRecords(page: Page, count: number): Promise<void> {
  return page.evaluate(
    (added) => (globalThis as unknown as { addRecords: (count: number) => void }).addRecords(added),
    count,
  );
}

function firstEntry(page: Page): Promise<string | null> {
  return page.locator(FIRST_ROW).first().getAttribute('data-entry');
}

describe('history', () => {
  test('says in a row how many flows it stands for beside its own', async () => {
    const { page, troubles } = await browser.open(historyOptions());
    await page.locator('[data-entry="396"]').getByText('and 1,600 more').waitFor();
    assert.equal(
      await page
        .locator('[data-entry="395"]')
        .getByText(/and .* more/)
        .count(),
      0,
    );
    assert.deepEqual(await troubles(), []);
    await page.close();
  });

  test('tells in a row what the connection carried and whose it was, and finds a user by name', async () => {
    const { page, troubles } = await browser.open(historyOptions({ fragment: '#/history?q=user%3Aalice' }));
    const row = page.locator(FIRST_ROW, { hasText: 'Allowed' }).first();
    await row.click();
    await row.getByText(/^\d+ kB down in 21 packets, 3\.\d kB up in 17 packets$/).waitFor();
    await row.getByText(/^PID \d+, user alice \(1000\)$/).waitFor();
    await page.getByRole('searchbox').fill('user:root');
    await page.getByText('Nothing fits this search').waitFor();
    await page.getByRole('searchbox').fill('user:nobody-here');
    await page.getByText('the name or the number of a user').waitFor();
    const asked = (await calls(page, 'listHistory')) as readonly { readonly uid?: number }[];
    assert.deepEqual([...new Set(asked.map(({ uid }) => uid))], [1000, 0, undefined]);
    assert.deepEqual(await troubles(), []);
    await page.close();
  });

  test('shows twenty rows on a laptop', async () => {
    const { page } = await browser.open(historyOptions());
    await page.waitForSelector(FIRST_ROW);
    const inSight = await page
      .locator(FIRST_ROW)
      .evaluateAll((rows) => rows.filter((row) => row.getBoundingClientRect().bottom <= innerHeight).length);
    assert.ok(inSight >= 20, `${inSight} rows`);
    await page.close();
  });

  test('puts live rows on top, unless somebody reads further down or has a row open', async () => {
    const { page, troubles } = await browser.open(historyOptions());
    await page.waitForSelector('[data-entry="400"]');
    await addRecords(page, 3);
    await page.waitForSelector('[data-entry="403"]');
    await page.locator('[data-row]').nth(1).click();
    await addRecords(page, 2);
    await page.waitForSelector('[data-newer="2"]');
    assert.equal(await firstEntry(page), '403');
    await page.getByRole('button', { name: '2 newer' }).click();
    await page.waitForSelector('[data-entry="405"]');
    assert.equal(await page.locator('[aria-expanded="true"][data-row]').count(), 0);
    assert.deepEqual(await troubles(), []);
    await page.close();
  });

  test('searches with words and fields, says what it does not understand, and finds its way back', async () => {
    const { page, troubles } = await browser.open(historyOptions());
    await page.waitForSelector('[data-entry="400"]');
    await page.keyboard.press('/');
    await page.keyboard.type('telemetry port:443 port:x');
    await page.getByText('port: is left out.').waitFor();
    await page.waitForFunction(() =>
      [...document.querySelectorAll('[data-entry]')].every((row) => row.textContent.includes('telemetryd')),
    );
    await page.getByLabel('Allowed', { exact: true }).check();
    await page.getByText('Nothing fits this search').waitFor();
    assert.match(page.url(), /#\/history\?q=telemetry\+port/);
    await page.getByRole('button', { name: 'Show everything' }).click();
    await page.waitForSelector('[data-entry="400"]');
    assert.deepEqual(await troubles(), []);
    await page.close();
  });

  test('makes a rule from a row, by keyboard, and takes it back', async () => {
    const { page, troubles } = await browser.open(historyOptions());
    await page.waitForSelector('[data-entry="400"]');
    await page.locator('[data-row]').first().focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[data-outcome]');
    await page.getByRole('button', { name: 'Make a rule from this' }).press('Enter');
    await page.evaluate(() => {
      const [rule] = globalThis.testPage.fakeDesktop.state().rules;
      if (rule !== undefined) globalThis.testPage.fakeDesktop.answers.putRule = { ok: true, value: rule };
      globalThis.testPage.fakeDesktop.answers.deleteRule = { ok: true, value: undefined };
    });
    await page.getByLabel('Allow', { exact: true }).press('Space');
    await page.getByRole('button', { name: 'Make the rule' }).press('Enter');
    await page.getByText('New rule: curl may connect').waitFor();
    const [draft] = (await calls(page, 'putRule')) as readonly { action: string; matcher: object }[];
    assert.deepEqual(draft?.action, 'allow');
    assert.deepEqual(draft.matcher, {
      app: '/home/alice/.local/bin/updater',
      direction: 'out',
      protocols: ['tcp'],
      addresses: ['2001:db8::7'],
      ports: [{ from: 8443, to: 8443 }],
    });
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('The rule is gone again.').waitFor();
    assert.deepEqual(await calls(page, 'deleteRule'), [{ ruleId: 'curl-example' }]);
    assert.deepEqual(await troubles(), []);
    await page.close();
  });

  test('makes a rule for every program of a container, or an allow for one of them', async () => {
    const { page, troubles } = await browser.open(historyOptions({ fragment: '#/settings' }));
    await page.evaluate(() => {
      const { answers, state } = globalThis.testPage.fakeDesktop;
      const { listHistory } = answers;
      if (typeof listHistory !== 'function') return;
      answers.listHistory = (query) => {
        const listed = listHistory(query);
        const inContainer = (app = ''): string => `container:docker/web:${app}`;
        return listed.ok
          ? { ok: true, value: listed.value.map((entry) => ({ ...entry, app: inContainer(entry.app) })) }
          : listed;
      };
      const [rule] = state().rules;
      if (rule !== undefined) answers.putRule = { ok: true, value: rule };
      location.hash = '#/history';
    });
    await page.waitForSelector('[data-entry="400"]');
    await page.locator('[data-row]').first().click();
    for (const choice of ['for all programs in web', undefined]) {
      await page.getByRole('button', { name: 'Make a rule from this' }).click();
      await page.getByLabel('Allow', { exact: true }).check();
      if (choice !== undefined) await page.getByLabel('Programs').selectOption({ label: choice });
      await page.getByRole('button', { name: 'Make the rule' }).click();
      await page.getByText('New rule: curl may connect').first().waitFor();
    }
    const drafts = (await calls(page, 'putRule')) as readonly { action: string; matcher: { app: string } }[];
    assert.deepEqual(
      drafts.map(({ action, matcher }) => [action, matcher.app.replace(/:[/].*/, ':PATH')]),
      [
        ['allow', 'container:docker/web'],
        ['allow', 'container:docker/web:PATH'],
      ],
    );
    assert.deepEqual(await troubles(), []);
    await page.close();
  });

  test('is exported whole, as far as the search goes', async () => {
    const { page } = await browser.open(historyOptions({ fragment: '#/history?q=action%3Adeny' }));
    await page.waitForSelector(FIRST_ROW);
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export' }).click();
    await page.getByRole('button', { name: 'For a spreadsheet (CSV)' }).click();
    const download = await downloading;
    assert.match(download.suggestedFilename(), /^sallyport-history-\d{4}-\d\d-\d\d\.csv$/);
    const chunks: Buffer[] = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
    const lines = Buffer.concat(chunks).toString().trim().split('\r\n');
    assert.ok(lines.length > 100);
    assert.ok(lines.slice(1).every((line) => line.includes(',deny,')));
    await page.close();
  });
});

/** Eight rows a frame, two hundred times: a fast wheel. Returns how many rows are in the document then. */
async function scrollDown(): Promise<number> {
  const scroller = document.querySelector('[role="table"]');
  for (let frame = 0; frame < 200; frame++) {
    scroller?.scrollBy(0, 240);
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
  return document.querySelectorAll('[data-entry]').length;
}

/** From a word typed to the rows that have it. */
async function searchMs(page: Page, word: string): Promise<number> {
  await page.evaluate((wanted) => {
    const seen = globalThis as unknown as { shown: Promise<number> };
    const typed = new Promise<number>((resolve) => {
      document.addEventListener('input', () => resolve(performance.now()), { capture: true, once: true });
    });
    const found = new Promise<number>((resolve) => {
      const observer = new MutationObserver(() => {
        const rows = [...document.querySelectorAll('[data-entry]')];
        if (!rows.every((row) => row.textContent.includes(wanted))) return;
        observer.disconnect();
        resolve(performance.now());
      });
      observer.observe(document, { subtree: true, childList: true, characterData: true });
    });
    seen.shown = Promise.all([typed, found]).then(([fromMs, toMs]) => toMs - fromMs);
  }, word);
  await page.getByRole('searchbox').fill(word);
  return page.evaluate(() => (globalThis as unknown as { shown: Promise<number> }).shown);
}

const ROWS = 100_000;
const LONGEST_TASK_MS = 50;
const ANSWER_MS = 100;
const LARGEST_HEAP_BYTES = 300_000_000;

describe(`with ${ROWS} rows`, () => {
  test('scrolling has no long task, a search is answered at once, and memory stays small', async (context) => {
    const { page, troubles } = await browser.open(historyOptions({ historyCount: ROWS }));
    await page.waitForSelector(`[data-entry="${ROWS}"]`);
    let inDocument = 0;
    const longestMs = await longestTaskMs(page, async () => (inDocument = await page.evaluate(scrollDown)));
    const scrollTop = await page.getByRole('table').evaluate((table) => table.scrollTop);
    context.diagnostic(
      `scrolled ${(scrollTop / 30).toFixed(0)} rows, longest task ${longestMs.toFixed(0)} ms`,
    );
    assert.ok(scrollTop / 30 > 1500);
    assert.ok(inDocument < 80, `${inDocument} rows in the document`);
    assert.ok(longestMs <= LONGEST_TASK_MS, `${longestMs} ms`);
    // The best of three counts: other processes take the processor at times.
    const answersMs: number[] = [];
    for (const word of ['telemetryd', 'resolved', 'updater']) answersMs.push(await searchMs(page, word));
    const answerMs = Math.min(...answersMs);
    const session = await page.context().newCDPSession(page);
    await session.send('HeapProfiler.collectGarbage');
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    context.diagnostic(
      `search shown after ${answerMs.toFixed(0)} ms, heap ${(usedSize / 1e6).toFixed(0)} MB`,
    );
    assert.ok(answerMs <= ANSWER_MS, `${answerMs} ms`);
    assert.ok(usedSize < LARGEST_HEAP_BYTES, `${usedSize} bytes`);
    assert.deepEqual(await troubles(), []);
    await page.close();
  });
});
