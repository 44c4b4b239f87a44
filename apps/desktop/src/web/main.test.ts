// The web shell as a program: what it prints, how it ends, and the window that it opens.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { buildRenderer } from '../../renderer-build.ts';
import { until } from '../../../agent/src/api/testing/serving.ts';
import { findBrowser, windowArguments } from './installed-browser.ts';
import { readPageFiles } from '../host/page-files.ts';
import { parseOptions } from './options.ts';
import { EXIT_CODES, runWeb } from './run-web.ts';
import type { Surroundings } from './run-web.ts';
import { pagesWithBridge } from './pages-with-bridge.ts';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-web-'));
const pages = join(folder, 'pages');
before(() => buildRenderer(pages));
after(() => rmSync(folder, { recursive: true }));

const NO_SOCKET = join(folder, 'agent.sock');
const OPTIONS = { port: 0, open: false, json: false, socketPath: NO_SOCKET };

interface Running {
  readonly printed: string[];
  readonly warned: string[];
  readonly stop: () => void;
  readonly code: Promise<number>;
}

function running(options: Partial<typeof OPTIONS>, surroundings: Partial<Surroundings> = {}): Running {
  const printed: string[] = [];
  const warned: string[] = [];
  const stopping = new AbortController();
  const code = runWeb(
    { ...OPTIONS, ...options },
    {
      folder: pages,
      environment: {},
      preferencesFile: undefined,
      json: false,
      browsers: { folders: [], home: folder },
      print: (line) => printed.push(line),
      warn: (line) => warned.push(line),
      keys: undefined,
      stop: stopping.signal,
      ...surroundings,
    },
  );
  return { printed, warned, stop: () => stopping.abort(), code };
}

/** A program in the place of a browser. Its first line says how it was called. */
function browserNamed(name: string, script: string): string {
  const bin = mkdtempSync(join(folder, 'bin-'));
  writeFileSync(join(bin, name), `#!/bin/sh\nprintf '%s\\n' "$@" > ${bin}/called\n${script}\n`, {
    mode: 0o755,
  });
  return bin;
}

describe('the built pages', () => {
  test('are served as they lie there, with the bridge before the page', () => {
    const files = pagesWithBridge(readPageFiles(pages) ?? new Map());
    assert.ok(files !== undefined);
    for (const path of ['/', '/prompt.html', '/main.html']) {
      const html = files.get(path)?.content.toString() ?? '';
      const scripts = [...html.matchAll(/<script type="module"[^>]* src="([^"]*)"/g)].map(
        ([, source]) => source ?? '',
      );
      assert.match(scripts[0] ?? '', /^\/assets\/web-bridge-/);
      for (const source of scripts) assert.ok(files.has(source.replace(/^\./, '')), source);
    }
    assert.ok([...files.keys()].every((path) => /^\/(?:assets\/[\w-]+\.(?:js|css)|\w+\.html)?$/.test(path)));
  });
  test('that are not there are a failure that says what to do', async () => {
    const { code, warned } = running({}, { folder: join(folder, 'nowhere') });
    assert.equal(await code, EXIT_CODES.failed);
    assert.match(warned.join(' '), /not built.*npm run build/);
  });
});

describe('the program', () => {
  test('prints its address in JSON, serves, and ends by SIGTERM', async () => {
    const child = spawn(
      process.execPath,
      [join(import.meta.dirname, 'main.ts'), '--json', '--socket', NO_SOCKET],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    const ended = new Promise((resolve) => child.on('close', resolve));
    for (let tries = 0; tries < 400 && !text.includes('\n'); tries++)
      await new Promise((resolve) => setTimeout(resolve, 20));
    const shown = JSON.parse(text) as { url: string; port: number; pid: number; untilMs: number };
    assert.equal(shown.pid, child.pid);
    assert.equal(new URL(shown.url).port, String(shown.port));
    assert.ok(shown.untilMs > Date.now());
    const refused = await fetch(`http://127.0.0.1:${shown.port}/`);
    assert.equal(refused.status, 421);
    child.kill('SIGTERM');
    assert.equal(await ended, 0);
  });
  test('refuses words that it does not know', () => {
    assert.deepEqual(parseOptions(['--port', '80', '--json']), {
      port: 80,
      open: false,
      json: true,
      socketPath: undefined,
    });
    for (const words of [
      ['--port', 'x'],
      ['--port', '65536'],
      ['--port', '-1'],
      ['--what'],
      ['word'],
      ['--port'],
    ])
      assert.equal(typeof parseOptions(words), 'string', words.join(' '));
  });
  test('says so when the port is taken', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '::1', resolve));
    const { port } = server.address() as AddressInfo;
    const { code, warned } = running({ port });
    assert.equal(await code, EXIT_CODES.failed);
    assert.match(warned.join(' '), new RegExp(`Port ${port} is taken`));
    const scripted = running({ port }, { json: true });
    assert.equal(await scripted.code, EXIT_CODES.failed);
    const { error } = JSON.parse(scripted.printed.join('')) as { error: Record<string, unknown> };
    assert.deepEqual([error['exit'], error['kind'], scripted.warned], [1, 'refused', []]);
    server.close();
  });
});

describe('a window', () => {
  const DISPLAY = { DISPLAY: ':7' };

  test('needs a display and a browser', async () => {
    const bin = browserNamed('chromium', 'exit 0');
    const blind = running({ open: true }, { browsers: { folders: [bin], home: folder } });
    assert.equal(await blind.code, EXIT_CODES.noWindow);
    assert.match(blind.warned.join(), /no display/);
    assert.equal(existsSync(join(bin, 'called')), false);
    const bare = running({ open: true }, { environment: DISPLAY });
    assert.equal(await bare.code, EXIT_CODES.noWindow);
    assert.match(bare.warned.join(), /No Chromium, Chrome or Firefox/);
  });
  test('that did not show the page is a failure that another front end can mend', async () => {
    const bin = browserNamed('firefox', 'exit 9');
    const { code, warned } = running(
      { open: true },
      { environment: DISPLAY, browsers: { folders: [bin], home: folder } },
    );
    assert.equal(await code, EXIT_CODES.noWindow);
    assert.match(warned.join(), /ended with 9/);
  });
  test('gets the address and a profile of its own, and is closed when the shell ends', async () => {
    const bin = browserNamed('chromium', 'exec sleep 60');
    const { code, stop } = running(
      { open: true },
      { environment: DISPLAY, browsers: { folders: [bin], home: folder } },
    );
    const called = join(bin, 'called');
    await until(() => existsSync(called) && readFileSync(called, 'utf8').includes('--user-data-dir'));
    const words = readFileSync(called, 'utf8').split('\n');
    assert.match(words[0] ?? '', /^--app=http:\/\/[0-9a-f]{32}\.localhost:\d+\/#token=/);
    const profile =
      words.find((word) => word.startsWith('--user-data-dir='))?.slice('--user-data-dir='.length) ?? '';
    assert.deepEqual(readdirSync(profile), []);
    stop();
    assert.equal(await code, EXIT_CODES.done);
    assert.equal(existsSync(profile), false);
  });
  test('is one of Chromium or Chrome before Firefox, and without a sandbox for root alone', () => {
    const bin = browserNamed('firefox-esr', '');
    const firefox = findBrowser({ folders: [bin], home: folder });
    assert.equal(firefox?.kind, 'firefox');
    writeFileSync(join(bin, 'google-chrome'), '', { mode: 0o644 });
    assert.equal(
      findBrowser({ folders: [bin], home: folder })?.kind,
      'firefox',
      'what cannot be run is not there',
    );
    rmSync(join(bin, 'google-chrome'));
    writeFileSync(join(bin, 'google-chrome'), '', { mode: 0o755 });
    const chrome = findBrowser({ folders: [join(bin, 'no'), bin], home: folder });
    assert.ok(chrome?.name === 'Google Chrome' && chrome.path === join(bin, 'google-chrome'));
    const window = { url: 'http://x/', profile: '/p' };
    assert.ok(windowArguments(chrome, { ...window, isRoot: true }).includes('--no-sandbox'));
    assert.ok(!windowArguments(chrome, { ...window, isRoot: false }).includes('--no-sandbox'));
    assert.deepEqual(windowArguments(firefox, { ...window, isRoot: false }), [
      '--new-instance',
      '--profile',
      '/p',
      '--new-window',
      'http://x/',
    ]);
  });
});
