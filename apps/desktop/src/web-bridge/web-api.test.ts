// The bridge of a page against a real web shell: its token, its calls, its one stream, and a shell that goes away and comes back.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { until } from '../../../agent/src/api/testing/serving.ts';
import { promptNamed } from '../../../agent/src/api/testing/fake-firewall.ts';
import { INITIAL_STATE, reduceUpdate } from '../shared/reduce.ts';
import type { DesktopApi } from '../shared/desktop-api.ts';
import type { DesktopState, DesktopUpdate } from '../shared/state.ts';
import { untilState } from '../test-support/hosting.ts';
import { browserFetch, startWebTesting, tokenOf } from '../test-support/web-testing.ts';
import type { WebTesting } from '../test-support/web-testing.ts';
import { startWebShell } from '../web/web-shell.ts';
import { linesOf } from './lines.ts';
import type { Fetch } from './shell-client.ts';
import { webApi } from './web-api.ts';

const NO_WINDOW = { close: () => undefined, isClosed: () => false, openNamed: () => false };
const QUICK = { firstRetryMs: 10, refusedRetryMs: 10, window: NO_WINDOW };

interface Page {
  readonly api: DesktopApi;
  readonly state: () => DesktopState;
  readonly updates: readonly DesktopUpdate[];
  readonly leave: () => void;
}

/** Pages with the same `fetch` share a browser. */
function pageOf(fetch: Fetch, token: string | undefined): Page {
  const api = webApi({ fetch, token, ...QUICK });
  const updates: DesktopUpdate[] = [];
  let state = INITIAL_STATE;
  const leave = api.subscribe((update) => {
    updates.push(update);
    state = reduceUpdate(state, update);
  });
  return { api, state: () => state, updates, leave };
}

async function connected(): Promise<WebTesting> {
  const testing = await startWebTesting();
  await untilState(testing.hosting.host, (state) => state.connection.kind === 'connected');
  return testing;
}

describe('a page with a token', () => {
  test('signs in, follows the state and makes calls', async () => {
    await using testing = await connected();
    const { hosting, shell } = testing;
    const page = pageOf(
      browserFetch(() => shell),
      tokenOf(shell),
    );
    assert.deepEqual(page.updates, [{ kind: 'snapshot', state: INITIAL_STATE }], 'there is a state at once');
    await until(() => page.state().connection.kind === 'connected');
    hosting.firewall.tell({ kind: 'prompt', prompt: promptNamed('p-1') });
    await until(() => page.state().prompts.length === 1);
    assert.deepEqual(page.state(), JSON.parse(JSON.stringify(hosting.host.state())));
    const answered = await page.api.undo({ undoToken: 'late' });
    assert.equal(answered.ok ? '' : answered.error.kind, 'changed');
    page.leave();
    await until(() => shell.sessions() === 1);
  });
  test('has one stream for all listeners; a late one gets the state of now', async () => {
    await using testing = await connected();
    const page = pageOf(
      browserFetch(() => testing.shell),
      tokenOf(testing.shell),
    );
    await until(() => page.state().connection.kind === 'connected');
    const late: DesktopUpdate[] = [];
    const leave = page.api.subscribe((update) => late.push(update));
    assert.deepEqual(late, [{ kind: 'snapshot', state: page.state() }]);
    page.leave();
    testing.hosting.firewall.tell({ kind: 'prompt', prompt: promptNamed('p-1') });
    await until(() => late.length > 1);
    assert.equal(page.state().prompts.length, 0);
    leave();
  });
});

describe('a page without a session', () => {
  test('is told what to do, and goes on by itself when another page of the browser signs in', async () => {
    await using testing = await connected();
    const fetch = browserFetch(() => testing.shell);
    const page = pageOf(fetch, 'x'.repeat(43));
    await until(() => page.state().connection.kind === 'refused');
    const { connection } = page.state();
    assert.ok(connection.kind === 'refused' && connection.reason.remedy.includes('sallyport web'));
    const called = await page.api.getStatus();
    assert.equal(called.ok ? '' : called.error.kind, 'not-permitted');
    const other = pageOf(fetch, tokenOf(testing.shell));
    await until(() => page.state().connection.kind === 'connected');
    other.leave();
    page.leave();
  });
});

describe('a shell that goes away', () => {
  test('is told as such, and what was known stays; of another one in its place nothing is shown', async () => {
    await using testing = await connected();
    let shell = testing.shell;
    const page = pageOf(
      browserFetch(() => shell),
      tokenOf(shell),
    );
    await until(() => page.state().connection.kind === 'connected');
    await shell.close();
    await until(() => page.state().connection.kind === 'disconnected');
    const called = await page.api.getState();
    assert.equal(called.ok ? '' : called.error.kind, 'unavailable');
    assert.notEqual(page.state().status, undefined);
    shell = await startWebShell({ host: testing.hosting.host, files: new Map() });
    await until(() => page.state().connection.kind === 'refused');
    assert.equal(page.state().status, undefined);
    page.leave();
    await shell.close();
  });
});

test('lines come whole, however the bytes were cut', async () => {
  const bytes = new TextEncoder().encode('{"a":"é€"}\n\n{"b":1}\nunfinished');
  for (const size of [1, 2, 3, 7, bytes.length]) {
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
      bytes.slice(index * size, (index + 1) * size),
    );
    const lines: string[] = [];
    for await (const line of linesOf(ReadableStream.from(chunks))) lines.push(line);
    assert.deepEqual(lines, ['{"a":"é€"}', '', '{"b":1}']);
  }
});
