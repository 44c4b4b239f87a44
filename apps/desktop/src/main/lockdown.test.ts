// What a page tries that it may not: each try is prevented.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { App, Session } from 'electron';
import { app, FakeContents, preventable, session } from '../test-support/fake-electron.ts';
import { lockApplication, lockSession } from './lockdown.ts';

lockApplication(app as unknown as App);
lockSession(session.defaultSession as unknown as Session);
const contents = new FakeContents(1);
app.emit('web-contents-created', {}, contents);
const { handlers } = session.defaultSession;

describe('a page cannot', () => {
  for (const name of ['will-navigate', 'will-frame-navigate', 'will-redirect'])
    test(`leave: ${name}`, () => {
      for (const url of [
        'https://example.com/',
        'file:///etc/passwd',
        'app://sallyport/other',
        'javascript:0',
      ]) {
        const event = preventable({ url });
        contents.emit(name, event);
        assert.ok(event.isPrevented, url);
      }
      const own = preventable({ url: 'app://sallyport/main.html#/rules' });
      contents.emit(name, own);
      assert.ok(!own.isPrevented);
    });

  test('open windows, webviews or downloads', () => {
    assert.deepEqual(contents.openHandler?.(), { action: 'deny' });
    const [webview, download] = [preventable(), preventable()];
    contents.emit('will-attach-webview', webview);
    session.defaultSession.emit('will-download', download);
    assert.deepEqual([webview.isPrevented, download.isPrevented], [true, true]);
  });

  test('have permissions, devices or the screen', () => {
    const ask = handlers['permissionRequest'] as (...words: unknown[]) => void;
    const answers: boolean[] = [];
    for (const permission of ['media', 'geolocation', 'notifications', 'clipboard-read', 'openExternal'])
      ask({}, permission, (granted: boolean) => answers.push(granted));
    assert.deepEqual(answers, [false, false, false, false, false]);
    assert.equal((handlers['permissionCheck'] as () => boolean)(), false);
    assert.equal((handlers['devicePermission'] as () => boolean)(), false);
    assert.deepEqual([handlers['displayMedia'], handlers['spellChecker']], [null, false]);
  });

  test('fetch anything that is not ours', () => {
    const decide = handlers['beforeRequest'] as (
      details: { url: string },
      answer: (answer: { cancel: boolean }) => void,
    ) => void;
    const isCancelled = (url: string): boolean => {
      let cancelled = false;
      decide({ url }, ({ cancel }) => (cancelled = cancel));
      return cancelled;
    };
    for (const url of ['https://example.com/', 'file:///etc/passwd', 'ws://localhost:1', 'app://other/x'])
      assert.ok(isCancelled(url), url);
    assert.ok(!isCancelled('app://sallyport/assets/prompt.js'));
  });

  test('be answered with a certificate or a password', () => {
    const [certificate, client, login] = [preventable(), preventable(), preventable()];
    let isTrusted: boolean | undefined;
    app.emit('certificate-error', certificate, {}, 'https://x', 'error', {}, (answer: boolean) => {
      isTrusted = answer;
    });
    app.emit('select-client-certificate', client);
    app.emit('login', login);
    assert.deepEqual(
      [certificate.isPrevented, isTrusted, client.isPrevented, login.isPrevented],
      [true, false, true, true],
    );
  });
});
