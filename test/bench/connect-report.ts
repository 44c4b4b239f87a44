// The figures of `bench connect`: percentiles over all rounds, ratios of the medians, and the floors.
import type { Slice } from './client.ts';
import type { Floor } from './floors.ts';
import { atLeast, atMost } from './floors.ts';
import { machine, machineLine } from './machine.ts';
import type { ModeName } from './modes/mode.ts';
import type { Report } from './report.ts';
import { ascending, median, percentile, rounded } from './statistics.ts';

/** Times of connect(), over all rounds. */
export interface ModeFigures {
  readonly p50Us: number;
  readonly p90Us: number;
  readonly p99Us: number;
  /** Median of the rounds. */
  readonly perSecond: number;
  /** Of the p50; null where that mode was not measured. */
  readonly ratioToNone: number | null;
  readonly ratioToNfqueueC: number | null;
  /** The p50 of each round, from which the noise can be seen. */
  readonly roundP50Us: readonly number[];
}

export interface ConnectResults {
  readonly slices: ReadonlyMap<ModeName, readonly Slice[]>;
  readonly notes: readonly string[];
  readonly rounds: number;
}

const RULE_TO_NFQUEUE_LIMIT = 1.8;
const RULE_TO_OPENSNITCH_LIMIT = 4;

export function connectReport({ slices, notes, rounds }: ConnectResults): Report {
  const p50 = new Map([...slices].map(([name, measured]) => [name, percentile(latencies(measured), 0.5)]));
  const modes = new Map([...slices].map(([name, measured]) => [name, modeFigures(measured, p50)]));
  const host = machine();
  return {
    document: { rounds, modes: Object.fromEntries(modes), notes, machine: host },
    lines: [machineLine(host), `${rounds} rounds`, ...table(modes), ...notes],
    floors: connectFloors(modes),
  };
}

function latencies(slices: readonly Slice[]): readonly number[] {
  return ascending(slices.flatMap((slice) => slice.latenciesUs));
}

function modeFigures(slices: readonly Slice[], p50: ReadonlyMap<ModeName, number>): ModeFigures {
  const sorted = latencies(slices);
  const own = percentile(sorted, 0.5);
  const ratio = (base: ModeName): number | null => {
    const of = p50.get(base);
    return of === undefined ? null : rounded(own / of, 2);
  };
  return {
    p50Us: rounded(own),
    p90Us: rounded(percentile(sorted, 0.9)),
    p99Us: rounded(percentile(sorted, 0.99)),
    perSecond: Math.round(median(slices.map((slice) => slice.perSecond))),
    ratioToNone: ratio('none'),
    ratioToNfqueueC: ratio('nfqueue-c'),
    roundP50Us: slices.map((slice) => rounded(median(slice.latenciesUs))),
  };
}

/** Only of modes that were measured. */
export function connectFloors(modes: ReadonlyMap<ModeName, ModeFigures>): readonly Floor[] {
  const rule = modes.get('rule');
  const opensnitch = modes.get('opensnitch');
  if (rule === undefined) return [];
  const floors: Floor[] = [];
  if (rule.ratioToNfqueueC !== null)
    floors.push(atMost('rule p50 / nfqueue-c p50', rule.ratioToNfqueueC, RULE_TO_NFQUEUE_LIMIT));
  if (opensnitch !== undefined) {
    const ratio = rounded(rule.perSecond / opensnitch.perSecond, 2);
    floors.push(atLeast('rule connects/s / opensnitch connects/s', ratio, RULE_TO_OPENSNITCH_LIMIT));
  }
  return floors;
}

function table(modes: ReadonlyMap<ModeName, ModeFigures>): readonly string[] {
  const titles = ['mode', 'p50 us', 'p90 us', 'p99 us', 'connects/s', 'x none', 'x nfqueue-c'];
  const rows = [...modes].map(([name, figures]) => [
    name,
    ...[figures.p50Us, figures.p90Us, figures.p99Us, figures.perSecond].map(String),
    ...[figures.ratioToNone, figures.ratioToNfqueueC].map((ratio) => ratio?.toFixed(2) ?? '-'),
  ]);
  return [titles, ...rows].map((cells) =>
    cells.map((cell, index) => (index === 0 ? cell.padEnd(11) : cell.padStart(12))).join(''),
  );
}
