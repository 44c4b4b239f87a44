// What the kernel's part does and costs, on the wire.
import type * as Wire from '@sallyport/proto';
import type { KernelReport } from '../ports.ts';
import { readNumber } from './field.ts';

const LONGEST_MS = 10_000;

/** Throws an InvalidField. */
export function readMeasuredMs({ durationMs }: Wire.MeasureKernelRequest): number {
  return readNumber('duration_ms', durationMs, { from: 1, to: LONGEST_MS, unit: ' of milliseconds' });
}

export function writeKernelReport(report: KernelReport): Wire.KernelReport {
  return {
    ...report,
    programs: report.programs.map((program) => ({
      ...program,
      runs: String(program.runs),
      runTimeNs: String(program.runTimeNs),
    })),
    masks: [...report.masks],
    hits: String(report.hits),
    misses: String(report.misses),
  };
}
