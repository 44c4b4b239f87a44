// What every end-to-end test of a page begins with: two namespaces, a server in one, the real agent over the other, the web shell, and a
// page of the prompt window in Chromium. All of it goes when the test is over.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCurl, startServer } from '../demo/story.ts';
import { AgentUnderTest } from '../lab/agent-under-test.ts';
import { makeCertificate } from '../lab/certificate.ts';
import { endChild } from '../lab/commands.ts';
import type { Finished } from '../lab/commands.ts';
import { NetworkLab } from '../lab/network-lab.ts';
import { startBrowser } from './browser.ts';
import type { TestBrowser } from './browser.ts';
import { PageUnderTest } from './page-under-test.ts';
import { WebShellUnderTest } from './web-shell-under-test.ts';

export interface Surroundings extends AsyncDisposable {
  readonly agent: AgentUnderTest;
  readonly shell: WebShellUnderTest;
  readonly browser: TestBrowser;
  /** The prompt window, signed in and connected. */
  readonly asking: PageUnderTest;
  /** A page of the main window in the same browser. */
  readonly openMain: (page: string) => Promise<PageUnderTest>;
  /** curl in the namespace that is filtered, to the server in the other one. */
  readonly curl: () => Promise<Finished>;
}

export async function startSurroundings(): Promise<Surroundings> {
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
  const whole = parts.move();
  return {
    ...{ agent, shell, browser, asking },
    openMain: (page) => PageUnderTest.open(asking.page.context(), `${shell.origin}/main.html#/${page}`),
    curl: () => runCurl(lab, certificate),
    [Symbol.asyncDispose]: () => whole.disposeAsync(),
  };
}
