// The figures of `bench datagrams` and `bench throughput`, and their floors.
import type { Floor } from './floors.ts';
import { atLeast, atMost } from './floors.ts';
import { machine, machineLine } from './machine.ts';
import type { RateWorkload } from './rate-bench.ts';
import type { Report } from './report.ts';
import { median, rounded } from './statistics.ts';

export interface RateSlice {
  readonly perSecond: number;
  /** Packets that went through user space. */
  readonly queued: number;
}

export interface RateSlices {
  readonly none: readonly RateSlice[];
  /** The hooks and rules alone. */
  readonly hooks: readonly RateSlice[];
  readonly known: readonly RateSlice[];
}

type ReportedWorkload = Pick<RateWorkload, 'knownName' | 'unit' | 'decimals' | 'leastRatio' | 'mostQueued'>;

export function rateReport(workload: ReportedWorkload, { none, hooks, known }: RateSlices): Report {
  const { knownName, unit, decimals } = workload;
  const host = machine();
  const figures = (slices: readonly RateSlice[]) => ({
    perSecond: rounded(medianRate(slices), decimals),
    roundPerSecond: slices.map(({ perSecond }) => rounded(perSecond, decimals)),
    queued: Math.max(...slices.map(({ queued }) => queued)),
  });
  const ratioOf = (side: readonly RateSlice[], base: readonly RateSlice[]): number =>
    rounded(medianRate(side) / medianRate(base), 3);
  const ratio = ratioOf(known, none);
  const modes = {
    none: figures(none),
    hooks: { ...figures(hooks), ratioToNone: ratioOf(hooks, none) },
    [knownName]: { ...figures(known), ratioToNone: ratio, ratioToHooks: ratioOf(known, hooks) },
  };
  return {
    document: { rounds: none.length, unit, modes, machine: host },
    lines: [
      machineLine(host),
      ...Object.entries(modes).map(([name, { perSecond, queued }]) => {
        return `${name.padEnd(12)} ${perSecond} ${unit}, ${queued} packets through user space`;
      }),
    ],
    floors: rateFloors(workload, ratio, modes[knownName]?.queued ?? 0),
  };
}

function medianRate(slices: readonly RateSlice[]): number {
  return median(slices.map(({ perSecond }) => perSecond));
}

function rateFloors(workload: ReportedWorkload, ratio: number, queued: number): readonly Floor[] {
  const { knownName, unit, leastRatio, mostQueued } = workload;
  const rate = atLeast(`${knownName} ${unit} / none ${unit}`, ratio, leastRatio);
  if (mostQueued === undefined) return [rate];
  return [rate, atMost(`${knownName} packets through user space`, queued, mostQueued)];
}
