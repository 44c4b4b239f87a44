// What /proc says of real processes: children of this test.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { clockTicksPerSecond, processStart } from '@sallyport/linux';
import {
  commandLineOf,
  isAlive,
  lineageOf,
  parentOf,
  kernelFileOf,
  readableExecutableOf,
} from './processes.ts';

let child: ChildProcess;
let pid: number;
before(async () => {
  child = spawn('/bin/sleep', ['60'], { argv0: 'a ) name' });
  await once(child, 'spawn');
  pid = child.pid ?? 0;
});
after(() => child.kill());

const startNs = (): bigint => ((processStart(pid) ?? 0n) * 1_000_000_000n) / BigInt(clockTicksPerSecond());

test('a process shows its arguments as it likes; its executable is what the kernel runs', () => {
  assert.deepEqual(commandLineOf(pid), ['a ) name', '60']);
  assert.match(readableExecutableOf(pid)?.path ?? '', /\/(sleep|coreutils|busybox)$/);
});

test('its parent is this process, and the first process has none', () => {
  assert.equal(parentOf(pid), process.pid);
  assert.equal(parentOf(1), undefined);
});

test('its lineage is itself, this process, and so on up to the first, each with its start', () => {
  const lineage = lineageOf({ pid, startNs: startNs() }) ?? [];
  assert.deepEqual(
    lineage.slice(0, 3).map((one) => one.pid),
    [pid, process.pid, process.ppid],
  );
  assert.equal(parentOf(lineage.at(-1)?.pid ?? 0), undefined);
  assert.ok(lineage.every((one) => isAlive(one.pid, one.startNs)));
});

test('a process that is another by now, or gone, has no lineage', async () => {
  assert.equal(lineageOf({ pid, startNs: startNs() + 1_000_000_000n }), undefined);
  const ended = spawn('/bin/true');
  await once(ended, 'exit');
  assert.equal(lineageOf({ pid: ended.pid ?? 0, startNs: 1n }), undefined);
});

test('it is alive under its own start time only', () => {
  assert.equal(isAlive(pid, startNs()), true);
  assert.equal(isAlive(pid, startNs() + 1_000_000_000n), false);
});

test("the kernel's own number of an executable is what the list of its mappings shows", () => {
  const [, , , device = '', mapped = ''] = (executableMapping() ?? '').split(/\s+/);
  const [deviceMajor = 0, deviceMinor = 0] = device.split(':').map((part) => parseInt(part, 16));
  assert.deepEqual(kernelFileOf(process.pid), { deviceMajor, deviceMinor, inode: BigInt(mapped) });
});

test('a process that ended has nothing to show', async () => {
  const ended = spawn('/bin/true');
  await once(ended, 'exit');
  const gone = ended.pid ?? 0;
  assert.deepEqual(
    [commandLineOf(gone), parentOf(gone), readableExecutableOf(gone), kernelFileOf(gone)],
    [[], undefined, undefined, undefined],
  );
  assert.equal(isAlive(gone, 1n), false);
});

/** The line of /proc/self/maps for the code of this program's own file. */
function executableMapping(): string | undefined {
  const path = readableExecutableOf(process.pid)?.path ?? '';
  const lines = readFileSync('/proc/self/maps', 'utf8').split('\n');
  return lines.find((line) => line.endsWith(` ${path}`) && /^\S+ ..x/.test(line));
}
