// `sallyport web` as a program: it starts the web shell of this checkout, is it, and ends it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { EXIT_CODES } from '../exit-codes.ts';

const MAIN = join(import.meta.dirname, '..', 'main.ts');
const NO_SOCKET = '/nonexistent/agent.sock';
const home = mkdtempSync(join(tmpdir(), 'sallyport-home-'));
after(() => rmSync(home, { recursive: true }));
const children: ChildProcess[] = [];
after(() => children.forEach((child) => child.kill('SIGKILL')));

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<{ readonly code: number | null; readonly out: string; readonly err: string }>;
  readonly firstLine: Promise<string>;
}

function web(...words: readonly string[]): Running {
  const child = spawn(process.execPath, [MAIN, 'web', '--socket', NO_SOCKET, ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], HOME: home },
  });
  children.push(child);
  const text = { out: '', err: '' };
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (text.err += chunk));
  const firstLine = new Promise<string>((resolve) =>
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text.out += chunk;
      if (text.out.includes('\n')) resolve(text.out.split('\n')[0] ?? '');
    }),
  );
  const ended = new Promise<Awaited<Running['ended']>>((resolve) =>
    child.on('close', (code) => resolve({ code, ...text })),
  );
  return { child, ended, firstLine };
}

describe('sallyport web', () => {
  test('prints the address, serves until it is told to end, and leaves nothing behind', async () => {
    const { child, ended, firstLine } = web('--json');
    const shown = JSON.parse(await firstLine) as { url: string; port: number; pid: number };
    assert.match(shown.url, /^http:\/\/[0-9a-f]{32}\.localhost:\d+\/#token=[\w-]{43}$/);
    assert.equal((await fetch(`http://127.0.0.1:${shown.port}/`)).status, 421);
    child.kill('SIGTERM');
    assert.equal((await ended).code, 128 + 15);
    await assert.rejects(fetch(`http://127.0.0.1:${shown.port}/`));
    assert.throws(() => process.kill(shown.pid, 0), /ESRCH/);
  });
  test('for a person says what the address is good for', async () => {
    const { child, ended, firstLine } = web();
    assert.match(await firstLine, /once, within a minute, on this machine alone/);
    child.kill('SIGINT');
    const { code, out } = await ended;
    assert.equal(code, 128 + 2);
    assert.match(out, /^ {2}http:.*#token=/m);
    assert.match(out, /Ctrl-C or SIGTERM ends it/);
  });
  test('is wrong usage with a port that is none, and refused with one that is taken', async () => {
    for (const port of ['0', 'x', '65536', '-1'])
      assert.equal((await web(`--port=${port}`).ended).code, EXIT_CODES.usage.code, port);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { code, err } = await web('--port', String((server.address() as AddressInfo).port)).ended;
    server.close();
    assert.equal(code, EXIT_CODES.refused.code);
    assert.match(err, /is taken/);
  });
  test('with --open and no display is refused', async () => {
    const { code, err } = await web('--open').ended;
    assert.equal(code, EXIT_CODES.refused.code);
    assert.match(err, /no display/);
  });
});
