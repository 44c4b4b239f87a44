// What the kernel's part does and costs, as `doctor --measure` shows it.
import type { KernelReport, ProgramCost } from '@sallyport/proto';
import { safeText } from './safe-text.ts';
import { counted } from './time.ts';
import { pad } from './width.ts';

export function kernelReportLines(report: KernelReport): readonly string[] {
  return [...cacheLines(report), '', ...costLines(report)];
}

function cacheLines(report: KernelReport): readonly string[] {
  const { verdicts, verdictsPushedOut, masks, hits, misses } = report;
  const pushedOut = verdictsPushedOut === 0 ? '' : `, ${verdictsPushedOut} pushed out by later ones`;
  const looksAt = masks.length === 0 ? [] : [`looks at    ${masks.map(safeText).join(', ')}`];
  return [
    `verdicts    ${counted(verdicts, 'verdict')} known to the kernel${pushedOut}`,
    ...looksAt,
    `in ${seconds(report)}    ${hits} decided in the kernel, ${misses} not known to it`,
  ];
}

const COLUMNS = [22, 12, 10, 12, 14] as const;
const HEADS = ['program', 'runs', 'ns each', 'processor', 'instructions'];

function costLines(report: KernelReport): readonly string[] {
  const rows = report.programs.map((program) => costCells(program, report.measuredMs));
  return [HEADS, ...rows].map((cells) =>
    cells
      .map((cell, index) => (index === 0 ? pad(cell, COLUMNS[0]) : cell.padStart(COLUMNS[index] ?? 0)))
      .join(''),
  );
}

function costCells({ name, runs, runTimeNs, instructions }: ProgramCost, measuredMs: number): string[] {
  const each = runs === '0' ? '-' : String(Math.round(Number(runTimeNs) / Number(runs)));
  const percent = (Number(runTimeNs) / 1e6 / Math.max(1, measuredMs)) * 100;
  return [safeText(name), runs, each, `${percent.toFixed(2)} %`, String(instructions)];
}

function seconds({ measuredMs }: KernelReport): string {
  return `${(measuredMs / 1000).toFixed(1)} s`;
}
