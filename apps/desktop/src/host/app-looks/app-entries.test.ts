// Which entry belongs to a program: with real folders, links and scripts, and what a program of the same user could put there.
import assert from 'node:assert/strict';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, describe, test } from 'node:test';
import { assigned, readAppEntries } from './app-entries.ts';
import type { AppEntries, FoundEntry } from './app-entries.ts';
import { readDesktopEntry } from './desktop-entry.ts';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'sallyport-entries-')));
after(() => rmSync(root, { recursive: true }));

let folder: string;
let next = 0;
beforeEach(() => {
  next += 1;
  folder = join(root, String(next));
  for (const name of ['own/applications', 'system/applications', 'bin', 'lib'])
    mkdirSync(join(folder, name), { recursive: true });
});

/** A real program; the kernel would run it. */
function program(name: string): string {
  const path = join(folder, name);
  copyFileSync('/bin/true', path);
  return path;
}

function script(name: string, text = '#!/bin/sh\nexec true\n'): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  chmodSync(path, 0o755);
  return path;
}

function entryText(exec: string, more = '', name = 'Some App'): string {
  return `[Desktop Entry]\nType=Application\nName=${name}\nExec=${exec}\n${more}`;
}

function entry(where: 'own' | 'system', id: string, text: string): void {
  writeFileSync(join(folder, where, 'applications', `${id}.desktop`), text);
}

function read(): Promise<AppEntries> {
  return readAppEntries({
    dataFolders: [join(folder, 'own'), join(folder, 'system'), join(folder, 'not there')],
    programFolders: [join(folder, 'bin'), 'relative'],
  });
}

async function programs(): Promise<readonly string[]> {
  return [...(await read()).keys()];
}

describe('an entry is taken', () => {
  test('for the file behind the link that it names, found as a shell would find it', async () => {
    const real = program('lib/app');
    symlinkSync(real, join(folder, 'bin/app'));
    entry('system', 'app', entryText('env GDK_BACKEND=x11 app %u'));
    assert.deepEqual(await programs(), [real]);
  });

  test('in a folder below, under its own id, and the person’s own replaces the system’s', async () => {
    const real = program('bin/app');
    mkdirSync(join(folder, 'system/applications/kde'));
    entry('system', 'kde/app', entryText(real, '', 'From the system'));
    entry('own', 'kde-app', entryText(real, '', 'My name for it'));
    assert.equal((await read()).get(real)?.names.get(''), 'My name for it');
  });

  test('beside helpers that are in no menu', async () => {
    const real = program('bin/app');
    entry('system', 'app', entryText('app', '', 'Editor'));
    entry('system', 'app-url-handler', entryText('app --open-url %U', 'NoDisplay=true\n', 'Editor - URLs'));
    assert.equal((await read()).get(real)?.names.get(''), 'Editor');
  });
});

describe('none is taken', () => {
  test('through a script, which may start anything', async () => {
    entry('system', 'app', entryText(script('bin/app')));
    assert.deepEqual(await programs(), []);
  });

  test('where the first program of that name is a script, though there is another behind it', async () => {
    script('bin/app');
    program('lib/app');
    entry('system', 'app', entryText('app'));
    const found = await readAppEntries({
      dataFolders: [join(folder, 'system')],
      programFolders: [join(folder, 'bin'), join(folder, 'lib')],
    });
    assert.equal(found.size, 0);
  });

  test('for a program that several entries share, or that is told what to run', async () => {
    program('bin/runtime');
    entry('system', 'one', entryText('runtime', '', 'One'));
    entry('system', 'two', entryText('runtime', '', 'Two'));
    program('bin/vm');
    entry('system', 'three', entryText('vm', '', 'Three'));
    entry('system', 'four', entryText('vm /opt/four/app.asar', 'NoDisplay=true\n', 'Four'));
    assert.deepEqual(await programs(), []);
  });

  test('for interpreters, launchers and tools, whatever their entry says', async () => {
    for (const name of ['python3.13', 'electron33', 'snap', 'flatpak', 'bash', 'curl', 'java']) {
      program(`bin/${name}`);
      entry('system', name, entryText(name, '', `Entry of ${name}`));
    }
    assert.deepEqual(await programs(), []);
  });

  test('where its program or what it tries is not there, is a folder, or may not be run', async () => {
    program('bin/app');
    entry('system', 'gone', entryText('/nowhere/app', '', 'Gone'));
    entry('system', 'folder', entryText(join(folder, 'bin'), '', 'Folder'));
    entry('system', 'relative', entryText('./app', '', 'Relative'));
    entry('system', 'try', entryText('app', 'TryExec=not-installed\n', 'Try'));
    chmodSync(program('bin/closed'), 0o644);
    assert.deepEqual(await programs(), []);
  });

  test('from what is no regular file, or larger than an entry', async () => {
    program('bin/app');
    mkdirSync(join(folder, 'own/applications/x.desktop'));
    symlinkSync('/dev/zero', join(folder, 'own/applications/zero.desktop'));
    symlinkSync(join(folder, 'own'), join(folder, 'own/applications/around'));
    entry('own', 'large', entryText('app', `X-Padding=${'x'.repeat(300_000)}\n`));
    assert.deepEqual(await programs(), []);
  });
});

describe('an entry that a person’s programs can write', () => {
  const found = (id: string, text: string, more: Partial<FoundEntry>): FoundEntry => {
    const read = readDesktopEntry(text);
    if (read === undefined) throw new Error('this is no entry');
    return {
      id,
      isReplaced: false,
      isSystems: true,
      entry: read,
      program: '/usr/bin/mail',
      hasOrders: false,
      ...more,
    };
  };
  const mail = found('mail', entryText('mail', 'Icon=mail\nName[de]=Post\n', 'Mail'), {});
  const others = (text: string): FoundEntry =>
    found('x', text, { isSystems: false, program: '/home/alice/x' });

  test('may not take the name or the icon of what the system has, in any language or look', () => {
    for (const text of [
      entryText('x', '', 'Mail'),
      entryText('x', '', 'ＭＡＩＬ'),
      entryText('x', '', 'Post'),
      entryText('x', 'Icon=mail\n', 'X'),
      entryText('x', 'Name[fr]=mail\n', 'X'),
    ])
      assert.deepEqual([...assigned([others(text), mail]).keys()], ['/usr/bin/mail'], text);
    assert.equal(assigned([others(entryText('x', '', 'Other')), mail]).size, 2);
  });

  test('does not get it by replacing the system’s entry either', () => {
    const replaced = { ...mail, isReplaced: true };
    assert.deepEqual(
      [...assigned([{ ...others(entryText('x', '', 'Mail')), id: 'mail' }, replaced]).keys()],
      [],
    );
  });

  test(
    'is known by its owner',
    { skip: process.getuid?.() !== 0 && 'needs root to give a file away' },
    async () => {
      program('bin/app');
      program('bin/evil');
      entry('system', 'app', entryText('app', '', 'Mail'));
      entry('own', 'evil', entryText('evil', '', 'Mail'));
      chownSync(join(folder, 'own/applications/evil.desktop'), 1000, 1000);
      assert.deepEqual(await programs(), [join(folder, 'bin/app')]);
    },
  );
});
