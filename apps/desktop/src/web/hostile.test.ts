// The web shell against what no page of it would send: each is refused with a plain status, and it serves on afterwards.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { after, afterEach, before, describe, test } from 'node:test';
import { CALL_PATH, SESSION_PATH, UPDATES_PATH } from '../shared/web-protocol.ts';
import {
  ask,
  openSession,
  pageHeaders,
  post,
  raw,
  startWebTesting,
  statusOf,
  tokenOf,
} from '../test-support/web-testing.ts';
import type { WebTesting } from '../test-support/web-testing.ts';
import { LARGEST_HEADERS_BYTES } from './loopback-server.ts';
import { LARGEST_BODY_BYTES } from './request-guard.ts';
import type { WebShell } from './web-shell.ts';

let testing: WebTesting;
let shell: WebShell;
let cookie: string;
before(async () => {
  testing = await startWebTesting({ headersTimeoutMs: 300 });
  shell = testing.shell;
  cookie = await openSession(shell);
});
after(() => testing[Symbol.asyncDispose]());
afterEach(async () => assert.equal((await ask(shell, {})).status, 200, 'it serves on'));

const GET_STATE = `${CALL_PATH}getState`;

/** A request in its bytes, with the right host unless other header lines are given. */
function bytes(line: string, headers: readonly string[] = [`Host: ${shell.host}`]): string {
  return `${[line, ...headers, 'Connection: close'].join('\r\n')}\r\n\r\n`;
}

async function refused(expected: number, ...pieces: readonly (string | Buffer)[]): Promise<void> {
  const answer = await raw(shell, ...pieces);
  assert.equal(statusOf(answer), expected, `${String(pieces[0]).slice(0, 200)}\n${answer.slice(0, 300)}`);
  assert.equal(answer.match(/HTTP\/1\.1 \d/g)?.length, 1, 'there is one response');
}

describe('a name that is not ours (DNS rebinding)', () => {
  test('is refused whatever it looks like', async () => {
    const port = String(shell.port);
    const wrong = [
      'evil.example',
      `evil.example:${port}`,
      `127.0.0.1:${port}`,
      `localhost:${port}`,
      `[::1]:${port}`,
    ];
    const near = [
      shell.host.replace(/:.*/, ''),
      `x${shell.host}`,
      `${shell.host}0`,
      `${shell.host}.`,
      shell.host.toUpperCase(),
      '',
    ];
    for (const host of [...wrong, ...near]) await refused(421, bytes('GET / HTTP/1.1', [`Host: ${host}`]));
  });
  test('is refused where there is none or there are two', async () => {
    await refused(400, bytes('GET / HTTP/1.1', []));
    await refused(400, bytes('GET / HTTP/1.1', [`Host: ${shell.host}`, 'Host: evil.example']));
    await refused(400, bytes('GET / HTTP/1.1', ['Host: evil.example', `Host: ${shell.host}`]));
  });
});

describe('another site in the same browser', () => {
  const site = (headers: Record<string, string>): Promise<{ readonly status: number }> =>
    post(shell, GET_STATE, { cookie, body: '', headers });

  test('cannot call, with the cookie and all', async () => {
    for (const origin of [
      'http://evil.example',
      'null',
      '',
      `https://${shell.host}`,
      `http://127.0.0.1:${shell.port}`,
      `http://${shell.host}/`,
    ])
      assert.equal((await site({ Origin: origin })).status, 403, origin);
    for (const relation of ['cross-site', 'same-site', 'none', 'something'])
      assert.equal((await site({ 'Sec-Fetch-Site': relation })).status, 403, relation);
  });
  test('cannot leave the origin away', async () => {
    const all = Object.entries(pageHeaders(shell, cookie));
    const headers = Object.fromEntries(all.filter(([name]) => name !== 'Origin'));
    for (const path of [GET_STATE, UPDATES_PATH, SESSION_PATH])
      assert.equal((await ask(shell, { method: 'POST', path, headers, body: '' })).status, 403);
  });
  test('cannot use a form, an image, an EventSource, a WebSocket or a question beforehand', async () => {
    for (const type of [
      'application/x-www-form-urlencoded',
      'multipart/form-data',
      'text/plain',
      'application/json; charset=x',
      '',
    ])
      assert.equal((await site({ 'Content-Type': type })).status, 415, type);
    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'PATCH']) {
      const { status, headers } = await ask(shell, {
        method,
        path: UPDATES_PATH,
        headers: pageHeaders(shell, cookie),
      });
      assert.equal(status, 405, method);
      assert.equal(headers['access-control-allow-origin'], undefined);
    }
    const upgrade = [
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
    ];
    const sent = `GET ${UPDATES_PATH} HTTP/1.1\r\nHost: ${shell.host}\r\nOrigin: http://evil.example\r\n${upgrade.join('\r\n')}\r\n\r\n`;
    await refused(400, sent);
  });
  test('cannot load parts of a page, and may link to the page itself', async () => {
    const get = (headers: Record<string, string>): Promise<{ readonly status: number }> =>
      ask(shell, { headers });
    assert.equal(
      (await get({ 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'no-cors', 'Sec-Fetch-Dest': 'script' }))
        .status,
      403,
    );
    assert.equal(
      (
        await get({
          'Sec-Fetch-Site': 'cross-site',
          'Sec-Fetch-Mode': 'navigate',
          'Sec-Fetch-Dest': 'iframe',
        })
      ).status,
      403,
    );
    assert.equal(
      (
        await get({
          'Sec-Fetch-Site': 'cross-site',
          'Sec-Fetch-Mode': 'navigate',
          'Sec-Fetch-Dest': 'document',
        })
      ).status,
      200,
    );
  });
});

describe('a path', () => {
  test('names one of the files or nothing', async () => {
    const paths = [
      '/../../etc/passwd',
      '/..%2f..%2fetc/passwd',
      '/%2e%2e/x',
      '/assets/',
      '/index.html',
      '/?x',
      '/./',
      '/\\x',
      '/%00',
      '/__proto__',
      '/constructor',
    ];
    for (const path of paths) await refused(404, bytes(`GET ${path} HTTP/1.1`));
  });
  test('is no address of elsewhere', async () => {
    await refused(400, bytes('GET http://evil.example/ HTTP/1.1'));
    await refused(400, bytes(`GET http://${shell.host}/ HTTP/1.1`));
    await refused(400, bytes('GET //evil.example/ HTTP/1.1'));
    await refused(400, bytes('OPTIONS * HTTP/1.1'));
    await refused(405, bytes('CONNECT evil.example:443 HTTP/1.1'));
  });
});

describe('a request that two readers could understand in two ways', () => {
  const api = (extra: readonly string[]): string =>
    bytes(`POST ${GET_STATE} HTTP/1.1`, [
      ...Object.entries(pageHeaders(shell, cookie)).map((pair) => pair.join(': ')),
      ...extra,
    ]);
  const smuggled = 'GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n';

  test('is refused: two lengths, a length and chunks, chunks', async () => {
    await refused(400, `${api(['Content-Length: 4', 'Content-Length: 5'])}${smuggled}`);
    await refused(400, `${api(['Content-Length: 4', 'Transfer-Encoding: chunked'])}0\r\n\r\n${smuggled}`);
    await refused(400, `${api(['Transfer-Encoding: chunked, identity'])}${smuggled}`);
    await refused(411, `${api(['Transfer-Encoding: chunked'])}0\r\n\r\n`);
    await refused(411, api([]));
  });
  test('is refused: bodies where none belong, odd lines, old and new versions', async () => {
    await refused(400, `${bytes('GET / HTTP/1.1', [`Host: ${shell.host}`, 'Content-Length: 4'])}GET `);
    await refused(400, bytes('GET / HTTP/1.1', [`Host : ${shell.host}`]));
    await refused(400, bytes('GET / HTTP/1.1', [`Host: ${shell.host}`, ' folded: x']));
    await refused(400, bytes('GET / HTTP/1.1', [`Host: ${shell.host}`, 'a\0b: x']));
    await refused(400, `GET / HTTP/1.1\nHost: ${shell.host}\n\n`);
    await refused(505, bytes('GET / HTTP/1.0'));
    await refused(400, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
    await refused(400, Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00]));
    await refused(400, 'nonsense\r\n\r\n');
    await refused(417, bytes('GET / HTTP/1.1', [`Host: ${shell.host}`, 'Expect: 100-continue']));
  });
  test('is refused: the same header twice', async () => {
    for (const line of [
      'Origin: http://evil.example',
      `Cookie: ${cookie}`,
      'Content-Type: text/plain',
      'Sec-Fetch-Site: cross-site',
    ])
      await refused(400, api(['Content-Length: 0', line]));
  });
});

describe('too much', () => {
  test('of headers', async () => {
    await refused(
      431,
      bytes('GET / HTTP/1.1', [`Host: ${shell.host}`, `X: ${'x'.repeat(LARGEST_HEADERS_BYTES)}`]),
    );
    await refused(431, `GET /${'x'.repeat(2 * LARGEST_HEADERS_BYTES)} HTTP/1.1\r\n`);
  });
  test('of a body, announced or not', async () => {
    const large = 'x'.repeat(LARGEST_BODY_BYTES + 1);
    assert.equal(
      (await post(shell, GET_STATE, { cookie, headers: { 'Content-Length': String(large.length) } })).status,
      413,
    );
    assert.equal(
      (await post(shell, GET_STATE, { cookie, headers: { 'Content-Length': '99999999999999999999' } }))
        .status,
      400,
    );
  });
  test('of depth in a body is answered or refused, not a fault', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const { status, body } = await post(shell, `${CALL_PATH}decide`, { cookie, body: deep });
    assert.ok(
      status === 400 || (status === 200 && body.includes('"invalid"')),
      `${status} ${body.slice(0, 100)}`,
    );
  });
  test('time: headers that drip and bodies that never end', async () => {
    const startedMs = performance.now();
    const slow = connect(shell.port, '127.0.0.1');
    slow.write(`GET / HTTP/1.1\r\nHost: ${shell.host}\r\n`);
    const drip = setInterval(() => slow.write('X: y\r\n'), 50);
    const text = await new Promise<string>((resolve) => {
      let come = '';
      slow.setEncoding('latin1').on('data', (chunk: string) => (come += chunk));
      slow.on('error', () => resolve(come)).on('close', () => resolve(come));
    });
    clearInterval(drip);
    assert.equal(statusOf(text), 408);
    assert.ok(performance.now() - startedMs < 3000);
    const lines = Object.entries(pageHeaders(shell, cookie)).map((pair) => pair.join(': '));
    await refused(408, bytes(`POST ${GET_STATE} HTTP/1.1`, [...lines, 'Content-Length: 10']), 'x');
    await refused(408, '');
  });
  test('connections: a hundred that say nothing do not keep others out for long', async () => {
    const idle = Array.from({ length: 100 }, () =>
      connect(shell.port, '127.0.0.1').on('error', () => undefined),
    );
    let status = 0;
    for (let tries = 0; tries < 100 && status !== 200; tries++) {
      status = await ask(shell, {}).then(
        (answer) => answer.status,
        () => 0,
      );
      if (status !== 200) await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.equal(status, 200);
    for (const socket of idle) socket.destroy();
  });
  test('requests: ten thousand of them, right and wrong', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 8 });
    const counts = new Map<number, number>();
    const one = (index: number): Promise<void> =>
      new Promise((resolve, reject) => {
        const headers = { Host: index % 4 === 0 ? 'evil.example' : shell.host };
        const path = index % 4 === 1 ? '/nothing' : '/';
        const sent = request({ host: '127.0.0.1', port: shell.port, agent, path, headers }, (response) => {
          const status = response.statusCode ?? 0;
          counts.set(status, (counts.get(status) ?? 0) + 1);
          response.resume().on('end', resolve).on('error', reject);
        });
        sent.on('error', reject).end();
      });
    for (let done = 0; done < 10_000; done += 50)
      await Promise.all(Array.from({ length: 50 }, (_, index) => one(done + index)));
    agent.destroy();
    assert.deepEqual(Object.fromEntries(counts), { 200: 5000, 404: 2500, 421: 2500 });
  });
  test('tokens: two hundred wrong ones do not use up the right one', async () => {
    const token = tokenOf(shell);
    for (let tries = 0; tries < 200; tries += 20) {
      const wrong = Array.from(
        { length: 20 },
        (_, index) => `${String(tries + index).padStart(4, '0')}${token.slice(4, -4)}AAAA`,
      );
      const answers = await Promise.all(
        wrong.map((one) => post(shell, SESSION_PATH, { body: JSON.stringify({ token: one }) })),
      );
      assert.ok(answers.every(({ status }) => status === 401));
    }
    for (const body of [
      '',
      '1',
      '[]',
      '{}',
      '{"token":1}',
      `{"token":"${token}","more":1}`,
      `{"token":"${'x'.repeat(65)}"}`,
    ])
      assert.equal((await post(shell, SESSION_PATH, { body })).status, 400);
    assert.equal((await post(shell, SESSION_PATH, { body: JSON.stringify({ token }) })).status, 204);
  });
});

describe('another user of this machine', () => {
  const needsRoot = process.getuid?.() === 0 ? false : 'needs root to act as another user: run sudo npm test';
  test('is refused on both addresses, with all that is right', { skip: needsRoot }, async () => {
    for (const address of ['127.0.0.1', '[::1]']) {
      const words = [
        '-s',
        '-i',
        '-H',
        `Host: ${shell.host}`,
        '-H',
        `Cookie: ${cookie}`,
        `http://${address}:${shell.port}/`,
      ];
      const child = spawn('curl', words, { uid: 65_534, gid: 65_534, stdio: ['ignore', 'pipe', 'ignore'] });
      let text = '';
      child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      await new Promise((resolve) => child.on('close', resolve));
      assert.doesNotMatch(text, /doctype|200/);
      assert.match(text, /^(?:HTTP\/1\.1 403 |$)/);
    }
  });
});
