// Tokens and sessions: used once, for a minute, ended when idle, and no more of them than the limits say.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Access, SESSION_IDLE_MS, TOKEN_LIFETIME_MS } from './access.ts';

function sessionFor(access: Access, nowMs: number): string {
  const secret = access.exchange(access.newToken(nowMs).token, nowMs);
  assert.ok(secret !== undefined);
  return `${access.cookieName}=${secret}`;
}

describe('a token', () => {
  test('has 256 bits and opens a session once', () => {
    const access = new Access();
    const { token, untilMs } = access.newToken(1000);
    assert.equal(Buffer.from(token, 'base64url').length, 32);
    assert.equal(untilMs, 1000 + TOKEN_LIFETIME_MS);
    assert.ok(access.exchange(token, 1000) !== undefined);
    assert.equal(access.exchange(token, 1000), undefined);
    assert.equal(access.sessions, 1);
  });
  test('is good for a minute', () => {
    const access = new Access();
    const { token, untilMs } = access.newToken(0);
    const other = access.newToken(1).token;
    assert.equal(access.exchange(token, untilMs), undefined);
    assert.equal(access.exchange(token, 0), undefined, 'nor later on a clock that was set back');
    assert.ok(access.exchange(other, untilMs) !== undefined);
  });
  test('that was guessed, cut or is no token opens nothing', () => {
    const access = new Access();
    const { token } = access.newToken(0);
    for (const wrong of [
      '',
      token.slice(1),
      `${token}=`,
      `A${token.slice(1, -1)}A`,
      'x'.repeat(100_000),
      'é',
    ])
      assert.equal(access.exchange(wrong, 0), undefined);
    assert.ok(access.exchange(token, 0) !== undefined);
  });
  test('that nobody uses is forgotten when there are too many', () => {
    const access = new Access();
    const [first, ...others] = Array.from({ length: 5 }, () => access.newToken(0).token);
    assert.equal(access.exchange(first ?? '', 0), undefined);
    for (const token of others) assert.ok(access.exchange(token, 0) !== undefined);
  });
});

describe('a session', () => {
  test('is found by its cookie among others, and by nothing else', () => {
    const access = new Access();
    const [one, two] = [sessionFor(access, 0), sessionFor(access, 0)];
    assert.notEqual(access.sessionOf(one, 0), access.sessionOf(two, 0));
    assert.equal(access.sessionOf(`a=b; ${one}; c=d`, 0), access.sessionOf(one, 0));
    for (const wrong of [
      '',
      'a=b',
      `${one}x`,
      one.slice(0, -1),
      `x${one}`,
      `${access.cookieName}=`,
      `${one}; ${two}`,
    ])
      assert.equal(access.sessionOf(wrong, 0), undefined, wrong);
  });
  test('has a cookie whose name is of this shell alone', () => {
    assert.match(new Access().cookieName, /^sallyport-[0-9a-f]{16}$/);
    assert.notEqual(new Access().cookieName, new Access().cookieName);
  });
  test('ends when nobody used it for long, but not while a page follows it', () => {
    const access = new Access();
    const [idle, followed] = [sessionFor(access, 0), sessionFor(access, 0)];
    const session = access.sessionOf(followed, 0);
    assert.ok(session !== undefined);
    session.streams = 1;
    const ended = access.sessionOf(idle, 0)?.ended.signal;
    assert.ok(access.sessionOf(idle, SESSION_IDLE_MS - 1) !== undefined, 'use makes it last');
    access.endIdle(2 * SESSION_IDLE_MS);
    assert.equal(access.sessionOf(idle, 2 * SESSION_IDLE_MS), undefined);
    assert.equal(ended?.aborted, true);
    assert.equal(access.sessionOf(followed, 2 * SESSION_IDLE_MS), session);
  });
  test('that is unused for longest makes room for a new one', () => {
    const access = new Access();
    const cookies = Array.from({ length: 8 }, (_, atMs) => sessionFor(access, atMs));
    const busy = access.sessionOf(cookies[0] ?? '', 0);
    assert.ok(busy !== undefined);
    busy.streams = 1;
    const ninth = sessionFor(access, 10);
    assert.equal(access.sessions, 8);
    assert.ok(access.sessionOf(ninth, 10) !== undefined);
    assert.equal(access.sessionOf(cookies[1] ?? '', 10), undefined);
    assert.ok(access.sessionOf(cookies[0] ?? '', 10) !== undefined);
    access.endAll();
    assert.equal(access.sessions, 0);
    assert.equal(busy.ended.signal.aborted, true);
  });
});
