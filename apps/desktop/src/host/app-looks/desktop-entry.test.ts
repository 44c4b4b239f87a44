// Desktop entries are foreign bytes: what is read of honest ones, and that nothing else comes out of the others.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { commandOf, execWords, readDesktopEntry } from './desktop-entry.ts';
import { readKeyFile } from './key-file.ts';
import { localizedName } from './localized-name.ts';

const FIREFOX = `# comment
[Desktop Entry]
Type=Application
Name=Firefox Web Browser
Name[zh_CN]=Firefox 网络浏览器
Name[sr@latin]=Firefox veb čitač
Exec=firefox %u
Icon=firefox
[Desktop Action new-window]
Name=Not this one
Exec=evil
`;

describe('an entry', () => {
  test('is read with its names, and actions say nothing of it', () => {
    const entry = readDesktopEntry(FIREFOX);
    assert.equal(entry?.exec, 'firefox %u');
    assert.equal(entry.icon, 'firefox');
    assert.deepEqual([...entry.names.keys()], ['', 'zh_CN', 'sr@latin']);
  });

  test('is none where it is a link, hidden, without a command or without a name', () => {
    assert.equal(readDesktopEntry(FIREFOX.replace('Application', 'Link')), undefined);
    assert.equal(readDesktopEntry(FIREFOX.replace('Icon=', 'Hidden=true\nIcon=')), undefined);
    assert.equal(readDesktopEntry(FIREFOX.replace('Exec=firefox %u\n', '')), undefined);
    assert.equal(readDesktopEntry(FIREFOX.replace('Name=Firefox Web Browser\n', '')), undefined);
  });

  test('keeps the first of two values, so that nothing can be appended', () => {
    const entry = readDesktopEntry(`${FIREFOX}[Desktop Entry]\nExec=evil\nName=Evil\n`);
    assert.equal(entry?.exec, 'firefox %u');
    assert.equal(entry.names.get(''), 'Firefox Web Browser');
  });
});

describe('a command', () => {
  test('has the words that a desktop would start', () => {
    assert.deepEqual(execWords('"/opt/My App/run" --new-window "a \\\\"b\\\\" c" %U'), [
      '/opt/My App/run',
      '--new-window',
      'a "b" c',
      '%U',
    ]);
    for (const broken of ['"open', "sh -c 'x'", 'a;b', 'a $HOME', 'a"b"c', 'a \\x'])
      assert.equal(execWords(broken), undefined, broken);
  });

  test('is that of the program behind env, and of nothing else that stands before', () => {
    assert.deepEqual(commandOf('env A=1 B= /usr/bin/x %u'), { program: '/usr/bin/x', hasOrders: false });
    for (const none of ['""', 'env -i x', 'env', 'env A=1', '', '%u'.slice(1, 1)])
      assert.equal(commandOf(none), undefined);
  });

  test('with more than options and what is opened is an order to a program that serves several', () => {
    const hasOrders = (exec: string): boolean | undefined => commandOf(exec)?.hasOrders;
    assert.equal(hasOrders('code --open-url %U'), false);
    for (const exec of [
      'electron /usr/lib/x/app.asar',
      'java -jar x.jar',
      'soffice --app=/x',
      'chrome --app-id=abc',
    ])
      assert.equal(hasOrders(exec), true, exec);
  });
});

describe('a name', () => {
  const names = new Map([
    ['', 'Files'],
    ['de', 'Dateien'],
    ['zh_CN', '文件'],
    ['zh_TW', '檔案'],
    ['sr', 'Датотеке'],
    ['sr@latin', 'Datoteke'],
  ]);
  const cases: readonly (readonly [readonly string[], string])[] = [
    [['zh-Hans'], '文件'],
    [['zh-Hant'], '檔案'],
    [['de-AT', 'en'], 'Dateien'],
    [['sr-Latn-RS'], 'Datoteke'],
    [['en-GB', 'de'], 'Files'],
    [['ja', 'de'], 'Dateien'],
    [['no such tag!', ''], 'Files'],
    [[], 'Files'],
  ];
  for (const [languages, expected] of cases)
    test(`for ${languages.join(', ') || 'nobody'} is ${expected}`, () =>
      assert.equal(localizedName(names, languages), expected));
});

const LINES = fc.constantFrom(
  '[Desktop Entry]',
  '[',
  ']',
  '=',
  '\\',
  '"',
  '\n',
  'Exec=',
  'Name[',
  'Type=Application',
  '%u',
  'env ',
  '\0',
  '\ud800',
  '#',
);

test('whatever the bytes are, reading ends and gives words and short names, or nothing', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(LINES, fc.string()), { maxLength: 60 }), (pieces) => {
      const text = pieces.join('');
      readKeyFile(text);
      const command = commandOf(text);
      assert.ok(command === undefined || (command.program !== '' && !command.program.startsWith('-')));
      const entry = readDesktopEntry(`[Desktop Entry]\nType=Application\nName=x\nExec=y\n${text}`);
      assert.ok(
        entry === undefined ||
          (entry.exec === 'y' && [...entry.names.values()].every((name) => name.length <= 120)),
      );
    }),
    { numRuns: 2000 },
  );
});

test('a megabyte without sense is read at once', () => {
  for (const piece of ['[', '"\\', '\\', 'Name[a]=', '=', '\n', '[a]\n', ' '])
    readDesktopEntry(piece.repeat(1_000_000 / piece.length));
  execWords('"'.repeat(100_000));
  execWords(`"${'\\'.repeat(100_001)}`);
});
