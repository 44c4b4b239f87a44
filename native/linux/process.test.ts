// Processes and executables as /proc and stat() show them.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { startProbe } from './fixture/probe.ts';
import { needsRoot } from './fixture/root.ts';
import { native } from './native.ts';
import { clockTicksPerSecond, executableOf, mountNamespaceOf, processStart, statFile } from './process.ts';

const NO_SUCH_PID = 0x7fffffff;

function startFromProc(pid: number): bigint {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return BigInt(text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? '');
}

describe('process identity', () => {
  test('a process that is gone has no start, executable or mount namespace', () => {
    assert.equal(processStart(NO_SUCH_PID), undefined);
    assert.equal(executableOf(NO_SUCH_PID), undefined);
    assert.equal(mountNamespaceOf(NO_SUCH_PID), undefined);
    assert.throws(() => processStart(0), RangeError);
  });

  test('the start time is what /proc says, in ticks of which the kernel has 100 in a second', () => {
    assert.equal(processStart(process.pid), startFromProc(process.pid));
    assert.equal(clockTicksPerSecond(), Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' })));
  });

  for (const name of [') S 1 (', ') (', '1 2 3 4 5 6 7 8', ')))))))))))))))', '\n) R 0 0']) {
    test(`a process named ${JSON.stringify(name)} cannot forge its start time`, async () => {
      using probe = startProbe(['name', name]);
      await probe.nextLine();
      assert.equal(readFileSync(`/proc/${probe.pid}/comm`, 'latin1').slice(0, -1), name);
      assert.equal(processStart(probe.pid), startFromProc(probe.pid));
    });
  }

  test('the executable is a path and the very inode behind it', () => {
    const status = statSync('/proc/self/exe', { bigint: true });
    assert.deepEqual(executableOf(process.pid), {
      path: readlinkSync('/proc/self/exe'),
      deletedSuffix: false,
      device: status.dev,
      inode: status.ino,
      ctimeNs: status.ctimeNs,
    });
  });

  test('a deleted executable keeps its inode and says so', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-exe-'));
    const path = join(folder, 'sleep');
    copyFileSync('/bin/sleep', path);
    const inode = statSync(path, { bigint: true }).ino;
    const child = spawn(path, ['60']);
    await once(child, 'spawn');
    rmSync(folder, { recursive: true });
    const executable = executableOf(child.pid ?? 0);
    child.kill('SIGKILL');
    assert.equal(executable?.path, `${path} (deleted)`);
    assert.equal(executable.deletedSuffix, true);
    assert.equal(executable.inode, inode);
  });

  test('a kernel thread has no executable but a start time', needsRoot, () => {
    assert.equal(executableOf(2), undefined);
    assert.equal(processStart(2), startFromProc(2));
  });

  test('the mount namespace is the number in /proc/PID/ns/mnt', () => {
    assert.equal(`mnt:[${mountNamespaceOf(process.pid) ?? ''}]`, readlinkSync('/proc/self/ns/mnt'));
  });

  test('statFile() agrees with Node, and knows no file that is not there', () => {
    const status = statSync('/bin/sh', { bigint: true });
    assert.deepEqual(statFile('/bin/sh'), {
      device: status.dev,
      inode: status.ino,
      ctimeNs: status.ctimeNs,
      mode: Number(status.mode),
      uid: Number(status.uid),
      gid: Number(status.gid),
    });
    assert.equal(statFile('/no/such/file'), undefined);
    assert.throws(() => statFile('a\0b'), TypeError);
  });
});

describe('the parser of /proc/PID/stat', () => {
  test('finds the start time behind any name', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 64 }),
        fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        (name, start) => {
          const fields = Array.from({ length: 18 }, (_, index) => String(index - 1)).join(' ');
          const text = Buffer.from(`1 (${name}) S ${fields} ${start} 0 0\n`);
          assert.equal(native.parseProcessStat(text), start);
        },
      ),
    );
  });

  test('answers undefined for text that is cut off, overflows or is no number', () => {
    const whole = `1 (a) S ${'0 '.repeat(18)}123 0\n`;
    for (let length = 0; length <= whole.indexOf('123') + 3; length++) {
      assert.equal(native.parseProcessStat(Buffer.from(whole.slice(0, length))), undefined);
    }
    assert.equal(
      native.parseProcessStat(Buffer.from(whole.replace('123', '18446744073709551616'))),
      undefined,
    );
    assert.equal(native.parseProcessStat(Buffer.from(whole.replace('123', '-5'))), undefined);
  });

  test('survives random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 512 }), (bytes) => {
        const start = native.parseProcessStat(bytes);
        assert.ok(start === undefined || start >= 0n);
      }),
    );
  });
});
