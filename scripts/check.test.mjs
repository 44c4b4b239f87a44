// What `npm run check` and the counting of `npm test` find, on texts made for it.
import { deepEqual, equal, match } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { failureRows, missingRows } from './check/failure-table.mjs';
import { fileSizeProblems, linesOfCode } from './check/file-size.mjs';
import { layoutProblems } from './check/layout.mjs';
import { lockProblems, machinePathProblems } from './check/machine-paths.mjs';
import { addTotals, findTestFiles, totalsLine } from './test/totals.mjs';
import { nodeBinary, rootFolder } from './setup/privileges.mjs';

describe('machine paths', () => {
  // Put together here, so that this file itself passes the check.
  const slash = '/';
  test('folders, homes and registries of a machine are found with their line', () => {
    match(machinePathProblems('a.md', `x\nsee ${slash}work/main/a`)[0], /^a\.md:2 names a machine's folder/);
    match(machinePathProblems('a.md', `in ${slash}root/.npmrc`)[0], /machine's folder/);
    match(machinePathProblems('a.md', `"${slash}home/mueller/x"`)[0], /person's home/);
    match(machinePathProblems('a.md', 'https://registry.' + 'npmjs.org/x')[0], /registry host/);
  });

  test('example people, relative paths and addresses pass', () => {
    for (const line of [
      '/home/alice/x',
      'test/work/x',
      'https://example.com/root/x',
      './root/x',
      '$HOME/work/x',
    ]) {
      deepEqual(machinePathProblems('a.md', line), [], line);
    }
  });

  test('a lock file with download addresses is refused, workspace links are not', () => {
    equal(
      lockProblems({ packages: { 'node_modules/zod': { resolved: 'https://example.com/zod.tgz' } } }).length,
      1,
    );
    deepEqual(
      lockProblems({ packages: { 'node_modules/nfqueue': { resolved: 'native/nfqueue', link: true } } }),
      [],
    );
  });
});

describe('files and folders', () => {
  test('301 lines of code are too many, and comments and blank lines are none', () => {
    equal(fileSizeProblems('a.ts', 'code();\n'.repeat(301)).length, 1);
    deepEqual(fileSizeProblems('a.ts', 'code();\n// why\n\n'.repeat(300)), []);
    deepEqual(fileSizeProblems('proto/gen/a.ts', 'code();\n'.repeat(900)), []);
    equal(linesOfCode('/* one\n * two\n */\n#include <x.h>\n# comment of a shell\nint a; /* b */\n'), 2);
  });

  test('a folder that is not in the layout is named', () => {
    match(layoutProblems(['apps/agent/src/helpers/a.ts'])[0], /helpers\//);
    deepEqual(layoutProblems(['apps/agent/src/domain/rule.ts', 'apps/agent/src/main.ts']), []);
  });
});

test('a row of the failure table that differs in one word is missing, one with wider columns is not', () => {
  const rows = failureRows({ a: { when: 'A', standard: 'allow', strict: 'deny', then: 'recorded' } });
  deepEqual(missingRows(rows, '| A    | allow | deny   | recorded |'), []);
  deepEqual(missingRows(rows, '| A | deny | deny | recorded |'), rows);
});

describe('counting tests', () => {
  test('totals add up and read as one line', () => {
    const sum = addTotals({ passed: 1, failed: 0, skipped: 0 }, { passed: 2, failed: 1, skipped: 0 });
    equal(totalsLine(sum), '3 passed, 1 failed');
    equal(totalsLine({ passed: 1, failed: 0, skipped: 2 }), '1 passed, 0 failed, 2 skipped');
  });

  test('test files are found by pattern, and never in build or node_modules', () => {
    deepEqual(findTestFiles(rootFolder, { folders: ['scripts'], patterns: ['check.test'] }), [
      'scripts/check.test.mjs',
    ]);
    deepEqual(findTestFiles(rootFolder, { folders: ['nowhere'] }), []);
  });

  test('the reporter counts suites as nothing, and a file without a test as a failure', () => {
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-totals-'));
    try {
      const tests = "import { describe, test } from 'node:test';";
      writeFileSync(join(folder, 'empty.test.mjs'), '');
      writeFileSync(
        join(folder, 'some.test.mjs'),
        `${tests} describe('s', () => { test('a', () => {}); test('b', () => { throw new Error('b'); }); test('c', { skip: 'why' }, () => {}); test('d', { todo: true }, () => { throw new Error('d'); }); });`,
      );
      deepEqual(totalsOf(folder, ['some.test.mjs']), { passed: 1, failed: 1, skipped: 2 });
      deepEqual(totalsOf(folder, ['empty.test.mjs']), { passed: 0, failed: 1, skipped: 0 });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  function totalsOf(folder, files) {
    const reporter = `--test-reporter=${join(rootFolder, 'scripts/test/totals-reporter.mjs')}`;
    const env = { ...process.env };
    delete env.NODE_TEST_CONTEXT;
    return JSON.parse(
      spawnSync(nodeBinary, ['--test', reporter, ...files], { cwd: folder, env, encoding: 'utf8' }).stdout,
    );
  }
});
