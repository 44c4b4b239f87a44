// What the words of the command mean, and what a guest's end counts for.
import { deepEqual, equal, match } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { rootFolder } from '../../scripts/setup/privileges.mjs';
import { processors } from './guest-machine.mjs';
import { insmodFiles } from './initrd.mjs';
import { parseOutcome } from './job.mjs';
import { readOptions } from './options.mjs';
import { consoleTail, countsText, judge, kernelLine } from './report.mjs';
import { guestTestFiles, missingUsualFiles } from './selection.mjs';

describe('the command line', () => {
  test('takes kernels, patterns and the accelerator', () => {
    deepEqual(readOptions(['6.1', '--only', 'story', 'newest', '--only', 'demo', '--kvm']), {
      kind: 'run',
      selectors: ['6.1', 'newest'],
      patterns: ['story', 'demo'],
      accelerator: 'kvm',
    });
    equal(readOptions(['6.1']).accelerator, 'tcg');
    equal(readOptions(['list']).kind, 'list');
  });

  test('is refused with a reason', () => {
    match(readOptions([]).problem, /Which kernel/);
    match(readOptions(['6.1', '--only']).problem, /pattern/);
    match(readOptions(['6.1', '--fast']).problem, /--fast/);
  });
});

test('an emulated machine runs on one thread, with one processor of two online, and its timer is believed', () => {
  deepEqual(processors('tcg'), {
    qemu: ['-accel', 'tcg,thread=single', '-cpu', 'max,-cx16', '-smp', '2'],
    kernel: 'maxcpus=1 no_timer_check',
  });
  deepEqual(processors('kvm'), { qemu: ['-accel', 'kvm', '-cpu', 'host', '-smp', '2'], kernel: '' });
});

describe('a guest', () => {
  const totals = { passed: 3, failed: 0, skipped: 1 };

  test('that ends well counts what its tests count', () => {
    deepEqual(judge({ end: 'off', exitCode: 0, totals }), { totals, problem: undefined });
    const failed = { passed: 2, failed: 1, skipped: 0 };
    deepEqual(judge({ end: 'off', exitCode: 1, totals: failed }), { totals: failed, problem: undefined });
  });

  test('that hangs, panics, or whose runner breaks down is a failure with a reason', () => {
    for (const run of [
      { end: 'timeout' },
      { end: 'off' },
      { end: 'off', exitCode: 0 },
      { end: 'off', exitCode: 137, totals },
      { end: 'off', exitCode: 0, totals: { passed: 0, failed: 0, skipped: 4 } },
    ]) {
      const judged = judge({ exitCode: undefined, totals: undefined, ...run });
      equal(judged.totals.failed, 1, JSON.stringify(run));
      match(judged.problem, /\.$/);
    }
  });

  test('whose answer is missing or damaged has none', () => {
    deepEqual(parseOutcome({ exitCode: '', totals: '' }), { exitCode: undefined, totals: undefined });
    deepEqual(parseOutcome({ exitCode: '0', totals: '{"passed":1' }), { exitCode: 0, totals: undefined });
    deepEqual(parseOutcome({ exitCode: '1', totals: '{"passed":"1"}' }).totals, undefined);
    deepEqual(parseOutcome({ exitCode: '0', totals: JSON.stringify(totals) }), { exitCode: 0, totals });
  });
});

test('the lines of the report', () => {
  const totals = { passed: 3, failed: 0, skipped: 0 };
  equal(countsText(totals), '3 passed, 0 failed, 0 skipped');
  equal(
    kernelLine('6.1.0-9-amd64', { totals, durationMs: 61_000 }),
    '6.1.0-9-amd64: 3 passed, 0 failed, 0 skipped, 1 min 1 s',
  );
  equal(consoleTail('\x1bcone\r\n\r\n\x1b[2Jtwo\r\nthree\r\n', 2), '    two\n    three');
});

test('modules are loaded in the order that modprobe names, each once', () => {
  const listing = 'insmod /m/virtio.ko \nbuiltin fscache\ninsmod /m/9p.ko.xz \ninsmod /m/virtio.ko \n';
  deepEqual(insmodFiles(listing), ['/m/virtio.ko', '/m/9p.ko.xz']);
});

describe('what runs in a guest', () => {
  test('are files that exist', () => deepEqual(missingUsualFiles(rootFolder), []));

  test('without a pattern is what fits, with one whatever needs a kernel', () => {
    const usual = guestTestFiles(rootFolder, []);
    equal(usual.includes('test/kernel/story.test.ts'), true);
    equal(usual.includes('native/bpf-loader-napi/damaged-objects.test.ts'), false);
    deepEqual(guestTestFiles(rootFolder, ['damaged']), ['native/bpf-loader-napi/damaged-objects.test.ts']);
    deepEqual(guestTestFiles(rootFolder, ['kernel/story']), ['test/kernel/story.test.ts']);
    deepEqual(guestTestFiles(rootFolder, ['no such']), []);
  });
});
