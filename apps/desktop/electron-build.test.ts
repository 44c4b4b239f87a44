// The bundles as Electron loads them, in a process where the test plays Electron: page, preload, main process, and the agent's real
// server behind them.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire, registerHooks } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { after, before, describe, test } from 'node:test';
import { promptNamed } from '../agent/src/api/testing/fake-firewall.ts';
import { until } from '../agent/src/api/testing/serving.ts';
import { buildElectron } from './electron-build.ts';
import type { DesktopApi } from './src/shared/desktop-api.ts';
import { INITIAL_STATE, reduceUpdate } from './src/shared/reduce.ts';
import { startHosting } from './src/test-support/hosting.ts';
import type { Hosting } from './src/test-support/hosting.ts';
import * as electron from './src/test-support/fake-electron.ts';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-bundle-'));
const bundles = join(folder, 'build/electron');
let hosting: Hosting;

before(async () => {
  const fake = pathToFileURL(join(import.meta.dirname, 'src/test-support/fake-electron.ts')).href;
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'electron' ? { url: fake, shortCircuit: true } : next(specifier, context),
  });
  await buildElectron(bundles);
  process.env['XDG_CONFIG_HOME'] = folder;
  cpSync(join(import.meta.dirname, 'icons'), join(folder, 'icons'), { recursive: true });
  mkdirSync(join(folder, 'build/renderer'));
  for (const name of ['prompt', 'main']) writeFileSync(join(folder, `build/renderer/${name}.html`), name);
  hosting = await startHosting();
  process.argv.push('--background', `--socket=${hosting.serving.socketPath}`);
  await import(pathToFileURL(join(bundles, 'main.js')).href);
  electron.app.ready.resolve(undefined);
  await until(() => electron.windows.length > 0);
});
after(async () => {
  await hosting[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
  rmSync(electron.app.userData, { recursive: true });
});

const shown = (name: string): electron.BrowserWindow | undefined =>
  electron.windows.find(({ url }) => url.startsWith(`app://sallyport/${name}.html`));

/** The DesktopApi of a page in that window. */
function pageIn(window: electron.BrowserWindow | undefined): DesktopApi {
  assert.ok(window !== undefined);
  Object.assign(electron.page, { senderId: window.webContents.id, frame: { url: window.url, parent: null } });
  createRequire(import.meta.url)(join(bundles, 'preload.cjs'));
  return electron.exposed['sallyport'] as DesktopApi;
}

describe('the desktop in Electron', () => {
  test('is in its sandbox and locked down before there is a window', () => {
    assert.deepEqual(electron.app.asked.slice(0, 3), [
      'enableSandbox',
      'setName Sallyport',
      'requestSingleInstanceLock',
    ]);
    assert.deepEqual(electron.registeredSchemes, [
      { scheme: 'app', privileges: { standard: true, secure: true } },
    ]);
    assert.equal(electron.session.defaultSession.listenerCount('will-download'), 1);
    assert.equal(electron.app.listenerCount('certificate-error'), 1);
  });

  test('has its prompt window ready and out of sight, with a page that has nothing but the contract', () => {
    assert.equal(electron.windows.length, 1);
    const [window] = electron.windows;
    assert.equal(window?.url, 'app://sallyport/prompt.html');
    assert.equal(window.visible, false);
    const { webPreferences, show, paintWhenInitiallyHidden } = window.options;
    assert.deepEqual([show, paintWhenInitiallyHidden], [false, false]);
    const { sandbox, contextIsolation, nodeIntegration, webviewTag, preload } = webPreferences as Record<
      string,
      unknown
    >;
    assert.deepEqual([sandbox, contextIsolation, nodeIntegration, webviewTag], [true, true, false, false]);
    assert.equal(preload, join(bundles, 'preload.cjs'));
  });

  test('serves its pages under the policy, and nothing else', async () => {
    const serve = electron.session.defaultSession.serve;
    assert.ok(serve !== undefined);
    const response = serve({ method: 'GET', url: 'app://sallyport/prompt.html#x' });
    assert.equal(await response.text(), 'prompt');
    assert.match(response.headers.get('content-security-policy') ?? '', /^default-src 'none'; /);
    assert.equal(serve({ method: 'GET', url: 'app://sallyport/../electron/main.js' }).status, 404);
  });

  test('shows a question without taking the keyboard, and a page sees, answers and hides it', async () => {
    const api = pageIn(shown('prompt'));
    let state = INITIAL_STATE;
    const leave = api.subscribe((update) => (state = reduceUpdate(state, update)));
    await until(() => state.connection.kind === 'connected');
    hosting.firewall.tell({ kind: 'prompt', prompt: promptNamed('p-1') });
    await until(() => state.prompts.length === 1);
    assert.deepEqual(shown('prompt')?.asked.slice(-2), ['setBounds', 'showInactive']);
    const refused = await api.decide({ promptId: 'p-1' } as never);
    assert.equal(refused.ok ? '' : refused.error.kind, 'invalid');
    assert.deepEqual(await api.putWindowAside(), { ok: true, value: { done: true } });
    assert.equal(shown('prompt')?.visible, false);
    hosting.firewall.tell({ kind: 'prompt', prompt: promptNamed('p-2') });
    await until(() => shown('prompt')?.visible === true);
    leave();
  });

  test('has a tray that says what waits, and opens it', async () => {
    const [tray] = electron.Tray.shown;
    assert.ok(tray !== undefined);
    await until(() => tray.tooltip === 'Sallyport: 2 questions wait');
    const labels = tray.items.map(({ label }) => label ?? '');
    assert.ok(
      labels.includes('Answer 2 questions…') && labels.includes('Quit, and ask nothing here any more'),
    );
    const pause = tray.items.find(({ label }) => label === 'Pause for')?.submenu?.[0];
    assert.equal(pause?.label, '5 minutes');
    tray.items.find(({ label }) => label === 'Answer 2 questions…')?.click?.();
    assert.deepEqual(shown('prompt')?.asked.slice(-2), ['show', 'focus']);
  });

  test('gives a frame of anybody else nothing', async () => {
    const api = pageIn(shown('prompt'));
    for (const frame of [
      { url: 'https://example.com/prompt.html', parent: null },
      { url: 'app://sallyport/prompt.html', parent: {} },
    ]) {
      Object.assign(electron.page, { frame });
      const outcome = await api.getState();
      assert.equal(outcome.ok ? '' : outcome.error.kind, 'not-permitted');
      let heard = 0;
      api.subscribe(() => heard++);
      await new Promise((resolve) => setTimeout(resolve, 50));
      assert.equal(heard, 0);
    }
  });

  test('opens its main window for a page, and for whoever starts it again', async () => {
    await pageIn(shown('prompt')).openMainWindow({ page: 'rules' });
    assert.equal(shown('main')?.url, 'app://sallyport/main.html#/rules');
    assert.ok(shown('main')?.asked.includes('focus'));
    assert.deepEqual(await pageIn(shown('main')).closeWindow(), { ok: true, value: { done: true } });
    assert.equal(shown('main'), undefined);
    electron.app.emit('second-instance', {}, ['electron', '/app', '--background']);
    assert.equal(shown('main'), undefined);
    electron.app.emit('second-instance', {}, ['electron', '/app']);
    assert.ok(shown('main') !== undefined);
    const remembered = readFileSync(join(electron.app.userData, 'desktop.json'), 'utf8');
    assert.match(remembered, /"width":900/);
  });

  test('ends when it is told to, though closing the prompt window only hides it', async () => {
    shown('prompt')?.close();
    assert.ok(shown('prompt') !== undefined);
    electron.app.quit();
    await until(() => electron.app.asked.filter((what) => what === 'quit').length === 2);
    assert.deepEqual(electron.windows, []);
  });
});
