// The prompt window in a real browser: when it takes an answer, which one, and what comes of it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import type { Decision } from '../../apps/desktop/src/shared/desktop-api.ts';
import { appOf, flowOf, ruleOf } from '../../apps/desktop/src/test-support/samples.ts';
import { roundsUntil } from '../lab/quiet-round.ts';
import { startBrowser } from './browser.ts';
import type { OpenPage, TestBrowser } from './browser.ts';
import { appPrompt, asking, curlPrompt, EXAMPLE_FLOW, sisterFlows } from './questions.ts';

let browser: TestBrowser;

before(async () => {
  browser = await startBrowser();
});

after(() => browser[Symbol.asyncDispose]());

const ARMED = '[data-answer="allow"]:not([aria-disabled="true"])';

async function armed(page: Page): Promise<void> {
  await page.waitForSelector(ARMED, { timeout: 5000 });
}

function calls(page: Page): Promise<readonly { readonly name: string; readonly argument: unknown }[]> {
  return page.evaluate(() => globalThis.testPage.fakeDesktop.calls);
}

async function decisions(page: Page): Promise<readonly Decision[]> {
  const made = (await calls(page)).filter(({ name }) => name === 'decide');
  return made.map(({ argument }) => argument as Decision);
}

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

function letAnswer(page: Page): Promise<void> {
  return page.evaluate(() => {
    const { answers } = globalThis.testPage.fakeDesktop;
    const undoUntilMs = Date.now() + 15_000;
    answers.decide = {
      ok: true,
      value: { rules: [], flowsAnswered: 1, undoToken: 'token-1', undoUntilMs },
    };
    answers.undo = { ok: true, value: { rulesRemoved: 1, flowsEnded: 1 } };
  });
}

async function closeQuietly({ page, troubles }: OpenPage): Promise<void> {
  assert.deepEqual(await troubles(), []);
  await page.close();
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

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

describe('the arming', () => {
  test('takes no click within a second, nor one that began within it', async () => {
    const opened = await browser.open({ changes: asking(appPrompt('firefox')) });
    const { page, tell } = opened;
    await armed(page);
    await tell({ kind: 'prompt', prompt: appPrompt('firefox', { revision: 2 }) });
    await page.click('[data-answer="allow"]', { force: true });
    await page.hover('[data-answer="deny"]', { force: true });
    await page.mouse.down();
    await armed(page);
    await page.mouse.up();
    assert.deepEqual(await decisions(page), []);
    await closeQuietly(opened);
  });

  test('lets ten seconds of random typing answer nothing', async () => {
    const opened = await browser.open({ changes: asking(appPrompt('firefox')) });
    const { page } = opened;
    await letAnswer(page);
    const keys = ['a', 'd', 'A', 'D', 's', 'l', 'Enter', ' ', 'x', '1', 'Backspace', 'Enter'];
    const endMs = performance.now() + 10_000;
    let typed = 0;
    while (performance.now() < endMs) {
      await page.keyboard.press(keys[(typed * 7) % keys.length] ?? 'a');
      typed++;
      await wait(Math.random() * 300);
    }
    assert.ok(typed > 30, `only ${typed} keys were typed`);
    assert.deepEqual(await decisions(page), []);
    await armed(page);
    await closeQuietly(opened);
  });

  test('Return answers nothing, wherever the focus is', async () => {
    const opened = await browser.open({ changes: asking(appPrompt('firefox')) });
    const { page } = opened;
    for (const action of ['allow', 'deny']) {
      await armed(page);
      await page.focus(`[data-answer="${action}"]`);
      await page.keyboard.press('Enter');
    }
    assert.deepEqual(await decisions(page), []);
    await closeQuietly(opened);
  });

  test('letters typed into the list of lifetimes choose there and answer nothing', async () => {
    const opened = await browser.open({ changes: asking(appPrompt('firefox')) });
    const { page } = opened;
    await armed(page);
    await page.focus('select');
    await page.keyboard.press('a');
    await page.keyboard.press('d');
    assert.deepEqual(await decisions(page), []);
    await closeQuietly(opened);
  });

  test('begins anew when a dialog that covered the card is closed', async () => {
    const opened = await browser.open({ changes: asking(appPrompt('firefox')) });
    const { page } = opened;
    await armed(page);
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('a');
    await page.keyboard.press('Escape');
    await page.click('[data-answer="allow"]', { force: true });
    assert.deepEqual(await decisions(page), []);
    assert.equal(await page.getByRole('article').count(), 1);
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
