// Which looks a page asks for, and how often.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AppLook, AppsToDescribe } from '../shared/app-look.ts';
import { AppLookStore } from './app-look-store.ts';

const EDITOR = { app: '/usr/bin/editor', name: 'Editor', icon: 'app-icons/1' };

function storeOf(looks: () => readonly AppLook[] = () => [EDITOR]) {
  const asked: AppsToDescribe[] = [];
  const time = { ms: 1000 };
  const store = new AppLookStore({
    describe: (what) => {
      asked.push(what);
      return Promise.resolve({ ok: true, value: looks() });
    },
    languages: ['de', 'en'],
    nowMs: () => time.ms,
  });
  return { store, asked, time };
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

describe('the looks of a page', () => {
  test('are asked for together, in the person’s languages, and told once they came', async () => {
    const { store, asked } = storeOf();
    let told = 0;
    store.subscribe(() => (told += 1));
    for (const app of ['/usr/bin/editor', '/usr/bin/other', 'unknown', 'memfd:x', '/usr/bin/editor'])
      store.want(app);
    assert.equal(store.of(EDITOR.app), undefined);
    await settled();
    assert.deepEqual(asked, [{ apps: ['/usr/bin/editor', '/usr/bin/other'], languages: ['de', 'en'] }]);
    assert.deepEqual([store.of(EDITOR.app), store.of('/usr/bin/other'), told], [EDITOR, undefined, 1]);
  });

  test('are asked for again a minute later, and tell nobody where nothing changed', async () => {
    let look = EDITOR;
    const { store, asked, time } = storeOf(() => [{ ...look }]);
    let told = 0;
    store.subscribe(() => (told += 1));
    for (const name of ['Editor', 'Editor', 'Another']) {
      look = { ...EDITOR, name };
      store.want(EDITOR.app);
      store.want(EDITOR.app);
      await settled();
      time.ms += 60_000;
    }
    assert.equal(asked.length, 3);
    assert.equal(told, 2);
    store.want(EDITOR.app);
    await settled();
    time.ms += 59_999;
    store.want(EDITOR.app);
    await settled();
    assert.equal(asked.length, 4);
  });

  test('of a crowd are asked for one call after the other', async () => {
    const { store, asked } = storeOf();
    for (let index = 0; index < 450; index++) store.want(`/usr/bin/${index}`);
    await settled();
    assert.deepEqual(
      asked.map(({ apps }) => apps.length),
      [200, 200, 50],
    );
  });
});
