// Icons: where they are looked for, and which bytes reach a page.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import fc from 'fast-check';
import { iconOf } from './icon-file.ts';
import { readIconThemes, themeOf } from './icon-theme.ts';
import { readKeyFile } from './key-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-icons-'));
after(() => rmSync(folder, { recursive: true }));

const SIZES = `[Icon Theme]
Directories=16x16/apps,48x48/apps,128x128/apps,scalable/apps,64x64/places,../../etc,/etc,64x64/apps
Inherits=base,hicolor
[16x16/apps]
Size=16
[48x48/apps]
Size=48
Context=Applications
[64x64/apps]
Size=64
[128x128/apps]
Size=64
Scale=2
[scalable/apps]
Size=128
Type=Scalable
MinSize=8
MaxSize=512
[64x64/places]
Size=64
Context=Places
[../../etc]
Size=64
[/etc]
Size=64
`;

describe('a theme', () => {
  test('is searched from the closest size, in folders of its own that have Apps', () => {
    assert.deepEqual(themeOf(readKeyFile(SIZES)), {
      inherited: ['base', 'hicolor'],
      sizes: ['scalable/apps', '64x64/apps', '128x128/apps', '48x48/apps', '16x16/apps'],
    });
  });

  test('comes before what it inherits, hicolor and the pixmaps, and never leads elsewhere', async () => {
    for (const [name, inherits] of [
      ['mine', 'base'],
      ['base', 'mine'],
    ] as const) {
      mkdirSync(join(folder, name), { recursive: true });
      writeFileSync(
        join(folder, name, 'index.theme'),
        `[Icon Theme]\nInherits=${inherits}\nDirectories=a\n[a]\nSize=64\n`,
      );
    }
    const paths = await readIconThemes({
      themeFolders: [folder],
      pixmapFolders: ['/pixmaps'],
      themes: ['mine', '../x'],
    });
    const found = paths('firefox');
    assert.deepEqual(found.slice(0, 3), [
      `${folder}/mine/a/firefox.png`,
      `${folder}/mine/a/firefox.svg`,
      `${folder}/base/a/firefox.png`,
    ]);
    assert.ok(found.includes(`${folder}/hicolor/scalable/apps/firefox.svg`));
    assert.equal(found.at(-1), '/pixmaps/firefox.svg');
    assert.deepEqual(paths('/opt/x/icon.png'), ['/opt/x/icon.png']);
    assert.equal(paths('firefox.png')[0], `${folder}/mine/a/firefox.png`);
    for (const none of ['../../etc/passwd', '/etc/shadow', 'a/b', '.hidden', '', 'x\0y'])
      assert.deepEqual(paths(none), [], none);
  });
});

const SVG_TYPE = 'image/svg+xml; charset=utf-8';

function png(width: number, height: number): Buffer {
  const header = Buffer.alloc(24);
  header.write('\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR', 'latin1');
  header.writeUInt32BE(width, 16);
  header.writeUInt32BE(height, 20);
  return Buffer.concat([header, Buffer.alloc(40)]);
}

const kindOf = (content: Buffer | string, isSystems = true): string | undefined =>
  iconOf({ content: Buffer.from(content), isSystems })?.contentType;

describe('the bytes of an icon', () => {
  test('are a picture by what they are, whatever they are called', () => {
    assert.equal(kindOf(png(64, 64)), 'image/png');
    assert.equal(kindOf('<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>'), SVG_TYPE);
    assert.equal(
      kindOf('<?xml version="1.0"?>\n<!-- made -->\n<!DOCTYPE svg PUBLIC "a" "b">\n<svg width="1"/>'),
      SVG_TYPE,
    );
    for (const other of ['', '<html>', 'root:x:0:0', '<?xml version="1.0"?><x/>', '\x1f\x8b'])
      assert.equal(kindOf(other), undefined);
  });

  test('of a picture that is huge once it is unpacked are none', () => {
    for (const large of [png(100_000, 1), png(1, 0xffff_ffff), png(0, 0), png(64, 64).subarray(0, 20)])
      assert.equal(kindOf(large), undefined);
  });

  test('define no entities, and cost little to draw unless root put them there', () => {
    assert.equal(
      kindOf('<?xml version="1.0" encoding="iso-2022-jp"?><svg><fil\x1b(Bter/></svg>', false),
      undefined,
    );
    assert.equal(kindOf('<!DOCTYPE svg [<!ENTITY a "b">]><svg/>'), undefined);
    for (const costly of [
      '<filter id="a">',
      '<use href="#a"/>',
      '<svg:use/>',
      '<image href="x"/>',
      '<animate x="1"/>',
      '<script>',
    ]) {
      assert.equal(kindOf(`<svg>${costly}</svg>`, false), undefined, costly);
      assert.equal(kindOf(`<svg>${costly}</svg>`), SVG_TYPE, costly);
    }
    assert.equal(kindOf('<svg ><linearGradient id="a"/><path fill="url(#a)"/></svg>', false), SVG_TYPE);
  });

  test('whatever they are, are looked at in an instant', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (bytes, isSystems) => {
        const kind = kindOf(Buffer.from(bytes), isSystems);
        assert.ok(kind === undefined || kind.startsWith('image/'));
      }),
    );
    for (const piece of ['<!-- -->', '<!--', ' ', '<?xml ?>', '<!DOCTYPE a>', '<svg <'])
      kindOf(piece.repeat((256 * 1024) / piece.length));
  });
});
