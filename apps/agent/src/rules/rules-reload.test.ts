// The store while people edit: live reload, refused files and the last good version.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { idsOf, rulesFixture } from './rules-store.fixture.ts';
import type { Fixture } from './rules-store.fixture.ts';

const DENY = 'id: a\naction: deny\n';

describe('a file is refused, and its rules with it, when it', () => {
  const cases: Readonly<Record<string, readonly [(fixture: Fixture) => void, RegExp]>> = {
    'is a symbolic link': [
      ({ directory, write }) => {
        write('.hidden', DENY);
        symlinkSync(join(directory, '.hidden'), join(directory, 'a.yaml'));
      },
      /symbolic link/,
    ],
    'is a directory': [({ directory }) => mkdirSync(join(directory, 'a.yaml')), /not a regular file/],
    'is a named pipe': [
      ({ directory }) => execFileSync('mkfifo', ['-m', '600', join(directory, 'a.yaml')]),
      /not a regular file/,
    ],
    'can be written by others': [
      ({ write, directory }) => {
        write('a.yaml', DENY);
        chmodSync(join(directory, 'a.yaml'), 0o622);
      },
      /mode 622\): run chmod go-w \S+a\.yaml/,
    ],
    'is 100 MB large': [
      ({ write, directory }) => {
        write('a.yaml', DENY);
        truncateSync(join(directory, 'a.yaml'), 100_000_000);
      },
      /larger than 16 MiB/,
    ],
    'is not UTF-8': [
      ({ directory }) => {
        const bytes = Buffer.concat([Buffer.from(DENY), Buffer.from([0xff, 0xfe])]);
        writeFileSync(join(directory, 'a.yaml'), bytes, { mode: 0o600 });
      },
      /not UTF-8/,
    ],
    'has the wrong ending': [({ write }) => write('a.yml', DENY), /end in \.yaml/],
  };
  for (const [name, [make, reason]] of Object.entries(cases)) {
    test(name, (context) => {
      const fixture = rulesFixture(context);
      make(fixture);
      const startMs = performance.now();
      const store = fixture.open();
      assert.ok(performance.now() - startMs < 1000);
      assert.deepEqual(store.rules(), []);
      assert.equal(store.problems().length, 1);
      assert.match(store.problems()[0]?.reason ?? '', reason);
      assert.equal(store.problems()[0]?.lastGoodVersionInForce, false);
    });
  }

  const needsRoot = process.getuid?.() === 0 ? false : 'needs root for chown: run sudo npm test';
  test('belongs to another user', { skip: needsRoot }, (context) => {
    const fixture = rulesFixture(context);
    fixture.write('a.yaml', DENY);
    chownSync(join(fixture.directory, 'a.yaml'), 1234, 0);
    assert.match(fixture.open().problems()[0]?.reason ?? '', /belongs to user 1234 .* run chown 0 /);
  });
});

describe('the last good version', () => {
  test('stays in force while a file is broken, also after a restart, and ends when the file is deleted', async (context) => {
    const fixture = rulesFixture(context);
    fixture.write('a.yaml', DENY);
    const store = fixture.open();
    fixture.write('a.yaml', 'id: a\naction: dney\n');
    const [problem] = (await fixture.nextChange()).problems;
    assert.deepEqual(
      [problem?.file, problem?.line, problem?.column, problem?.lastGoodVersionInForce],
      ['a.yaml', 2, 9, true],
    );
    assert.deepEqual(idsOf(store.rules()), ['a']);
    store.close();

    const restarted = fixture.open();
    assert.equal(restarted.rules()[0]?.action, 'deny');
    assert.equal(restarted.problems()[0]?.lastGoodVersionInForce, true);
    rmSync(join(fixture.directory, 'a.yaml'));
    assert.deepEqual(idsOf((await fixture.nextChange()).removed), ['a']);
    assert.deepEqual(restarted.rules(), []);
    assert.deepEqual(fixture.open().rules(), []);
  });

  test('is dropped when its file was deleted while the agent was stopped', (context) => {
    const fixture = rulesFixture(context);
    fixture.write('a.yaml', DENY);
    fixture.open().close();
    rmSync(join(fixture.directory, 'a.yaml'));
    assert.deepEqual(fixture.open().rules(), []);
    fixture.write('a.yaml', 'broken');
    assert.deepEqual(fixture.open().rules(), []);
  });

  test('of every file stays in force while the directory is gone, also after a restart', async (context) => {
    const fixture = rulesFixture(context);
    fixture.write('a.yaml', DENY);
    const store = fixture.open();
    renameSync(fixture.directory, `${fixture.directory}-away`);
    const change = await fixture.nextChange();
    assert.match(change.problems[0]?.reason ?? '', /restore the directory/);
    assert.deepEqual([change.removed, change.added], [[], []]);
    assert.deepEqual(idsOf(store.rules()), ['a']);
    assert.deepEqual(idsOf(fixture.open().rules()), ['a']);

    mkdirSync(fixture.directory, { mode: 0o700 });
    fixture.write('b.yaml', 'id: b\naction: deny\n');
    for (let tries = 0; tries < 20 && idsOf(store.rules()).join() !== 'b'; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.deepEqual(idsOf(store.rules()), ['b']);
    fixture.write('c.yaml', 'id: c\naction: deny\n');
    assert.deepEqual(idsOf((await fixture.nextChange()).added), ['c']);
    assert.deepEqual(idsOf(store.rules()), ['b', 'c']);
  });

  test('with a user name holds for that user, even when the name is gone', (context) => {
    const fixture = rulesFixture(context);
    fixture.write('a.yaml', `${DENY}user: alice\n`);
    fixture.open().close();
    fixture.write('a.yaml', `${DENY}user: bob\n`);
    assert.equal(fixture.open().rules()[0]?.matcher.uid, 1000);
  });
});

describe('one id in two files', () => {
  test('is the fault of the file that changed, whatever their names', async (context) => {
    const fixture = rulesFixture(context);
    fixture.write('b.yaml', DENY);
    const store = fixture.open();
    fixture.write('a.yaml', 'id: a\naction: allow\n');
    const change = await fixture.nextChange();
    assert.deepEqual(
      change.problems.map(({ file }) => file),
      ['a.yaml'],
    );
    assert.match(change.problems[0]?.reason ?? '', /id a, which b\.yaml has too/);
    assert.equal(store.rules()[0]?.action, 'deny');
    store.close();
    assert.equal(fixture.open().rules()[0]?.action, 'deny');
  });

  test('is no fault where a rule moves from one file to another', async (context) => {
    const fixture = rulesFixture(context);
    fixture.write('a.yaml', `- id: a\n  action: deny\n- id: b\n  action: deny\n`);
    fixture.write('b.yaml', '[]\n');
    const store = fixture.open();
    fixture.write('a.yaml', `- id: b\n  action: deny\n`);
    fixture.write('b.yaml', `- id: a\n  action: deny\n  priority: 1\n`);
    const change = await fixture.nextChange();
    assert.deepEqual(change.problems, []);
    assert.deepEqual(idsOf(store.rules()), ['a', 'b']);
  });
});

describe('live reload', () => {
  test('sees a file renamed over another, and ignores an editor’s other files', async (context) => {
    const fixture = rulesFixture(context);
    fixture.write('a.yaml', DENY);
    fixture.open();
    fixture.write('.a.yaml.swp', 'not a rule');
    fixture.write('a.yaml~', 'not a rule');
    fixture.write('4913', '');
    fixture.write('.new', 'id: a\naction: allow\n');
    renameSync(join(fixture.directory, '.new'), join(fixture.directory, 'a.yaml'));
    const change = await fixture.nextChange();
    assert.deepEqual(
      [change.removed, change.added].map(([rule]) => rule?.action),
      ['deny', 'allow'],
    );
    assert.deepEqual(change.problems, []);
  });

  test('sees two changes of equal length in the same moment', async (context) => {
    const fixture = rulesFixture(context);
    const store = fixture.open();
    for (const priority of [1, 2, 3]) {
      fixture.write('a.yaml', `${DENY}priority: ${priority}\n`);
      await fixture.nextChange();
      assert.equal(store.rules()[0]?.priority, priority);
    }
  });

  test('reports a checkout of many files as few changes', async (context) => {
    const fixture = rulesFixture(context);
    const store = fixture.open();
    for (let index = 0; index < 300; index += 1)
      fixture.write(`r${index}.yaml`, `id: r${index}\naction: deny\n`);
    while (store.rules().length < 300) await fixture.nextChange();
    assert.ok(fixture.changes.length <= 5, `${fixture.changes.length} changes`);
  });
});
