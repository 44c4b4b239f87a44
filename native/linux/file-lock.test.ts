// The file lock between processes.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { lockFile } from './file-lock.ts';
import { plainEnvironment } from './fixture/probe.ts';

const SOURCE = `
  import { lockFile } from ${JSON.stringify(new URL('./file-lock.ts', import.meta.url).href)};
  console.log(lockFile(process.argv[1]) === undefined ? 'held' : 'free');`;

function askOtherProcess(path: string): string {
  const words = ['--input-type=module', '--eval', SOURCE, path];
  return execFileSync(process.execPath, words, { encoding: 'utf8', env: plainEnvironment() }).trim();
}

describe('a file lock', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'sallyport-lock-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  test('is held against another process until it is released', () => {
    const path = join(folder, 'lock');
    const lock = lockFile(path);
    assert.ok(lock !== undefined);
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.equal(askOtherProcess(path), 'held');
    assert.equal(lockFile(path), undefined);
    lock.release();
    lock.release();
    assert.equal(askOtherProcess(path), 'free');
    assert.ok(existsSync(path));
    const again = lockFile(path);
    assert.ok(again !== undefined);
    again.release();
  });

  test('outlives the garbage collector, and ends with its process', () => {
    const path = join(folder, 'forgotten');
    const source = `${SOURCE} globalThis.gc(); console.log(lockFile(process.argv[1]) === undefined ? 'held' : 'free');`;
    const words = ['--expose-gc', '--input-type=module', '--eval', source, path];
    const output = execFileSync(process.execPath, words, { encoding: 'utf8', env: plainEnvironment() });
    assert.equal(output, 'free\nheld\n');
    assert.equal(askOtherProcess(path), 'free');
  });

  test('is not passed on to programs that are started meanwhile', () => {
    const path = join(folder, 'inherited');
    const lock = lockFile(path);
    const links = execFileSync('ls', ['-l', '/proc/self/fd'], { encoding: 'utf8' });
    lock?.release();
    assert.ok(!links.includes(path));
  });

  test('follows no symbolic link and locks nothing but regular files', () => {
    symlinkSync(join(folder, 'target'), join(folder, 'link'));
    mkdirSync(join(folder, 'directory'));
    assert.throws(() => lockFile(join(folder, 'link')), {
      code: 'ELOOP',
      syscall: 'open',
      message: /symbolic link/,
    });
    assert.throws(() => lockFile(join(folder, 'directory')), { code: 'EISDIR' });
    assert.throws(() => lockFile('/dev/null'), { code: 'EEXIST', message: /regular file/ });
    assert.throws(() => lockFile(join(folder, 'absent', 'lock')), { code: 'ENOENT', message: /directory/ });
    assert.throws(() => lockFile(''), TypeError);
  });
});
