// The figures of `bench scale` and their floors.
import { atMost } from './floors.ts';
import type { Floor } from './floors.ts';
import { machine, machineLine } from './machine.ts';
import type { Report } from './report.ts';

export interface ScaleFigures {
  readonly rules: number;
  /** Of the ruleset from rules that are read already. */
  readonly compileMs: number;
  /** A decision in user space. */
  readonly p50Us: number;
  readonly p99Us: number;
  /** Until the agent filters. */
  readonly startMs: number;
  readonly rssMiB: number;
  /** From a file that was written to the ruleset that follows it. */
  readonly reloadMs: number;
  /** The longest connect meanwhile, decided by the agent. */
  readonly worstConnectMs: number;
  /** The same for one rule of a file that is changed through the API. */
  readonly editMs: number;
  readonly editWorstConnectMs: number;
  /** And for all rules, which are other ones then. */
  readonly allChangedMs: number;
  readonly allChangedWorstConnectMs: number;
  /** And for a client that asks for all of them. */
  readonly listMs: number;
  readonly listWorstConnectMs: number;
}

const LIMITS: readonly (readonly [number, keyof ScaleFigures, number])[] = [
  [10_000, 'p99Us', 20],
  [100_000, 'rssMiB', 250],
  [100_000, 'reloadMs', 2000],
];

const NARROWEST = 9;

export function scaleReport(figures: readonly ScaleFigures[]): Report {
  const host = machine();
  const columns = [
    'rules',
    'p50Us',
    'p99Us',
    'compileMs',
    'startMs',
    'rssMiB',
    'reloadMs',
    'worstConnectMs',
    'editMs',
    'allChangedMs',
    'allChangedWorstConnectMs',
    'listMs',
    'listWorstConnectMs',
  ] as const;
  const rows = figures.map((ofSize) => columns.map((column) => String(ofSize[column])));
  return {
    document: { rules: figures, machine: host },
    lines: [
      machineLine(host),
      ...[columns, ...rows].map((cells) =>
        cells.map((cell, at) => cell.padStart(Math.max(NARROWEST, 2 + (columns[at] ?? '').length))).join(''),
      ),
    ],
    floors: LIMITS.flatMap((limit) => floorsOf(figures, limit)),
  };
}

function floorsOf(
  figures: readonly ScaleFigures[],
  [rules, name, limit]: (typeof LIMITS)[number],
): readonly Floor[] {
  return figures
    .filter((ofSize) => ofSize.rules === rules)
    .map((ofSize) => atMost(`${name} with ${rules} rules`, ofSize[name], limit));
}
