import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleKernelReport } from '../samples.ts';
import { kernelReportLines } from './kernel-report.ts';

test('what the kernel knows and what each program costs, one line each', () => {
  assert.deepEqual(kernelReportLines(sampleKernelReport()), [
    'verdicts    12 verdicts known to the kernel, 3 pushed out by later ones',
    'looks at    app, app port',
    'in 2.0 s    1000 decided in the kernel, 5 not known to it',
    '',
    'program                       runs   ns each   processor  instructions',
    'packet_unknown                1000       250      0.01 %           640',
    'owner_release                    0         -      0.00 %            90',
  ]);
});

test('an empty cache looks at nothing', () => {
  const lines = kernelReportLines(sampleKernelReport({ verdicts: 0, verdictsPushedOut: 0, masks: [] }));
  assert.deepEqual(lines.slice(0, 2), [
    'verdicts    0 verdicts known to the kernel',
    'in 2.0 s    1000 decided in the kernel, 5 not known to it',
  ]);
});
