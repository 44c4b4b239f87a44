// The main window over the real path: curl in a namespace is answered, history shows it with its reason and explains it, a rule is
// made from the row, and the rule decides.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { needsBrowser } from './browser.ts';
import { startSurroundings } from './surroundings.ts';

describe('the main window', { skip: needsBrowser, timeout: 80_000 }, () => {
  test('shows what curl did, why, and what would be decided now, and makes a rule of it', async () => {
    await using around = await startSurroundings();
    const { asking, browser } = around;
    const main = await around.openMain('history');
    await main.page.getByText('Filtering').waitFor();

    const curl = around.curl();
    const { id, revision, flows } = await asking.prompt();
    const flowIds = flows.map((flow) => flow.id);
    const answer = { action: 'allow', scope: 'endpoint', lifetime: { kind: 'once' } } as const;
    await asking.call('decide', { promptId: id, revision, flowIds, ...answer });
    assert.equal((await curl).exitCode, 0);

    const row = main.page.locator('[data-entry]', { hasText: '1.2.3.4:443' }).first();
    await row.getByText('Answered by a person').waitFor();
    await row.getByRole('button', { name: 'Details' }).click();
    await row.locator('[data-outcome="ask"]').waitFor();
    await row.getByText('/usr/bin/curl', { exact: true }).first().waitFor();
    await row.getByRole('button', { name: 'Make a rule from this' }).click();
    await main.page.getByRole('button', { name: 'Make the rule' }).click();
    await main.page.getByText(/^New rule: /).waitFor();
    await row.locator('[data-outcome="deny"]').waitFor();
    assert.equal((await around.curl()).exitCode, 7, 'the rule refuses');

    await main.page.getByRole('searchbox').fill('app:curl action:deny');
    const refused = main.page.locator('[data-entry]', { hasText: 'Refused' }).first();
    await refused
      .getByText(/curl.*1\.2\.3\.4/)
      .first()
      .waitFor();
    assert.deepEqual(main.faults, []);
    assert.deepEqual(browser.outside, []);
  });
});
