// The application in the real Electron, with the agent's real server: what only Electron itself can show. Runs where its binary and a
// display are; electron-build.test.ts has the rest.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { _electron } from 'playwright-core';
import type { ElectronApplication, Page } from 'playwright-core';
import { promptNamed } from '../../apps/agent/src/api/testing/fake-firewall.ts';
import { until } from '../../apps/agent/src/api/testing/serving.ts';
import { startHosting } from '../../apps/desktop/src/test-support/hosting.ts';
import type { Hosting } from '../../apps/desktop/src/test-support/hosting.ts';

const ROOT = join(import.meta.dirname, '../..');
const BINARY = join(ROOT, 'node_modules/electron/dist/electron');

function whyNot(): string | false {
  if (!existsSync(BINARY))
    return "needs Electron's binary: npm run setup -- --electron, where it can be fetched";
  const { DISPLAY = '', WAYLAND_DISPLAY = '' } = process.env;
  return DISPLAY === '' && WAYLAND_DISPLAY === '' && 'needs a display, for example by xvfb-run';
}

const skip = whyNot();

describe('the application in Electron', () => {
  const profile = mkdtempSync(join(tmpdir(), 'sallyport-smoke-'));
  let hosting: Hosting;
  let application: ElectronApplication;
  before(async () => {
    if (skip !== false) return;
    hosting = await startHosting();
    application = await _electron.launch({
      executablePath: BINARY,
      args: [
        join(ROOT, 'apps/desktop'),
        `--user-data-dir=${profile}`,
        `--socket=${hosting.serving.socketPath}`,
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ],
    });
  });
  after(async () => {
    if (skip === false) {
      await application.close();
      await hosting[Symbol.asyncDispose]();
    }
    rmSync(profile, { recursive: true, force: true });
  });

  const pageAt = async (name: string): Promise<Page> => {
    await until(() => application.windows().some((page) => page.url().includes(name)));
    const page = application.windows().find((candidate) => candidate.url().includes(name));
    assert.ok(page !== undefined);
    return page;
  };

  test('opens the main window over app://, with the contract and no Node', { skip }, async () => {
    const page = await pageAt('main.html');
    assert.match(page.url(), /^app:\/\/sallyport\/main\.html/);
    const found = await page.evaluate(() => [
      typeof globalThis,
      'process' in globalThis,
      'require' in globalThis,
    ]);
    assert.deepEqual(found, ['object', false, false]);
  });

  test('lets no page go anywhere else', { skip }, async () => {
    const page = await pageAt('main.html');
    await page.evaluate(() => {
      (globalThis as unknown as { location: { href: string } }).location.href = 'https://example.com/';
    });
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.match(page.url(), /^app:/);
  });

  test('shows a question in the prompt window, which does not take the keyboard', { skip }, async () => {
    hosting.firewall.tell({ kind: 'prompt', prompt: promptNamed('p-1') });
    const page = await pageAt('prompt.html');
    await page.getByRole('article').waitFor();
    const isFocused = await application.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows().some(
        (window) => window.isFocused() && window.getTitle().startsWith('Allow'),
      ),
    );
    assert.equal(isFocused, false);
  });
});
