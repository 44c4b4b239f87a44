// Now in a real browser: what goes on is shown, unfolds, is narrowed in time and by words, and is allowed or denied in place.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { findings } from './axe.ts';
import { closeQuietly, startBrowser } from './browser.ts';
import type { OpenOptions, OpenPage, TestBrowser } from './browser.ts';
import { agentChanges, calls } from './main-window.ts';
import { nowOptions } from './now-samples.ts';

let browser: TestBrowser;

before(async () => {
  browser = await startBrowser();
});

after(() => browser[Symbol.asyncDispose]());

async function openNow(options: Partial<OpenOptions> = {}): Promise<OpenPage> {
  const opened = await browser.open(nowOptions(options));
  await opened.page.locator('[data-phase="ready"]').waitFor();
  return opened;
}

function appRow(page: Page, name: string): Locator {
  return page.locator('[data-row="app"]', { hasText: name });
}

/** Chooses from a place of the chart to another, as parts of its width. */
async function drag(page: Page, from: number, to: number): Promise<void> {
  const box = await page.locator('[data-chart]').boundingBox();
  assert.ok(box);
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width * from, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * to, y, { steps: 3 });
  await page.mouse.up();
}

describe('the list', () => {
  test('begins with what carries most, shows rates, and about twenty rows on a laptop', async () => {
    const opened = await openNow({ fragment: '' });
    const { page } = opened;
    const firefox = appRow(page, 'firefox');
    await firefox
      .getByText(/\d+ kB\/s/)
      .first()
      .waitFor();
    assert.equal(await page.title(), 'Now – Sallyport');
    assert.equal(
      await page.locator('[data-row]').first().getAttribute('data-key'),
      '/usr/lib/firefox/firefox',
    );
    const inSight = await page
      .locator('[data-row]')
      .evaluateAll(
        (rows) => rows.filter((row) => row.getBoundingClientRect().bottom <= innerHeight + 1).length,
      );
    assert.ok(inSight >= 19, `${inSight} rows`);
    assert.match(await appRow(page, 'updater').innerText(), /6 refused/);
    await closeQuietly(opened);
  });

  test('unfolds by keyboard to endpoints and flows, with what each carried', async () => {
    const opened = await openNow();
    const { page } = opened;
    await appRow(page, 'thunderbird').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowDown');
    const flow = page.locator('[data-row="flow"]:focus');
    await flow.waitFor();
    assert.match(
      await flow.innerText(),
      /Allowed\s+Port 402\d\d · PID 2074, user 1000 · since \d\d:\d\d:\d\d/,
    );
    // History and counts come each in their time.
    await flow.getByText(/\d+ kB down, \d+ kB up/).waitFor();
    await page.keyboard.press('ArrowLeft');
    assert.equal(await page.locator('[data-row="endpoint"]:focus').count(), 1);
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    assert.equal(await page.locator('[data-row="app"]:focus').getAttribute('aria-expanded'), 'false');
    assert.equal(await page.locator('[data-row="endpoint"]').count(), 0);
    await closeQuietly(opened);
  });

  test('tells of a connection within a second, and keeps its order under a pointer', async () => {
    const opened = await openNow();
    const { page } = opened;
    await appRow(page, 'mpv').hover();
    const order = (): Promise<readonly string[]> =>
      page.locator('[data-row="app"]').evaluateAll((rows) => rows.slice(0, 12).map((row) => row.textContent));
    const names = async (): Promise<string> =>
      (await order()).map((text) => /[a-zA-Z]+/.exec(text)?.[0] ?? '').join();
    const before = await names();
    const place = { app: '/usr/bin/wget', address: '203.0.113.99', action: 'deny', localPort: 7 } as const;
    await page.evaluate((told) => {
      globalThis.nowFake.happen({ ...told, atMs: Date.now() });
    }, place);
    await page.locator('[data-series="refusals"]').getByText('24').waitFor();
    await page.waitForTimeout(1500);
    assert.equal(await names(), before);
    await page.mouse.move(1, 1);
    await page.getByRole('searchbox').fill('wget');
    await appRow(page, 'wget').getByText('1 refused').waitFor();
    await closeQuietly(opened);
  });

  test('has no columns of bytes where the agent does not count', async () => {
    const opened = await openNow();
    const { page } = opened;
    await page.evaluate(() => sessionStorage.setItem('uncounted', 'yes'));
    await page.reload();
    await page.locator('[data-decided]').first().waitFor();
    assert.deepEqual(
      await page
        .getByRole('columnheader')
        .allInnerTexts()
        .then((texts) => texts.slice(-4)),
      [...['App', 'Last 5 minutes', 'Endpoints', 'New connections']],
    );
    assert.equal(await page.locator('[data-series="down"]').count(), 0);
    assert.doesNotMatch(await page.locator('main').innerText(), /B\/s|kB/);
    await closeQuietly(opened);
  });

  test('is searched with words and fields, and the address says so', async () => {
    const opened = await openNow();
    const { page } = opened;
    await page.keyboard.press('/');
    await page.keyboard.type('action:deny app:python');
    await page.waitForFunction(() => document.querySelectorAll('[data-row]').length === 1);
    assert.match(page.url(), /#\/now\?q=action%3Adeny/);
    await appRow(page, 'python').click();
    assert.equal(await page.locator('[data-row="endpoint"]').count(), 1);
    await page.getByRole('searchbox').fill('nowhere');
    await page.getByText('Nothing fits').waitFor();
    await page.getByRole('button', { name: 'Show everything' }).click();
    await appRow(page, 'firefox').waitFor();
    await closeQuietly(opened);
  });
});

describe('the chart', () => {
  test('narrows the list to the time that is dragged over, until a click or Esc', async () => {
    const opened = await openNow();
    const { page } = opened;
    await appRow(page, 'gnome-software').waitFor();
    const all = await page.locator('[data-row]').count();
    await drag(page, 0.02, 0.12);
    await page.waitForFunction((count) => document.querySelectorAll('[data-row]').length < count, all);
    assert.match(page.url(), /from=\d+&to=\d+/);
    await page.getByRole('button', { name: 'Show all five minutes' }).click();
    await page.waitForFunction((count) => document.querySelectorAll('[data-row]').length >= count, all);
    assert.doesNotMatch(page.url(), /from=/);
    await drag(page, 0.5, 0.7);
    await page.waitForURL(/from=/);
    await page.locator('[data-chart]').click();
    await page.waitForFunction(() => !location.hash.includes('from='));
    await closeQuietly(opened);
  });

  test('is used by keyboard, and says in words what it shows', async () => {
    const opened = await openNow();
    const { page } = opened;
    const chart = page.getByRole('slider', { name: 'The last five minutes' });
    await chart.focus();
    await page.keyboard.press('PageDown');
    await page.keyboard.press('Shift+ArrowLeft');
    await page.keyboard.press('Shift+ArrowLeft');
    await page.getByText(/^\d\d:\d\d:\d\d to \d\d:\d\d:\d\d$/).waitFor();
    assert.match(
      (await chart.getAttribute('aria-valuetext')) ?? '',
      /^\d\d:\d\d:\d\d: \d+ connections?, \d+ refused, .+ down, .+ up\. Selected: \d\d:\d\d:\d\d to/,
    );
    const url = new URL(page.url().replace('#/now', ''));
    assert.equal(Number(url.searchParams.get('to')) - Number(url.searchParams.get('from')), 15);
    await page.keyboard.press('Escape');
    await page.getByText(/^\d\d:\d\d:\d\d to/).waitFor({ state: 'detached' });
    const table = page.getByRole('table', { name: 'The last five minutes' });
    assert.equal(await table.getByRole('row').count(), 11);
    await closeQuietly(opened);
  });
});

describe('allow and deny in place', () => {
  test('make a rule for an App, change that rule, and are taken back', async () => {
    const opened = await openNow();
    const { page } = opened;
    const group = page.getByRole('group', { name: 'New connections of git' });
    await group.getByRole('button', { name: 'Allow', pressed: true }).waitFor();
    await group.getByRole('button', { name: 'Deny' }).click();
    await page.getByText('New rule: /usr/bin/git may not connect to anything.').waitFor();
    await group.getByRole('button', { name: 'Deny', pressed: true }).waitFor();
    await group.getByRole('button', { name: 'Allow' }).click();
    await page.getByText('Changed rule: /usr/bin/git may connect').waitFor();
    await group.getByRole('button', { name: 'Allow', pressed: true }).waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('The rule is what it was before.').waitFor();
    await group.getByRole('button', { name: 'Deny', pressed: true }).waitFor();
    const written = (await calls(page, 'putRule')) as readonly {
      id?: string;
      action: string;
      matcher: object;
    }[];
    assert.deepEqual(
      written.map(({ id, action }) => [id, action]),
      [
        [undefined, 'deny'],
        ['made-1', 'allow'],
        ['made-1', 'deny'],
      ],
    );
    assert.deepEqual(written[0]?.matcher, {
      ...{ app: '/usr/bin/git', direction: 'out', protocols: [], addresses: [], ports: [] },
    });
    await closeQuietly(opened);
  });

  test('say that a deny cuts what is open: on the button always, and once after the first one', async () => {
    const opened = await openNow();
    const { page } = opened;
    const deny = (name: string): Locator =>
      page.getByRole('group', { name: `New connections of ${name}` }).getByRole('button', { name: 'Deny' });
    assert.match((await deny('git').getAttribute('title')) ?? '', /cut the open ones/);
    await deny('git').click();
    await page.getByText(/^New rule: .* What was open is cut as well\.$/).waitFor();
    assert.deepEqual(await calls(page, 'setPreferences'), [{ knowsCuts: true }]);
    await deny('ssh').click();
    await page.getByText(/^New rule: \/usr\/bin\/ssh may not connect to anything\.$/).waitFor();
    await closeQuietly(opened);
  });

  test('of one endpoint leave the others, and the App says that its rules differ', async () => {
    const opened = await openNow();
    const { page } = opened;
    await appRow(page, 'ssh').click();
    const endpoint = page.locator('[data-row="endpoint"]').first();
    await endpoint.getByRole('button', { name: 'Deny' }).press('Enter');
    await endpoint.locator('[data-decided="deny"]').waitFor();
    await appRow(page, 'ssh').locator('[data-decided="mixed"]').getByText('differs').waitFor();
    const [draft] = (await calls(page, 'putRule')) as readonly { matcher: object }[];
    const address = /203\.0\.113\.\d+/.exec(await endpoint.innerText())?.[0];
    assert.deepEqual(draft?.matcher, {
      ...{ app: '/usr/bin/ssh', direction: 'out', protocols: ['tcp'], addresses: [address] },
      ports: [{ from: 22, to: 22 }],
    });
    await page.getByRole('button', { name: 'Undo' }).click();
    await appRow(page, 'ssh').locator('[data-decided="allow"]').waitFor();
    await closeQuietly(opened);
  });

  test('say no more than a rule may say: a program without a path can only be refused', async () => {
    const opened = await openNow({ fragment: '#/now?q=installer' });
    const { page } = opened;
    const group = page.getByRole('group', { name: 'New connections of installer' });
    await group.waitFor();
    assert.equal(await group.getByRole('button').count(), 1);
    await page.evaluate(() => {
      globalThis.nowFake.happen({ app: 'unknown', address: '192.0.2.1', localPort: 9, atMs: Date.now() });
    });
    await page.getByRole('searchbox').fill('192.0.2.1');
    await page.locator('[data-row="app"]', { hasText: 'Program unknown' }).waitFor();
    assert.equal(await page.getByRole('group', { name: /New connections/ }).count(), 0);
    await closeQuietly(opened);
  });
});

describe('the page', () => {
  test('says that nothing goes on, and that the firewall is paused', async () => {
    const untilMs = Date.now() + 600_000;
    const changes = agentChanges({ mode: { kind: 'paused', untilMs, unknownFlows: 'ask' } });
    const opened = await openNow({
      changes,
      prepare: () => {
        globalThis.testPage.fakeDesktop.answers.listHistory = { ok: true, value: [] };
      },
    });
    await opened.page.getByText('Nothing goes on').waitFor();
    await opened.page.getByText(/^The firewall is paused until .* everything passes/).waitFor();
    await closeQuietly(opened);
  });

  test('shows what was known while the agent is away, without anything to choose, and reads anew after', async () => {
    const opened = await openNow();
    const { page } = opened;
    await appRow(page, 'firefox').locator('[data-decided]').waitFor();
    const reason = { kind: 'unavailable', text: 'No agent answers.', remedy: 'Start it.' } as const;
    await opened.tell({
      kind: 'connection',
      connection: { kind: 'disconnected', reason, retryAtMs: Date.now() + 1000 },
    });
    await page.waitForSelector('[data-banner="connection"]');
    assert.equal(await page.getByRole('group', { name: /New connections/ }).count(), 0);
    await appRow(page, 'firefox').waitFor();
    await page.waitForTimeout(1200);
    const asked = (await calls(page, 'readTraffic')).length;
    await page.waitForTimeout(1500);
    assert.equal((await calls(page, 'readTraffic')).length, asked, 'nobody is asked who is not there');
    const listed = (await calls(page, 'listHistory')).length;
    await opened.tell(...agentChanges());
    await appRow(page, 'firefox').locator('[data-decided]').waitFor();
    assert.equal((await calls(page, 'listHistory')).length, listed + 1);
    await closeQuietly(opened);
  });

  test('asks for no counts once another page is shown', async () => {
    const opened = await openNow();
    const { page } = opened;
    await appRow(page, 'firefox').waitFor();
    await page.getByRole('link', { name: 'Rules' }).click();
    await page.waitForTimeout(300);
    const asked = (await calls(page, 'readTraffic')).length;
    assert.ok(asked > 0);
    await page.waitForTimeout(1500);
    assert.equal((await calls(page, 'readTraffic')).length, asked);
    await closeQuietly(opened);
  });

  test('has nothing that axe finds when it is unfolded and narrowed', async () => {
    const opened = await openNow({ language: 'zh-Hans' });
    const { page } = opened;
    await appRow(page, 'thunderbird').click();
    await page.locator('[data-row="endpoint"]').first().click();
    await drag(page, 0.3, 0.99);
    await page.locator('[data-row="flow"]').first().waitFor();
    assert.deepEqual(await findings(page), []);
    await closeQuietly(opened);
  });
});
