// The whole path with a person in a browser: real packets, the real agent, the real web shell, Chromium, and answers given through
// the page.
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Decision } from '../../apps/desktop/src/shared/desktop-api.ts';
import type { Prompt } from '../../apps/desktop/src/shared/model.ts';
import { runCurl, startServer } from '../demo/story.ts';
import { AgentUnderTest } from '../lab/agent-under-test.ts';
import { makeCertificate } from '../lab/certificate.ts';
import type { Certificate } from '../lab/certificate.ts';
import { endChild, waitFor } from '../lab/commands.ts';
import { NetworkLab } from '../lab/network-lab.ts';
import { needsBrowser, startBrowser } from './browser.ts';
import type { TestBrowser } from './browser.ts';
import { tryFromAnotherSite } from './in-page.ts';
import { PageUnderTest } from './page-under-test.ts';
import { WebShellUnderTest } from './web-shell-under-test.ts';

function answerTo(prompt: Prompt, answer: Pick<Decision, 'action' | 'lifetime'>): Decision {
  const { id, revision, flows } = prompt;
  return { promptId: id, revision, scope: 'endpoint', flowIds: flows.map((flow) => flow.id), ...answer };
}

describe('a person in a browser', { skip: needsBrowser, timeout: 80_000 }, () => {
  const directory = mkdtempSync(join(tmpdir(), 'sallyport-e2e-'));
  let lab: NetworkLab;
  let certificate: Certificate;
  let server: ChildProcess;
  let agent: AgentUnderTest;
  let shell: WebShellUnderTest;
  let browser: TestBrowser;
  let page: PageUnderTest;

  before(async () => {
    lab = new NetworkLab();
    certificate = makeCertificate(directory);
    server = await startServer(lab, certificate);
    agent = await AgentUnderTest.start({ lab });
    shell = await WebShellUnderTest.start(agent.socketPath);
    browser = await startBrowser();
    page = await PageUnderTest.open(await browser.newContext(), shell.url);
  });

  after(async () => {
    await browser[Symbol.asyncDispose]();
    await shell.stop();
    await agent.stop();
    await endChild(server);
    lab.close();
    rmSync(directory, { recursive: true, force: true });
  });

  test('opens the address, and the page is connected and keeps no token', async () => {
    const state = await page.until('the connection', ({ connection }) => connection.kind === 'connected');
    assert.deepEqual(state.you, { uid: 0, mayDecide: true });
    assert.equal(page.page.url(), `${shell.origin}/`);
    assert.deepEqual(page.faults, []);
  });

  test('is asked about curl, allows it, finds the rule, and takes it back', async () => {
    const curl = runCurl(lab, certificate);
    const prompt = await page.prompt();
    assert.equal(prompt.question, 'Allow curl to connect to 1.2.3.4:443?');
    const answered = await page.call(
      'decide',
      answerTo(prompt, { action: 'allow', lifetime: { kind: 'always' } }),
    );
    const { exitCode, stdout } = await curl;
    assert.deepEqual([exitCode, stdout], [0, '200']);
    const [rule] = answered.rules;
    assert.ok(rule !== undefined);
    const { rules } = await page.until('the rule', (state) => state.rules.some(({ id }) => id === rule.id));
    assert.equal(rules.find(({ id }) => id === rule.id)?.origin, 'prompt');
    assert.equal((await runCurl(lab, certificate)).exitCode, 0, 'the rule decides');
    const undone = await page.call('undo', { undoToken: answered.undoToken });
    assert.equal(undone.rulesRemoved, 1);
    await page.until('the rule gone', (state) => state.rules.every(({ id }) => id !== rule.id));
  });

  test('is asked again after the undo, and denies', async () => {
    const curl = runCurl(lab, certificate);
    const prompt = await page.prompt();
    await page.call('decide', answerTo(prompt, { action: 'deny', lifetime: { kind: 'once' } }));
    assert.equal((await curl).exitCode, 7);
    await page.until('the end of the question', ({ prompts }) => prompts.length === 0);
    await waitFor('the record', async () => {
      const records = await page.call('listHistory', { limit: 10, action: 'deny' });
      return records.some(({ app, address }) => app === '/usr/bin/curl' && address === '1.2.3.4');
    });
  });

  test('sees the agent go and come back, without doing anything', async () => {
    const { runtimeDirectory, directory: kept } = agent;
    await agent.stop({ keep: true });
    const gone = await page.until('the loss', ({ connection }) => connection.kind === 'disconnected');
    assert.notEqual(gone.status, undefined, 'what was known stays');
    agent = await AgentUnderTest.start({ lab, directory: kept, runtimeDirectory });
    await page.until('the return', ({ connection }) => connection.kind === 'connected');
    const curl = runCurl(lab, certificate);
    await page.call('decide', answerTo(await page.prompt(), { action: 'allow', lifetime: { kind: 'once' } }));
    assert.equal((await curl).exitCode, 0);
  });

  test('has a window that a reload brings back, and none in another browser', async () => {
    const context = page.page.context();
    const second = await PageUnderTest.open(context, `${shell.origin}/main.html`);
    await second.until('the connection', ({ connection }) => connection.kind === 'connected');
    await second.page.close();
    for (const url of [shell.url, shell.origin]) {
      const other = await PageUnderTest.open(await browser.newContext(), url);
      const { prompts, rules } = await other.until(
        'the refusal',
        ({ connection }) => connection.kind === 'refused',
      );
      assert.deepEqual([prompts, rules], [[], []]);
      await assert.rejects(other.call('getStatus', undefined), /not-permitted/);
      await other.page.context().close();
    }
  });

  test('is safe from another site in the same browser', async () => {
    const site = createServer((_, response) =>
      response.setHeader('Content-Type', 'text/html').end('<!doctype html><title>x'),
    );
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
    const address = `http://127.0.0.1:${(site.address() as AddressInfo).port}/`;
    const evil = await page.page.context().newPage();
    try {
      await evil.goto(address);
      const came = await evil.evaluate(tryFromAnotherSite, shell.origin);
      assert.deepEqual(
        Object.entries(came).filter(([, through]) => through),
        [],
      );
      assert.equal(
        (await page.call('getStatus', undefined)).mode.kind,
        'filtering',
        'nobody paused the firewall',
      );
      await evil.setContent(`<iframe src="${shell.origin}/"></iframe>`);
      await evil.waitForTimeout(500);
      const [, frame] = evil.frames();
      assert.doesNotMatch((await frame?.content().catch(() => '')) ?? '', /id="page"/);
    } finally {
      await evil.close();
      site.close();
      site.closeAllConnections();
    }
  });

  test('loaded nothing from elsewhere', () => {
    assert.deepEqual(browser.outside, []);
    assert.deepEqual(page.faults, []);
  });
});
