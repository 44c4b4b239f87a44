// What pages are told of an App, with real files: read when asked, again after a minute, and served under names that tell nothing.
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { AppLooks } from './app-looks.ts';
import { lookPlaces } from './look-places.ts';

const home = realpathSync(mkdtempSync(join(tmpdir(), 'sallyport-looks-')));
after(() => rmSync(home, { recursive: true }));

const PROGRAM = join(home, 'bin/editor');
const ENTRY = join(home, '.local/share/applications/editor.desktop');
const SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>';

for (const folder of [
  'bin',
  '.local/share/applications',
  '.local/share/icons/hicolor/scalable/apps',
  '.config/gtk-3.0',
])
  mkdirSync(join(home, folder), { recursive: true });
copyFileSync('/bin/true', PROGRAM);
writeFileSync(join(home, '.local/share/icons/hicolor/scalable/apps/editor.svg'), SVG);
writeFileSync(join(home, '.config/gtk-3.0/settings.ini'), '[Settings]\ngtk-icon-theme-name=Papirus\n');
name('Editor');

function name(text: string): void {
  writeFileSync(
    ENTRY,
    `[Desktop Entry]\nType=Application\nName=${text}\nName[zh_CN]=编辑器\nExec=editor %f\nIcon=editor\n`,
  );
}

const places = (): ReturnType<typeof lookPlaces> =>
  lookPlaces({ HOME: home, PATH: join(home, 'bin'), XDG_DATA_DIRS: join(home, 'none') });
const ASKED = { apps: [PROGRAM, '/usr/bin/other', 'memfd:x'], languages: ['en'] };

test('the places are those of the person, their icon theme first', async () => {
  const found = await places();
  assert.deepEqual(found.dataFolders.slice(0, 2), [join(home, '.local/share'), join(home, 'none')]);
  assert.ok(found.dataFolders.includes('/var/lib/flatpak/exports/share'));
  assert.ok(found.dataFolders.includes('/var/lib/snapd/desktop'));
  assert.equal(found.themes[0], 'Papirus');
  assert.equal(found.themeFolders[0], join(home, '.icons'));
});

describe('AppLooks', () => {
  test('tells name and icon of those that have an entry, in the language asked for', async () => {
    const looks = new AppLooks(places);
    const [look, ...others] = await looks.describe(ASKED);
    assert.deepEqual(others, []);
    assert.equal(look?.app, PROGRAM);
    assert.equal(look.name, 'Editor');
    assert.match(look.icon ?? '', /^app-icons\/[\w-]{43}$/);
    assert.equal(looks.icon(`/${look.icon}`)?.content.toString(), SVG);
    assert.equal(looks.icon('/app-icons/x'), undefined);
    const [chinese] = await looks.describe({ ...ASKED, languages: ['zh-Hans'] });
    assert.deepEqual(chinese, { ...look, name: '编辑器' });
  });

  test('reads again when somebody asks a minute later, and not before', async () => {
    let nowMs = 1000;
    let readings = 0;
    const looks = new AppLooks(
      () => {
        readings += 1;
        return places();
      },
      () => nowMs,
    );
    assert.equal(readings, 0);
    const [before] = await looks.describe(ASKED);
    name('Another name');
    assert.deepEqual(await looks.describe(ASKED), [before]);
    nowMs += 60_000;
    const [later] = await looks.describe(ASKED);
    assert.deepEqual(later, { ...before, name: 'Another name' });
    assert.equal(readings, 2);
  });

  test('tells nothing of a name that hides something or only looks like another', async () => {
    for (const text of ['fir\u0435fox', 'Editor\u202egnp']) {
      name(text);
      assert.deepEqual(await new AppLooks(places).describe(ASKED), []);
    }
    name('Editor');
  });
});
