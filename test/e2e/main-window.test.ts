// The main window over the real path: curl in a namespace is answered, history shows it with its reason and explains it, a rule is
// made from the row, and the rule decides.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { runCurl, startServer } from '../demo/story.ts';
import { AgentUnderTest } from '../lab/agent-under-test.ts';
import { makeCertificate } from '../lab/certificate.ts';
import { endChild } from '../lab/commands.ts';
import { NetworkLab } from '../lab/network-lab.ts';
import { needsBrowser, startBrowser } from './browser.ts';
import { PageUnderTest } from './page-under-test.ts';
import { WebShellUnderTest } from './web-shell-under-test.ts';

describe('the main window', { skip: needsBrowser, timeout: 80_000 }, () => {
  test('shows what curl did, why, and what would be decided now, and makes a rule of it', async () => {
    await using parts = new AsyncDisposableStack();
    const directory = mkdtempSync(join(tmpdir(), 'sallyport-e2e-'));
    parts.defer(() => rmSync(directory, { recursive: true, force: true }));
    const lab = new NetworkLab();
    parts.defer(() => lab.close());
    const certificate = makeCertificate(directory);
    const server = await startServer(lab, certificate);
    parts.defer(() => endChild(server).then(() => undefined));
    const agent = await AgentUnderTest.start({ lab });
    parts.defer(() => agent.stop().then(() => undefined));
    const shell = await WebShellUnderTest.start(agent.socketPath);
    parts.defer(() => shell.stop().then(() => undefined));
    const browser = parts.use(await startBrowser());
    const asking = await PageUnderTest.open(await browser.newContext(), shell.url);
    await asking.until('the connection', ({ connection }) => connection.kind === 'connected');
    const main = await PageUnderTest.open(asking.page.context(), `${shell.origin}/main.html#/history`);
    await main.page.getByText('Filtering').waitFor();

    const curl = runCurl(lab, certificate);
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
    assert.equal((await runCurl(lab, certificate)).exitCode, 7, 'the rule refuses');

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
