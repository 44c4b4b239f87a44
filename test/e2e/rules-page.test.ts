// The Rules page before the real agent: a rule is made, decides about a real flow, is edited, switched off, and all of it is taken
// back; the rule file on disk follows each step.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { waitFor } from '../lab/commands.ts';
import { needsBrowser } from './browser.ts';
import { startSurroundings } from './surroundings.ts';
import type { Surroundings } from './surroundings.ts';

describe('the Rules page and the agent', { skip: needsBrowser, timeout: 120_000 }, () => {
  let around: Surroundings;
  let page: Page;

  before(async () => {
    around = await startSurroundings();
    page = around.asking.page;
    await page.goto(`${around.shell.origin}/main.html#/rules`);
    await page.getByText('Came with Sallyport').first().waitFor();
  });

  after(() => around[Symbol.asyncDispose]());

  const fileOf = (id: string): string => join(around.agent.rulesDirectory, `${id}.yaml`);
  const textOf = (id: string): string => (existsSync(fileOf(id)) ? readFileSync(fileOf(id), 'utf8') : '');
  const until = (what: string, holds: () => boolean): Promise<void> => waitFor(what, holds, 10_000);
  const row = (): ReturnType<Page['locator']> => page.locator('[data-rule="my-curl"]');
  let made = '';

  test('a rule is made in the form, and decides about the next flow', async () => {
    await page.getByRole('button', { name: 'New rule' }).click();
    await page.keyboard.type('/usr/bin/curl');
    await page.getByRole('button', { name: 'Name, note and priority' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('my-curl');
    await page.getByRole('button', { name: 'Save' }).click();
    await row().getByText('curl may connect to any address, always.').waitFor();
    made = textOf('my-curl');
    assert.match(made, /^id: my-curl\naction: allow\napp: \/usr\/bin\/curl\ndirection: out\norigin: user\n/m);
    assert.deepEqual((await around.curl()).exitCode, 0, 'nobody was asked');
    await page.reload();
    await row().getByText('used once').waitFor();
  });

  test('is edited in its sentence and switched off, in its file as well', async () => {
    await row().getByRole('button', { name: 'any address' }).click();
    await page.keyboard.type('192.0.2.0/24, private');
    await page.keyboard.press('Enter');
    await row().getByText('192.0.2.0/24 or private networks').waitFor();
    await until('the address in the file', () =>
      textOf('my-curl').includes('address: [192.0.2.0/24, private]'),
    );
    await row().getByRole('switch').click();
    await until('the switch in the file', () => textOf('my-curl').includes('enabled: false'));
    await row().locator('[data-control="edit"]').click();
    await page.getByRole('button', { name: 'Show as text' }).click();
    await page.getByRole('dialog').getByText('enabled: false').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
  });

  test('is deleted, and all of it is taken back step by step, and done again', async () => {
    await row().locator('[data-control="select"]').check();
    await page.keyboard.press('Delete');
    await until('the file gone', () => textOf('my-curl') === '');
    await row().waitFor({ state: 'detached' });
    await page.keyboard.press('Control+z');
    await until('the file again', () => textOf('my-curl').includes('enabled: false'));
    await row().waitFor();
    assert.match(textOf('my-curl'), new RegExp(/created: .*/.exec(made)?.[0] ?? 'no time'));
    await page.getByText('Taken back.').waitFor();
    await page.keyboard.press('Control+z');
    await until(
      'the rule on again',
      () => textOf('my-curl').includes('address') && !textOf('my-curl').includes('enabled'),
    );
    await row().getByRole('switch', { checked: true }).waitFor();
    await page.keyboard.press('Control+z');
    await until('the file as it was made', () => textOf('my-curl') === made);
    await row().getByText('curl may connect to any address, always.').waitFor();
    await page.keyboard.press('Control+Shift+z');
    await until('the address again', () => textOf('my-curl').includes('192.0.2.0/24'));
    assert.deepEqual(around.asking.faults, []);
  });

  test('what somebody writes into the file is on the page, and is not undone over', async () => {
    await row().getByText('192.0.2.0/24').waitFor();
    writeFileSync(fileOf('my-curl'), textOf('my-curl').replace('action: allow', 'action: deny'));
    await row().getByText('curl may not connect').waitFor();
    await page.keyboard.press('Control+z');
    await page.getByText('changed elsewhere').waitFor();
    assert.match(textOf('my-curl'), /action: deny/);
    writeFileSync(join(around.agent.rulesDirectory, 'broken.yaml'), 'id: broken\naction: perhaps\n', {
      mode: 0o644,
    });
    await page.getByText('broken.yaml, line 2').waitFor();
  });
});
