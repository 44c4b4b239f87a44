// The store on real files: writing, editing in place, failing without harm.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { storableRules } from '../domain/rule.arbitrary.ts';
import type { RuleId } from '../domain/rule.ts';
import { finish } from '../platform/sliced-work.ts';
import { NOW_MS, curlRule, idsOf, rulesFixture } from './rules-store.fixture.ts';

describe('put', () => {
  test('writes one file that only the agent reads, and another store reads the same rule', (context) => {
    const { open, directory } = rulesFixture(context);
    const rule = curlRule('curl-443');
    assert.deepEqual(open().put(rule), {
      kind: 'stored',
      stored: { rule, file: 'curl-443.yaml', isExpired: false },
    });
    assert.equal(statSync(join(directory, 'curl-443.yaml')).mode & 0o777, 0o600);
    assert.deepEqual(open().rules(), [rule]);
  });

  test('reports one change, and the watch does not report the same write again', async (context) => {
    const { open, changes } = rulesFixture(context);
    open().put(curlRule('a'));
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.equal(changes.length, 1);
  });

  test('changes a rule where a person wrote it, and keeps the comments and the user name', (context) => {
    const { open, write, read } = rulesFixture(context);
    const created = 'created: 2026-01-01T00:00:00Z';
    write(
      'mine.yaml',
      `# mine\n- id: a # first\n  action: allow\n  user: alice\n  ${created}\n# second\n- id: b\n  action: deny\n  ${created}\n`,
    );
    const store = open();
    const rule = store.get('a' as RuleId)?.rule;
    assert.ok(rule);
    store.put({ ...rule, priority: 7, enabled: false });
    assert.equal(
      read('mine.yaml'),
      `# mine\n- id: a # first\n  action: allow\n  user: alice\n  ${created}\n  priority: 7\n  enabled: false\n# second\n- id: b\n  action: deny\n  ${created}\n`,
    );
  });

  test('does the same in a plain file, line by line', (context) => {
    const { open, write, read } = rulesFixture(context);
    write(
      'mine.yaml',
      '# mine\n- enabled: false\n  id: a\n  action: allow\n# second\n- id: b\n  action: deny\n',
    );
    const store = open();
    assert.equal(store.setEnabled('a' as RuleId, true).kind, 'stored');
    assert.match(
      read('mine.yaml'),
      /^# mine\n- id: a\n {2}action: allow\n {2}created: \S+\n# second\n- id: b\n {2}action: deny\n$/,
    );
  });

  test('keeps rules of a process and until restart in memory', (context) => {
    const { open, directory } = rulesFixture(context);
    const store = open();
    const lifetime = { kind: 'process', process: { pid: 1, startNs: 2n }, withChildren: false } as const;
    assert.equal(store.put(curlRule('once', { lifetime })).kind, 'stored');
    assert.deepEqual(readdirSync(directory), []);
    assert.deepEqual(idsOf(store.rules()), ['once']);
    store.put(curlRule('once'));
    assert.deepEqual(readdirSync(directory), ['once.yaml']);
    store.put(curlRule('once', { lifetime: { kind: 'restart' } }));
    assert.deepEqual(readdirSync(directory), []);
    assert.deepEqual(
      Array.from(store.list(), ({ file }) => file),
      [undefined],
    );
  });

  test('refuses what a file could not say', (context) => {
    const store = rulesFixture(context).open();
    for (const rule of [
      curlRule('../x'),
      curlRule('a', { note: '\ud800' }),
      curlRule('b', { priority: 0.5 }),
    ]) {
      assert.equal(store.put(rule).kind, 'failed');
    }
    assert.deepEqual(store.rules(), []);
  });

  test('takes another file name where a person uses the name for other rules', (context) => {
    const { open, write } = rulesFixture(context);
    write('a.yaml', 'id: other\naction: deny\n');
    const outcome = open().put(curlRule('a'));
    assert.equal(outcome.kind === 'stored' && outcome.stored.file, 'a-2.yaml');
  });

  test('leaves a file with an error alone', (context) => {
    const { open, write, read } = rulesFixture(context);
    write('a.yaml', 'id: a\naction: allow\n');
    const store = open();
    write('a.yaml', 'id: a\naction: alow\n');
    const outcome = store.put(curlRule('a'));
    assert.match(outcome.kind === 'failed' ? outcome.reason : '', /correct it first/);
    assert.equal(store.delete('a' as RuleId).kind, 'failed');
    assert.equal(read('a.yaml'), 'id: a\naction: alow\n');
  });

  test('for every rule, what is put is what a new store loads', (context) => {
    const fixture = rulesFixture(context);
    const store = fixture.open();
    fc.assert(
      fc.property(storableRules({ minLength: 1, maxLength: 3 }), (rules) => {
        for (const rule of rules) assert.equal(store.put(rule).kind, 'stored');
        const loaded = fixture.open();
        for (const rule of rules) assert.deepEqual(loaded.get(rule.id)?.rule, rule);
        loaded.close();
        for (const { id } of rules) assert.equal(store.delete(id).kind, 'deleted');
        assert.deepEqual(readdirSync(fixture.directory), []);
      }),
      { numRuns: 40 },
    );
  });
});

describe('delete', () => {
  test('removes the file of a single rule, and one rule of a list', (context) => {
    const { open, write, read, directory } = rulesFixture(context);
    write('one.yaml', 'id: one\naction: deny\n');
    write('list.yaml', '- id: a\n  action: deny\n# about b\n- id: b\n  action: deny\n');
    write('full.yaml', '- {id: c, action: deny} # about c\n- {id: d, action: deny}\n');
    const store = open();
    for (const id of ['one', 'a', 'd']) assert.equal(store.delete(id as RuleId).kind, 'deleted');
    assert.deepEqual(readdirSync(directory).sort(), ['full.yaml', 'list.yaml']);
    assert.equal(read('list.yaml'), '# about b\n- id: b\n  action: deny\n');
    assert.match(read('full.yaml'), /^- \{ ?id: c, action: deny ?\} # about c\n$/);
    assert.equal(store.delete('nobody' as RuleId).kind, 'failed');
  });
});

test('an expired rule stays on disk and is listed as expired', (context) => {
  const store = rulesFixture(context).open();
  store.put(curlRule('old', { lifetime: { kind: 'until', untilMs: NOW_MS } }));
  store.put(curlRule('new', { lifetime: { kind: 'until', untilMs: NOW_MS + 1 } }));
  assert.deepEqual(
    Array.from(store.list(), ({ isExpired }) => isExpired),
    [false, true],
  );
});

test('an export is read by an import', (context) => {
  const store = rulesFixture(context).open();
  const rules = [curlRule('a'), curlRule('b', { action: 'deny', note: 'a "note": #1' })];
  for (const rule of rules) store.put(rule);
  assert.deepEqual(store.parse(finish(store.exporting()), 'export.yaml'), {
    kind: 'rules',
    shape: 'list',
    isOfBlocks: true,
    rules,
  });
});

const needsRoot = process.getuid?.() === 0 ? false : 'needs root for a mount: run sudo npm test';

test(
  'a full disk fails the write with advice and leaves every rule as it was',
  { skip: needsRoot },
  (context) => {
    const { open, directory } = rulesFixture(context);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k,mode=0700', 'tmpfs', directory]);
    try {
      const store = open();
      assert.equal(store.put(curlRule('a')).kind, 'stored');
      writeFileSync(join(directory, 'ballast'), Buffer.alloc(8 * 1024));
      assert.throws(() => writeFileSync(join(directory, 'more'), Buffer.alloc(8 * 1024)), /ENOSPC/);
      const long = curlRule('a', { note: 'x'.repeat(4000), priority: 3 });
      for (const outcome of [store.put(long), store.put({ ...long, id: 'b' as RuleId })]) {
        assert.match(outcome.kind === 'failed' ? outcome.reason : '', /ENOSPC.*free some space/);
      }
      assert.deepEqual(store.rules(), [curlRule('a')]);
      assert.deepEqual(open().rules(), [curlRule('a')]);
      assert.deepEqual(
        readdirSync(directory).filter((name) => name.startsWith('.')),
        [],
      );
      store.close();
    } finally {
      execFileSync('umount', ['-l', directory]);
    }
  },
);

test('what a killed writer left behind is never read and is removed', (context) => {
  const { open, directory, write } = rulesFixture(context);
  write('.sallyport-1-1.tmp', 'id: half');
  assert.deepEqual(open().problems(), []);
  assert.ok(!existsSync(join(directory, '.sallyport-1-1.tmp')));
});

test('a directory of rules that others can write is refused as a whole', (context) => {
  const { open, write, directory } = rulesFixture(context);
  write('a.yaml', 'id: a\naction: allow\n');
  mkdirSync(join(directory, 'sub.d'));
  chmodSync(directory, 0o777);
  const store = open();
  assert.deepEqual(store.rules(), []);
  assert.match(store.problems()[0]?.reason ?? '', /chmod go-w/);
  const outcome = store.put(curlRule('b'));
  assert.match(outcome.kind === 'failed' ? outcome.reason : '', /is refused itself/);
  assert.ok(!existsSync(join(directory, 'b.yaml')));
});
