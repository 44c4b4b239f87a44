// Preferences in a real folder: two hosts agree, a damaged file harms nothing, and what others wrote stays.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { until } from '../../../agent/src/api/testing/serving.ts';
import { DEFAULT_PREFERENCES } from '../shared/preference-defaults.ts';
import type { KeptPreferences } from '../shared/preferences.ts';
import { NotKeptError } from './desktop-error.ts';
import { preferencesPath } from './preferences-file.ts';
import { PreferencesKeeper } from './preferences-keeper.ts';

const base = mkdtempSync(join(tmpdir(), 'sallyport-preferences-'));
after(() => rmSync(base, { recursive: true }));

interface Keeping extends Disposable {
  readonly keeper: PreferencesKeeper;
  readonly told: readonly KeptPreferences[];
}

const newFile = (): string => join(mkdtempSync(join(base, 'home-')), 'config/sallyport/desktop.json');
const written = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

function keeping(file: string | undefined): Keeping {
  const told: KeptPreferences[] = [];
  const keeper = new PreferencesKeeper({ file, onChange: (kept) => told.push(kept) });
  return { keeper, told, [Symbol.dispose]: () => keeper.end() };
}

describe('what a person chooses', () => {
  test('is there at the next start, in a file and a folder that are theirs alone', () => {
    const file = newFile();
    using own = keeping(file);
    assert.deepEqual(own.keeper.now, { chosen: DEFAULT_PREFERENCES });
    own.keeper.change({ theme: 'dark' });
    own.keeper.change({ language: 'zh-Hans', isWelcomed: true });
    using next = keeping(file);
    const chosen = { ...DEFAULT_PREFERENCES, theme: 'dark', language: 'zh-Hans', isWelcomed: true };
    assert.deepEqual(next.keeper.now, { chosen });
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(statSync(join(file, '..')).mode & 0o777, 0o700);
    assert.deepEqual(readdirSync(join(file, '..')), ['desktop.json']);
  });

  test('is told to another host at once, and neither takes back what the other wrote', async () => {
    const file = newFile();
    using one = keeping(file);
    using other = keeping(file);
    one.keeper.change({ theme: 'dark' });
    other.keeper.change({ contrast: 'more' });
    await until(() => one.keeper.now.chosen.contrast === 'more');
    await until(() => other.keeper.now.chosen.theme === 'dark');
    assert.deepEqual(one.keeper.now, other.keeper.now);
    assert.equal(one.told.at(-1)?.chosen.contrast, 'more');
  });

  test('without a file is forgotten at the end', () => {
    using own = keeping(undefined);
    own.keeper.change({ theme: 'light' });
    assert.deepEqual(own.told, [{ chosen: { ...DEFAULT_PREFERENCES, theme: 'light' } }]);
  });

  test('is in force where it cannot be stored, says so, and does not fall back with the next choice', () => {
    const file = newFile();
    using own = keeping(file);
    rmSync(join(file, '..'), { recursive: true });
    writeFileSync(join(file, '..'), 'a file where the folder should be');
    for (const change of [{ theme: 'dark' }, { contrast: 'more' }] as const)
      assert.throws(
        () => own.keeper.change(change),
        (failure) => failure instanceof NotKeptError && failure.message.includes(file),
      );
    assert.deepEqual(own.keeper.now.chosen, { ...DEFAULT_PREFERENCES, theme: 'dark', contrast: 'more' });
    rmSync(join(file, '..'));
    own.keeper.change({ isWelcomed: true });
    assert.deepEqual(written(file), { theme: 'dark', contrast: 'more', isWelcomed: true });
  });
});

describe('a file', () => {
  const given = (content: string | Buffer): string => {
    const file = newFile();
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, content);
    return file;
  };

  test('with a value of another version loses nothing else, and keeps that value', () => {
    const file = given(JSON.stringify({ theme: 'sepia', contrast: 'more', zoom: 2 }));
    using own = keeping(file);
    assert.deepEqual(own.keeper.now.chosen, { ...DEFAULT_PREFERENCES, contrast: 'more' });
    assert.deepEqual(own.keeper.now.problem, { kind: 'fields', file, what: 'theme' });
    own.keeper.change({ isWelcomed: true });
    assert.deepEqual(written(file), { theme: 'sepia', contrast: 'more', zoom: 2, isWelcomed: true });
    own.keeper.change({ theme: 'dark' });
    assert.equal(own.keeper.now.problem, undefined);
  });

  const DAMAGED: readonly (readonly [string, string | Buffer])[] = [
    ['that is empty', ''],
    ['that is cut off', '{"theme":"da'],
    ['of a list', '["dark"]'],
    ['of null', 'null'],
    ['of bytes', Buffer.from([0xff, 0xfe, 0, 1])],
    ['of a megabyte', `{"theme":"${'x'.repeat(1_000_000)}"}`],
  ];
  for (const [what, content] of DAMAGED)
    test(`${what} is as none, is told, and is put aside by the next choice`, () => {
      const file = given(content);
      using own = keeping(file);
      assert.deepEqual(own.keeper.now.chosen, DEFAULT_PREFERENCES);
      assert.equal(own.keeper.now.problem?.kind, 'unreadable');
      own.keeper.change({ theme: 'dark' });
      assert.deepEqual(own.keeper.now, { chosen: { ...DEFAULT_PREFERENCES, theme: 'dark' } });
      assert.ok(readFileSync(`${file}.unreadable`).equals(Buffer.from(content)));
    });

  test('that is edited into nonsense leaves in force what was', async () => {
    const file = given('{"theme":"dark"}');
    using own = keeping(file);
    writeFileSync(file, '{"theme":');
    await until(() => own.keeper.now.problem !== undefined);
    assert.equal(own.keeper.now.chosen.theme, 'dark');
    writeFileSync(file, '{"theme":"light"}');
    await until(() => own.keeper.now.chosen.theme === 'light');
    assert.equal(own.keeper.now.problem, undefined);
  });

  test('that is a pipe does not hold us up', () => {
    const file = newFile();
    mkdirSync(join(file, '..'), { recursive: true });
    execFileSync('mkfifo', [file]);
    using own = keeping(file);
    assert.equal(own.keeper.now.problem?.kind, 'unreadable');
  });

  test('that is a link stays one', () => {
    const file = given('{}');
    const link = newFile();
    mkdirSync(join(link, '..'), { recursive: true });
    symlinkSync(file, link);
    using own = keeping(link);
    own.keeper.change({ theme: 'dark' });
    assert.equal(readlinkSync(link), file);
    assert.deepEqual(written(file), { theme: 'dark' });
  });
});

describe('the folder', () => {
  const asRoot = { skip: userInfo().uid === 0 ? false : 'needs root: sudo node --test' };

  test('is the one that the session names, else the home of the user', () => {
    const home = mkdtempSync(join(base, 'home-'));
    assert.equal(preferencesPath({ HOME: home }), join(home, '.config/sallyport/desktop.json'));
    const config = join(home, 'not/there/yet');
    assert.equal(
      preferencesPath({ HOME: home, XDG_CONFIG_HOME: config }),
      join(config, 'sallyport/desktop.json'),
    );
    for (const relative of ['', 'config'])
      assert.equal(
        preferencesPath({ HOME: home, XDG_CONFIG_HOME: relative }),
        join(home, '.config/sallyport/desktop.json'),
      );
    assert.equal(preferencesPath({}), join(userInfo().homedir, '.config/sallyport/desktop.json'));
  });

  test('of another person is not written to, whatever sudo kept', asRoot, () => {
    const home = mkdtempSync(join(base, 'alice-'));
    chmodSync(home, 0o755);
    execFileSync('chown', ['65534', home]);
    const environment = { HOME: home, XDG_CONFIG_HOME: join(home, '.config') };
    assert.equal(preferencesPath(environment), join(userInfo().homedir, '.config/sallyport/desktop.json'));
    assert.ok(!existsSync(join(home, '.config')));
  });
});
