// The web shell as a browser uses it: pages, sessions, calls and updates, before a real server of the agent's API.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../../../agent/src/api/testing/serving.ts';
import { INITIAL_MODE } from '../../../agent/src/domain/mode.ts';
import { CALL_PATH, SESSION_PATH, UPDATES_PATH } from '../shared/web-protocol.ts';
import { INITIAL_STATE } from '../shared/reduce.ts';
import { untilState } from '../test-support/hosting.ts';
import {
  ask,
  openSession,
  pageHeaders,
  post,
  startWebTesting,
  tokenOf,
} from '../test-support/web-testing.ts';
import { ICON_POLICY } from '../host/response-headers.ts';
import type { Deliver } from '../host/state-mirror.ts';
import { MOST_STREAMS } from './access.ts';

test('serves a page as the person chose it, before any script has run', async () => {
  const html = '<!doctype html><html lang="en"><head>';
  await using testing = await startWebTesting({
    files: new Map([['/', { contentType: 'text/html; charset=utf-8', content: Buffer.from(html) }]]),
  });
  await testing.hosting.host.setPreferences({ theme: 'dark', contrast: 'more', language: 'zh-Hans' });
  const { body } = await ask(testing.shell, {});
  assert.match(body, /^<!doctype html><html lang="zh-Hans" data-theme="dark" data-contrast="more"><head>/);
  const { headers } = await ask(testing.shell, { method: 'HEAD' });
  assert.equal(Number(headers['content-length']), Buffer.byteLength(body));
});

describe('a page', () => {
  test('comes with headers that forbid everything but itself', async () => {
    await using testing = await startWebTesting();
    const { status, headers, body } = await ask(testing.shell, {});
    assert.equal(status, 200);
    assert.equal(body, '<!doctype html>page');
    const policy = String(headers['content-security-policy']);
    for (const part of [
      "default-src 'none'",
      "script-src 'self'",
      "connect-src 'self'",
      "frame-ancestors 'none'",
    ])
      assert.ok(policy.includes(part), policy);
    assert.doesNotMatch(policy, /unsafe|\*|http/);
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers['referrer-policy'], 'no-referrer');
    assert.equal(headers['cross-origin-opener-policy'], 'same-origin');
    assert.equal(headers['cross-origin-embedder-policy'], 'require-corp');
    assert.equal(headers['cross-origin-resource-policy'], 'same-origin');
    assert.equal(headers['cache-control'], 'no-store');
    assert.match(String(headers['permissions-policy']), /camera=\(\)/);
    assert.equal(headers['access-control-allow-origin'], undefined);
  });
  test('shows the icon of an App, under a policy of its own, as a picture and as nothing else', async () => {
    const icon = { contentType: 'image/svg+xml; charset=utf-8', content: Buffer.from('<svg/>') };
    const host = {
      call: () => Promise.resolve({ ok: true as const, value: undefined }),
      subscribe: () => () => undefined,
      state: () => INITIAL_STATE,
      appIcon: (path: string) => (path === '/app-icons/abc' ? icon : undefined),
    };
    await using testing = await startWebTesting({ host });
    const asked = (path: string, dest: string): ReturnType<typeof ask> =>
      ask(testing.shell, { path, headers: { ...pageHeaders(testing.shell), 'Sec-Fetch-Dest': dest } });
    const { status, headers, body } = await asked('/app-icons/abc', 'image');
    assert.deepEqual([status, body], [200, '<svg/>']);
    assert.equal(headers['content-security-policy'], ICON_POLICY);
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal((await asked('/app-icons/abd', 'image')).status, 404);
    for (const dest of ['document', 'iframe', 'object', 'embed', 'script', 'style', 'empty'])
      assert.equal((await asked('/app-icons/abc', dest)).status, 403, dest);
  });
  test('is there on both loopback addresses, and on no other', async () => {
    await using testing = await startWebTesting();
    assert.equal((await ask(testing.shell, { address: '::1' })).status, 200);
    const socket = connect(testing.shell.port, '127.0.0.2');
    const [failure] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
    assert.equal(failure.code, 'ECONNREFUSED');
  });
  test('can be asked for by its head', async () => {
    await using testing = await startWebTesting();
    const { status, headers, body } = await ask(testing.shell, { method: 'HEAD' });
    assert.deepEqual([status, headers['content-length'], body], [200, '19', '']);
  });
});

describe('a session', () => {
  test('is opened once by the token of an address', async () => {
    await using testing = await startWebTesting();
    const { shell } = testing;
    const { url, untilMs } = shell.newAddress();
    assert.match(url, /^http:\/\/[0-9a-f]{32}\.localhost:\d+\/#token=[\w-]{43}$/);
    assert.ok(untilMs > Date.now());
    const body = JSON.stringify({ token: tokenOf(shell) });
    const opened = await post(shell, SESSION_PATH, { body });
    assert.equal(opened.status, 204);
    assert.match(
      opened.headers['set-cookie']?.join() ?? '',
      /^sallyport-[0-9a-f]{16}=[\w-]{43}; Path=\/api\/; HttpOnly; SameSite=Strict$/,
    );
    assert.equal((await post(shell, SESSION_PATH, { body })).status, 401);
    assert.equal(shell.sessions(), 1);
  });
  test('makes calls, checked by the contract', async () => {
    await using testing = await startWebTesting();
    const { shell, hosting } = testing;
    await untilState(hosting.host, (state) => state.connection.kind === 'connected');
    const cookie = await openSession(shell);
    const call = async (name: string, argument?: unknown): Promise<Record<string, unknown>> => {
      const body = argument === undefined ? '' : JSON.stringify(argument);
      const { status, body: text } = await post(shell, `${CALL_PATH}${name}`, { cookie, body });
      assert.equal(status, 200);
      return JSON.parse(text) as Record<string, unknown>;
    };
    const { ok, value } = await call('getState');
    assert.equal(ok, true);
    assert.deepEqual(value, JSON.parse(JSON.stringify(hosting.host.state())));
    const kinds = await Promise.all(
      [
        call('decide', {
          promptId: 'p',
          action: 'allow',
          scope: 'endpoint',
          lifetime: { kind: 'once' },
          flowIds: [],
          revision: 1,
        }),
        call('decide'),
        call('toString'),
        call('a%2Fb', 1),
      ].map(async (outcome) => ((await outcome)['error'] as { kind: string }).kind),
    );
    assert.deepEqual(kinds, ['invalid', 'invalid', 'unsupported', 'unsupported']);
    assert.equal((await post(shell, `${CALL_PATH}getState`, { cookie, body: '{' })).status, 400);
    assert.equal((await post(shell, `${CALL_PATH}getState`, { cookie, body: '\xff' })).status, 400);
  });
  test('is needed for calls and updates', async () => {
    await using testing = await startWebTesting();
    const { shell } = testing;
    const cookie = await openSession(shell);
    for (const path of [`${CALL_PATH}getState`, UPDATES_PATH, '/api/', '/api/x'])
      for (const wrong of [undefined, `${cookie}x`, 'a=b'])
        assert.equal(
          (await post(shell, path, wrong === undefined ? {} : { cookie: wrong })).status,
          401,
          path,
        );
    assert.equal((await post(shell, '/api/x', { cookie })).status, 404);
  });
  test('ends after long with nobody there', async () => {
    let nowMs = 0;
    await using testing = await startWebTesting({ nowMs: () => nowMs });
    const { shell } = testing;
    const cookie = await openSession(shell);
    nowMs += 29 * 60_000;
    assert.equal((await post(shell, `${CALL_PATH}getState`, { cookie })).status, 200);
    nowMs += 30 * 60_000;
    assert.equal(shell.sessions(), 0);
    assert.equal((await post(shell, `${CALL_PATH}getState`, { cookie })).status, 401);
  });
});

describe('the stream of updates', () => {
  /** A stream that is read only on demand. */
  function follow(
    shell: Parameters<typeof ask>[0],
    cookie: string,
  ): { readonly text: () => string; readonly socket: ReturnType<typeof connect> } {
    const socket = connect(shell.port, '127.0.0.1');
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    socket.on('error', () => undefined);
    const headers = Object.entries(pageHeaders(shell, cookie)).map(
      ([name, value]) => `${name}: ${value}\r\n`,
    );
    socket.write(`POST ${UPDATES_PATH} HTTP/1.1\r\n${headers.join('')}Content-Length: 0\r\n\r\n`);
    return { text: () => text, socket };
  }

  test('begins with a snapshot and goes on with changes', async () => {
    await using testing = await startWebTesting();
    const { shell, hosting } = testing;
    await untilState(hosting.host, (state) => state.connection.kind === 'connected');
    const { text, socket } = follow(shell, await openSession(shell));
    await until(() => text().includes('"kind":"snapshot"'));
    hosting.firewall.tell({ kind: 'mode', mode: INITIAL_MODE });
    await until(() => text().includes('"kind":"changes"'));
    socket.destroy();
  });
  test(`is given ${MOST_STREAMS} times to one browser`, async () => {
    await using testing = await startWebTesting();
    const { shell } = testing;
    const cookie = await openSession(shell);
    const streams = Array.from({ length: MOST_STREAMS }, () => follow(shell, cookie));
    await until(() => streams.every(({ text }) => text().includes('snapshot')));
    assert.equal((await post(shell, UPDATES_PATH, { cookie })).status, 429);
    streams[0]?.socket.destroy();
    let last = follow(shell, cookie);
    await until(() => {
      if (last.text().includes('429')) last = follow(shell, cookie);
      return last.text().includes('snapshot');
    });
  });
  test('waits for a page that does not read', async () => {
    const given: { deliver?: Deliver } = {};
    const host = {
      call: () => Promise.resolve({ ok: true as const, value: undefined }),
      subscribe: (deliver: Deliver) => {
        given.deliver = deliver;
        return () => delete given.deliver;
      },
      state: () => INITIAL_STATE,
      appIcon: () => undefined,
    };
    await using testing = await startWebTesting({ host });
    const { socket } = follow(testing.shell, await openSession(testing.shell));
    await until(() => given.deliver !== undefined);
    socket.pause();
    const problem = { file: 'x'.repeat(1_000_000), reason: '', lastGoodVersionInForce: false };
    const large = { kind: 'changes', changes: [{ kind: 'problems', problems: [problem] }] } as const;
    let taken: Promise<unknown> = Promise.resolve();
    let waits = false;
    for (let sent = 0; sent < 100 && !waits; sent++) {
      taken = Promise.resolve(given.deliver?.(large)).then(() => 'taken');
      waits = (await Promise.race([taken, delay(300, 'waits')])) === 'waits';
    }
    assert.ok(waits, 'what the kernel holds has an end');
    socket.resume();
    assert.equal(await taken, 'taken');
    socket.destroy();
    await until(() => given.deliver === undefined);
  });
  test('ends when the shell does', async () => {
    const testing = await startWebTesting();
    const { text, socket } = follow(testing.shell, await openSession(testing.shell));
    await until(() => text().includes('snapshot'));
    const closed = once(socket, 'close');
    await testing[Symbol.asyncDispose]();
    await closed;
  });
});
