// The Rules page in a real browser: what it shows, and what a person does on it, with the keyboard alone where that is the point.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import type { RuleDraft } from '../../apps/desktop/src/shared/desktop-api.ts';
import type { Rule } from '../../apps/desktop/src/shared/model.ts';
import { closeQuietly, startBrowser } from './browser.ts';
import type { TestBrowser } from './browser.ts';
import { matcherOf, PROBLEM, RULES, withRules } from './rule-samples.ts';
import { calls, letPut, openRules, row } from './rules-opened.ts';

let browser: TestBrowser;

before(async () => {
  browser = await startBrowser();
});

after(() => browser[Symbol.asyncDispose]());

function ruleNamed(id: string): Rule {
  const rule = RULES.find((one) => one.id === id);
  assert.ok(rule, id);
  return rule;
}

async function press(page: Page, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

/** Tab until what has the focus reads so. */
async function tabTo(page: Page, text: string): Promise<void> {
  for (let count = 0; count < 60; count++) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(
      () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent,
    );
    if (focused === text) return;
  }
  throw new Error(`no Tab leads to "${text}"`);
}

describe('a rule', () => {
  test('is a sentence with where it comes from, how often it decided, and its note', async () => {
    const opened = await openRules(browser);
    const { page } = opened;
    await row(page, 'curl-443').getByText('used 12 times, 3 min. ago').waitFor();
    const text = (await row(page, 'curl-mail').textContent()) ?? '';
    assert.match(text, /^curl may not connect to any address on ports 25, 465, or 587 over TCP, always\./);
    assert.match(text, /Imported .* · never used/);
    assert.match((await row(page, 'curl-local').textContent()) ?? '', /The test servers in the cellar\./);
    await page.getByRole('searchbox').fill('ping');
    await row(page, 'ping').waitFor();
    assert.match(
      (await row(page, 'ping').textContent()) ?? '',
      /ping may send ICMP to any address, always\./,
    );
    await closeQuietly(opened);
  });

  test('that never decides says so, and leads to the one that does', async () => {
    const opened = await openRules(browser, { fragment: '#/rules?q=telemetry' });
    const { page } = opened;
    const hint = row(page, 'telemetry-update').getByText('Never decides: telemetry always does first.');
    await hint.getByRole('link', { name: 'telemetry' }).click();
    assert.equal(await page.evaluate(() => location.hash), '#/rules?q=id%3Atelemetry');
    await closeQuietly(opened);
  });

  test('of a file that cannot be used is told with file, line and reason', async () => {
    const opened = await openRules(browser, { changes: withRules(RULES, [PROBLEM]) });
    const { page } = opened;
    const problems = page.getByRole('region', { name: 'A rule file was refused' });
    const text = (await problems.textContent()) ?? '';
    for (const part of ['/etc/sallyport/rules/office.yaml, line 12', PROBLEM.reason, 'last good version'])
      assert.ok(text.includes(part), part);
    await closeQuietly(opened);
  });

  test('with text that others chose shows what is in it', async () => {
    const app = '/tmp/\u202egnp.<b>x';
    const rule = { ...ruleNamed('ping'), note: 'a\u200bb', matcher: matcherOf({ app }) };
    const opened = await openRules(browser, { changes: withRules([rule]) });
    const { page } = opened;
    const text = (await row(page, 'ping').textContent()) ?? '';
    assert.ok(text.includes('\\u{202e}gnp.<b>x') && text.includes('a\\u{200b}b'), text);
    assert.equal(await page.locator('main b').count(), 0);
    await closeQuietly(opened);
  });
});

describe('the list', () => {
  test('follows search, filter, sort and grouping, and the address says all of it', async () => {
    const opened = await openRules(browser);
    const { page } = opened;
    await page.getByRole('searchbox').fill('port:443 git');
    await page.getByText('1 of 12 rules').waitFor();
    assert.equal(await row(page, 'git-ssh').count(), 1);
    await page.getByRole('searchbox').fill('');
    await page.getByLabel('Show').selectOption('deny');
    await page.getByText('3 of 12 rules').waitFor();
    assert.equal(await page.getByRole('searchbox').inputValue(), 'action:deny');
    await page.getByRole('switch', { name: 'Group by App' }).click();
    await page.getByLabel('Sort').selectOption('newest');
    const ids = await page
      .locator('[data-rule]')
      .evaluateAll((rows) => rows.map((one) => (one as HTMLElement).dataset['rule']));
    assert.deepEqual(ids, ['curl-mail', 'git-old', 'telemetry']);
    assert.equal(await page.evaluate(() => location.hash), '#/rules?q=action%3Adeny&group=no&sort=newest');
    await page.getByRole('searchbox').fill('nothing like this');
    await page.getByRole('button', { name: 'Show all rules' }).click();
    await page.getByText('12 rules', { exact: true }).waitFor();
    await closeQuietly(opened);
  });

  test('without a rule says what will be here', async () => {
    const opened = await openRules(browser, { changes: withRules([]) });
    await opened.page.getByRole('heading', { name: 'No rules yet' }).waitFor();
    await closeQuietly(opened);
  });

  test('of an agent that is gone stays, and takes no change', async () => {
    const opened = await openRules(browser);
    const { page, tell } = opened;
    await row(page, 'firefox').waitFor();
    const reason = { kind: 'unavailable', text: 'No agent answers.', remedy: 'Start it.' } as const;
    await tell({ kind: 'connection', connection: { kind: 'disconnected', reason, retryAtMs: 0 } });
    await page.getByText('Could not reach the firewall service.').waitFor();
    assert.ok(await row(page, 'firefox').getByRole('switch').isDisabled());
    assert.ok(await page.getByRole('button', { name: 'New rule' }).isDisabled());
    assert.equal(await row(page, 'firefox').getByRole('button', { name: 'firefox', exact: true }).count(), 0);
    await closeQuietly(opened);
  });
});

describe('editing with the keyboard alone', () => {
  test('leads from a bold part to its field, saves, comes back, and is undone and done again', async () => {
    const opened = await openRules(browser, { fragment: '#/rules?q=curl-443' });
    const { page, tell } = opened;
    const before = ruleNamed('curl-443');
    const after = { ...before, matcher: { ...before.matcher, ports: [{ from: 8443, to: 8443 }] } };
    await letPut(page, after);
    await row(page, 'curl-443').waitFor();
    await tabTo(page, '443');
    await press(page, 'Enter');
    await page.keyboard.type('8443');
    await page.getByRole('complementary').getByText('on port 8443').waitFor();
    await press(page, 'Enter');
    await page.getByText('The rule was changed.').waitFor();
    await tell({ kind: 'rule', rule: after });
    assert.equal(
      await page.evaluate(() => document.activeElement?.getAttribute('aria-label')),
      'Edit curl-443',
    );
    await letPut(page, before);
    await press(page, 'Control+z');
    await page.getByText('Taken back.').waitFor();
    await tell({ kind: 'rule', rule: before });
    await letPut(page, after);
    await press(page, 'Control+Shift+z');
    await page.getByText('Done again.').waitFor();
    const drafts = (await calls(page)).map(({ name, argument }) => [
      name,
      (argument as RuleDraft).matcher.ports,
    ]);
    assert.deepEqual(drafts, [
      ['putRule', after.matcher.ports],
      ['putRule', before.matcher.ports],
      ['putRule', after.matcher.ports],
    ]);
    await closeQuietly(opened);
  });

  test('says beside the field what is wrong, and saves nothing', async () => {
    const opened = await openRules(browser, { fragment: '#/rules?q=curl-443' });
    const { page } = opened;
    await row(page, 'curl-443').waitFor();
    await tabTo(page, '93.184.215.14');
    await press(page, 'Enter');
    await page.keyboard.type('10.1.2.3/16');
    await press(page, 'Enter');
    const field = page.getByRole('textbox', { name: 'Addresses' });
    assert.equal(await field.getAttribute('aria-invalid'), 'true');
    await page.getByText('Write 10.1.0.0/16 for the network, or 10.1.2.3 for the single address.').waitFor();
    assert.equal(
      await page.evaluate(() => (document.activeElement as HTMLInputElement).value),
      '10.1.2.3/16',
    );
    await press(page, 'Escape');
    await page.getByText('Throw away what you changed?').waitFor();
    await press(page, 'Enter');
    assert.equal(await field.count(), 1);
    assert.deepEqual(await calls(page), []);
    await closeQuietly(opened);
  });

  test('asks before what was typed is thrown away for another rule', async () => {
    const opened = await openRules(browser, { fragment: '#/rules?q=app%3Acurl' });
    const { page } = opened;
    const panel = page.getByRole('complementary');
    await row(page, 'curl-443').getByRole('button', { name: '443', exact: true }).click();
    await page.keyboard.type('8443');
    await row(page, 'curl-443').getByRole('button', { name: 'curl', exact: true }).click();
    assert.equal(await page.getByRole('textbox', { name: 'Ports' }).inputValue(), '8443', 'the same form');
    assert.equal(
      await page.evaluate(() => (document.activeElement as HTMLInputElement).value),
      '/usr/bin/curl',
    );
    await row(page, 'curl-mail').locator('[data-control="edit"]').click();
    await panel.getByRole('button', { name: 'Go on editing' }).click();
    assert.equal(await page.getByRole('textbox', { name: 'Ports' }).inputValue(), '8443');
    await row(page, 'curl-mail').locator('[data-control="edit"]').click();
    await panel.getByRole('button', { name: 'Throw away' }).click();
    await panel.getByText('25, 465, or 587').waitFor();
    assert.deepEqual(await calls(page), []);
    await closeQuietly(opened);
  });

  test('shows a refusal of the agent where it belongs', async () => {
    const opened = await openRules(browser);
    const { page } = opened;
    await page.getByRole('button', { name: 'New rule' }).click();
    await page.keyboard.type('/usr/bin/wget');
    const refuse = (text: string): Promise<void> =>
      page.evaluate((told) => {
        const error = { kind: 'invalid', text: told, remedy: '' } as const;
        globalThis.testPage.fakeDesktop.answers.putRule = { ok: false, error };
      }, text);
    await refuse('The field `rule.matcher.ports[0].to` is 70000. Expected: a number from 0 to 65535.');
    await press(page, 'Enter');
    const ports = page.getByRole('textbox', { name: 'Ports' });
    await page.getByText('is 70000').waitFor();
    assert.equal(await ports.getAttribute('aria-invalid'), 'true');
    await refuse('The disk is full.');
    await page.keyboard.type('443');
    await press(page, 'Enter');
    assert.match((await page.getByRole('alert').textContent()) ?? '', /The disk is full\./);
    await closeQuietly(opened);
  });

  test('makes a rule, and duplicates one', async () => {
    const opened = await openRules(browser);
    const { page } = opened;
    await letPut(page, { ...ruleNamed('ping'), id: 'wget' });
    await page.getByRole('button', { name: 'New rule' }).click();
    await page.getByText('This lets every program reach every address.').waitFor();
    await page.keyboard.type('/usr/bin/wget');
    await page
      .getByRole('group', { name: 'Often used for Addresses' })
      .getByRole('button', { name: 'private networks' })
      .click();
    await page
      .getByRole('group', { name: 'Often used for Protocols' })
      .getByRole('button', { name: 'TCP' })
      .click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('The rule was made.').waitFor();
    await row(page, 'curl-local').getByRole('button', { name: 'Edit curl-local' }).click();
    await page.getByRole('button', { name: 'Duplicate' }).click();
    await page.getByRole('radio', { name: 'Deny' }).check();
    await page.getByRole('button', { name: 'Save' }).click();
    const made = (await calls(page)).map(({ argument }) => argument as RuleDraft);
    assert.deepEqual(
      made.map(({ id, action, matcher }) => [id, action, matcher.app, matcher.addresses]),
      [
        [undefined, 'allow', '/usr/bin/wget', ['private']],
        [undefined, 'deny', '/usr/bin/curl', ['private', 'loopback']],
      ],
    );
    await closeQuietly(opened);
  });
});

describe('many rules at once', () => {
  test('are switched off, deleted and brought back as they were', async () => {
    const opened = await openRules(browser, { fragment: '#/rules?q=app%3Acurl&group=no' });
    const { page, tell } = opened;
    await page.getByRole('checkbox', { name: 'Select curl-443' }).focus();
    await press(page, 'Space', 'ArrowDown', 'Space');
    await page.getByText('2 selected').waitFor();
    await page.evaluate(() => {
      const { answers } = globalThis.testPage.fakeDesktop;
      answers.deleteRule = { ok: true, value: undefined };
    });
    await press(page, 'Delete');
    await page.getByText('2 rules were deleted.').waitFor();
    await tell({ kind: 'rule-deleted', ruleId: 'curl-443' }, { kind: 'rule-deleted', ruleId: 'curl-local' });
    await letPut(page, ruleNamed('curl-443'));
    await page.getByRole('button', { name: 'Undo', exact: true }).last().click();
    await page.getByText('Taken back.').waitFor();
    const made = await calls(page);
    assert.deepEqual(
      made.map(({ name }) => name),
      ['deleteRule', 'deleteRule', 'putRule', 'putRule'],
    );
    const { origin, createdAtMs, id } = made[3]?.argument as RuleDraft;
    assert.deepEqual([id, origin, createdAtMs], ['curl-443', 'prompt', ruleNamed('curl-443').createdAtMs]);
    await closeQuietly(opened);
  });

  test('stop at the first that fails, which is told', async () => {
    const opened = await openRules(browser, { fragment: '#/rules?q=app%3Acurl' });
    const { page } = opened;
    await page.getByRole('checkbox', { name: 'Select all 3' }).check();
    await page.getByRole('button', { name: 'Turn off' }).click();
    await page.getByText('This was not done. The firewall service did not answer.').waitFor();
    assert.equal((await calls(page)).length, 1);
    assert.ok(await page.getByRole('button', { name: 'Undo' }).isDisabled());
    await closeQuietly(opened);
  });
});

describe('files', () => {
  test('are imported whole or not at all, and exported as the agent writes them', async () => {
    const opened = await openRules(browser);
    const { page } = opened;
    const file = { name: 'rules.yaml', mimeType: 'application/yaml', buffer: Buffer.from('- id: a\n') };
    await page.evaluate(() => {
      const problem = { file: '', line: 1, reason: 'action is missing', lastGoodVersionInForce: false };
      const { answers } = globalThis.testPage.fakeDesktop;
      answers.readRules = { ok: true, value: { rules: [], problems: [problem] } };
      answers.exportRules = { ok: true, value: { text: '- id: firefox\n' } };
    });
    await page.locator('input[type=file]').setInputFiles(file);
    await page.getByText('Nothing was imported. Line 1: action is missing').waitFor();
    const read = { ...ruleNamed('ping'), id: 'imported' };
    await page.evaluate((rule) => {
      globalThis.testPage.fakeDesktop.answers.readRules = {
        ok: true,
        value: { rules: [rule], problems: [] },
      };
    }, read);
    await letPut(page, read);
    await page.locator('input[type=file]').setInputFiles(file);
    await page.getByText('1 rule was imported.').waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page
        .getByRole('button', { name: 'More', exact: true })
        .click()
        .then(() => page.getByRole('button', { name: 'Export', exact: true }).click()),
    ]);
    assert.equal(download.suggestedFilename(), 'sallyport-rules.yaml');
    await row(page, 'firefox').getByRole('button', { name: 'Edit firefox' }).click();
    await page.getByRole('button', { name: 'Show as text' }).click();
    await page.getByRole('dialog').getByText('- id: firefox').waitFor();
    const made = (await calls(page)).map(({ name, argument }) => [name, argument]);
    assert.deepEqual(made.at(-1), ['exportRules', { ruleIds: ['firefox'] }]);
    assert.equal((made.find(([name]) => name === 'putRule')?.[1] as RuleDraft).origin, 'import');
    await closeQuietly(opened);
  });
});
