// The prompt window in a real browser: which answer it sends, and what comes of it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { HOUR } from '../../apps/desktop/src/shared/answer-options.ts';
import { appOf, ruleOf } from '../../apps/desktop/src/test-support/samples.ts';
import { closeQuietly, startBrowser } from './browser.ts';
import type { TestBrowser } from './browser.ts';
import { armed, calls, decisions, letAnswer } from './prompt-card.ts';
import { appPrompt, asking, curlPrompt, EXAMPLE_FLOW, sisterFlows } from './questions.ts';

let browser: TestBrowser;

before(async () => {
  browser = await startBrowser();
});

after(() => browser[Symbol.asyncDispose]());

describe('a question', () => {
  test('is one sentence with its evidence, who is behind it and what is dangerous', async () => {
    const opened = await browser.open({ changes: asking(curlPrompt()) });
    const { page } = opened;
    const card = page.getByRole('article');
    assert.equal(
      await card.getByRole('heading').textContent(),
      'Allow curl to connect to 93.184.215.14:443?',
    );
    const text = (await card.textContent()) ?? '';
    for (const part of [
      'example.com (asked by curl 2 s ago)',
      'port 443 is usually HTTPS',
      '/usr/bin/curl',
      'PID 4711',
      'you (alice)',
      'curl does what others tell it: it was started by build.sh.',
    ])
      assert.ok(text.includes(part), part);
    assert.equal(await page.title(), 'Allow curl to connect to 93.184.215.14:443?');
    await closeQuietly(opened);
  });

  test('preselects the safe answer, and sends what was seen', async () => {
    const opened = await browser.open({ changes: asking(curlPrompt({ revision: 7 })) });
    const { page } = opened;
    await letAnswer(page);
    await armed(page);
    await page.click('[data-answer="allow"]');
    assert.deepEqual(await decisions(page), [
      {
        promptId: 'p-1',
        action: 'allow',
        scope: 'endpoint',
        lifetime: { kind: 'process', withChildren: false },
        flowIds: [EXAMPLE_FLOW.id],
        revision: 7,
      },
    ]);
    await closeQuietly(opened);
  });
});

describe('an answer', () => {
  test('A allows, D denies, S and L change how far it reaches', async () => {
    const opened = await browser.open({ changes: asking(appPrompt('firefox')) });
    const { page } = opened;
    await letAnswer(page);
    await armed(page);
    await page.keyboard.press('s');
    await page.keyboard.press('l');
    await page.keyboard.press('d');
    await armed(page);
    await page.keyboard.press('a');
    const made = await decisions(page);
    assert.deepEqual(
      made.map(({ action, scope, lifetime }) => [action, scope, lifetime]),
      [
        ['deny', 'address', { kind: 'duration', durationMs: 86_400_000 }],
        ['allow', 'address', { kind: 'duration', durationMs: 86_400_000 }],
      ],
    );
    await closeQuietly(opened);
  });

  test('is told with Undo, which takes it back', async () => {
    const opened = await browser.open({ changes: asking(appPrompt('firefox')) });
    const { page, tell } = opened;
    await letAnswer(page);
    await armed(page);
    await page.keyboard.press('a');
    await tell({ kind: 'prompt-closed', promptId: 'p-firefox', reason: 'decided' });
    await page.getByText('firefox may reach 203.0.113.20:443 for 1 hour.').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('Taken back: 1 connection was cut.').waitFor();
    assert.deepEqual((await calls(page)).at(-1), { name: 'undo', argument: { undoToken: 'token-1' } });
    await closeQuietly(opened);
  });

  test('can be given for the sisters too', async () => {
    const flows = [EXAMPLE_FLOW, ...sisterFlows()];
    const opened = await browser.open({ changes: asking(curlPrompt({ flows })) });
    const { page } = opened;
    await letAnswer(page);
    await armed(page);
    await page.getByLabel('Answer all 4 together').check();
    await page.click('[data-answer="deny"]');
    const [decision] = await decisions(page);
    assert.deepEqual(
      decision?.flowIds,
      flows.map((flow) => flow.id),
    );
    await closeQuietly(opened);
  });

  test('that is not taken is told in the card, and what was chosen stays', async () => {
    const opened = await browser.open({ changes: asking(appPrompt('firefox')) });
    const { page } = opened;
    await page.evaluate(() => {
      globalThis.testPage.fakeDesktop.answers.decide = {
        ok: false,
        error: { kind: 'limit', text: 'There are 10000 rules.', remedy: 'Delete some.' },
      };
    });
    await armed(page);
    await page.keyboard.press('s');
    await page.keyboard.press('a');
    const alert = page.getByRole('alert');
    await alert.waitFor();
    assert.match((await alert.textContent()) ?? '', /was not taken.*too many.*10000 rules.*Delete some/);
    assert.ok(await page.getByLabel('this address', { exact: true }).isChecked());
    await closeQuietly(opened);
  });

  test('to a program that gave up becomes a rule for the next try', async () => {
    const opened = await browser.open({ changes: asking(appPrompt('firefox')) });
    const { page, tell } = opened;
    const rule = ruleOf('firefox-1');
    await page.evaluate((value) => {
      const { answers } = globalThis.testPage.fakeDesktop;
      answers.putRule = { ok: true, value };
      answers.deleteRule = { ok: true, value: undefined };
    }, rule);
    await tell({ kind: 'prompt-closed', promptId: 'p-firefox', reason: 'withdrawn' });
    await page.getByText('firefox gave up waiting. Your answer counts for the next try.').waitFor();
    await armed(page);
    await page.keyboard.press('d');
    await page.getByText('firefox may not reach 203.0.113.20:443 for 1 hour.').waitFor();
    const put = (await calls(page)).find(({ name }) => name === 'putRule')?.argument as {
      readonly action: string;
      readonly matcher: unknown;
    };
    assert.equal(put.action, 'deny');
    assert.deepEqual(put.matcher, {
      app: '/usr/bin/firefox',
      direction: 'out',
      protocols: ['tcp'],
      addresses: ['203.0.113.20'],
      ports: [{ from: 443, to: 443 }],
    });
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('Taken back.').waitFor();
    assert.deepEqual((await calls(page)).at(-1), { name: 'deleteRule', argument: { ruleId: 'firefox-1' } });
    await closeQuietly(opened);
  });
});

describe('an answer', () => {
  test('reaches the network that the agent proposes, for one user alone, and says so', async () => {
    const opened = await browser.open({ changes: asking(appPrompt('firefox', { flows: [EXAMPLE_FLOW] })) });
    const { page } = opened;
    await page.evaluate(() => {
      const value = { rules: [], flowsAnswered: 1, undoToken: 't', undoUntilMs: Date.now() + 15_000 };
      globalThis.testPage.fakeDesktop.answers.decide = { ok: true, value };
    });
    await armed(page);
    await page.getByLabel('network 93.184.215.0/24').check();
    await page.getByLabel('Users').selectOption({ label: 'for alice only' });
    await page.getByRole('button', { name: 'Deny' }).click();
    const text = 'firefox may not reach 93.184.215.0/24 for 1 hour. Only when alice runs it.';
    await page.getByText(text).waitFor();
    const decisions = await page.evaluate(() =>
      globalThis.testPage.fakeDesktop.calls
        .filter(({ name }) => name === 'decide')
        .map(({ argument }) => argument as { readonly scope: string; readonly ownUserOnly: boolean }),
    );
    assert.deepEqual(
      decisions.map(({ scope, ownUserOnly }) => [scope, ownUserOnly]),
      [['network', true]],
    );
    await closeQuietly(opened);
  });

  test('can be for every program of its container, where it is in one, and says so', async () => {
    const container = { runtime: 'docker', name: 'web', image: 'nginx:1.27' };
    const app = appOf('/usr/bin/curl', {
      id: 'container:docker/web:/usr/bin/curl',
      identity: 'container',
      container,
    });
    const prompt = curlPrompt({ app, container: 'container:docker/web' });
    const opened = await browser.open({ changes: asking(prompt) });
    const { page } = opened;
    await letAnswer(page);
    await armed(page);
    const programs = page.getByLabel('Programs');
    assert.equal(await programs.inputValue(), 'app');
    assert.match((await page.locator('select').allTextContents()).join(' '), /this once/);
    await programs.selectOption({ label: 'for all programs in web' });
    const lifetimes = await page.getByLabel('Lasts').locator('option').allTextContents();
    assert.deepEqual(lifetimes, ['1 hour', '1 day', 'until the firewall restarts', 'always']);
    await page.getByLabel('port 443', { exact: true }).check();
    await page.getByRole('button', { name: 'Deny' }).click();
    await page.getByText('Every program in container web may not use port 443 for 1 hour.').waitFor();
    const [decision] = await decisions(page);
    assert.deepEqual([decision?.scope, decision?.lifetime, decision?.forContainer], ['port', HOUR, true]);
    await closeQuietly(opened);
  });

  test('of a program that is in no container with a name is for that program', async () => {
    const opened = await browser.open({ changes: asking(appPrompt('firefox')) });
    await armed(opened.page);
    assert.equal(await opened.page.getByLabel('Programs').count(), 0);
    await closeQuietly(opened);
  });

  test('until the program ends has one user in any case, so there is no choice of users', async () => {
    const opened = await browser.open({ changes: asking(curlPrompt()) });
    await armed(opened.page);
    assert.equal(await opened.page.getByLabel('Users').count(), 0);
    await closeQuietly(opened);
  });
});

describe('what the person prefers', () => {
  test('is what a question begins with, details unfolded, and a change of it arms the card anew', async () => {
    const opened = await browser.open({
      changes: asking(appPrompt('firefox')),
      preferences: { promptScope: 'port', promptLifetime: 'day', promptDetailsOpen: true },
    });
    const { page } = opened;
    await armed(page);
    assert.ok(await page.getByLabel('port 443', { exact: true }).isChecked());
    await page.getByRole('button', { name: 'Details', expanded: true }).waitFor();
    await page.evaluate(() =>
      globalThis.testPage.fakeDesktop.api.setPreferences({ promptScope: 'endpoint', promptLifetime: 'once' }),
    );
    await page.waitForSelector('[data-answer="allow"][aria-disabled="true"]');
    await armed(page);
    await page.keyboard.press('a');
    const [decision] = await page.evaluate(() =>
      globalThis.testPage.fakeDesktop.calls
        .filter(({ name }) => name === 'decide')
        .map(({ argument }) => argument as { readonly scope: string; readonly lifetime: unknown }),
    );
    assert.deepEqual([decision?.scope, decision?.lifetime], ['endpoint', { kind: 'once' }]);
    await closeQuietly(opened);
  });
});
