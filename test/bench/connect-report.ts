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
/** To find the process and its App, and to decide. */
const RULE_ADDED_US_LIMIT = 60;
const RULE_TO_OPENSNITCH_LIMIT = 4;
const KNOWN_TO_NONE_LIMIT = 0.93;
const KNOWN_ADDED_US_LIMIT = 3;
const KNOWN_TO_OPENSNITCH_LIMIT = 9;
const FIRST_TO_NFQUEUE_LIMIT = 1.5;
const DENY_KNOWN_US_LIMIT = 15;

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
  const known = modes.get('known');
  const floors: Floor[] = [];
  if (rule !== undefined && rule.ratioToNfqueueC !== null)
    floors.push(atMost('rule p50 / nfqueue-c p50', rule.ratioToNfqueueC, RULE_TO_NFQUEUE_LIMIT));
  const rate = rateFloors(modes);
  floors.push(...addedFloors(modes));
  if (rule !== undefined) floors.push(...rate('rule', 'opensnitch', RULE_TO_OPENSNITCH_LIMIT));
  floors.push(...newProcessFloors(modes), ...refusalFloors(modes));
  if (known === undefined) return floors;
  floors.push(
    ...rate('known', 'none', KNOWN_TO_NONE_LIMIT),
    ...rate('known', 'opensnitch', KNOWN_TO_OPENSNITCH_LIMIT),
  );
  const none = modes.get('none');
  if (none !== undefined)
    floors.push(atMost('known p50 - none p50, us', rounded(known.p50Us - none.p50Us), KNOWN_ADDED_US_LIMIT));
  return floors;
}

/** What deciding in the agent takes beyond the queue itself. */
function addedFloors(modes: ReadonlyMap<ModeName, ModeFigures>): readonly Floor[] {
  const [rule, base] = [modes.get('rule'), modes.get('nfqueue-c')];
  if (rule === undefined || base === undefined) return [];
  return [atMost('rule p50 - nfqueue-c p50, us', rounded(rule.p50Us - base.p50Us), RULE_ADDED_US_LIMIT)];
}

/** Both from a new process each time: starting one costs more than everything else, and is in both. */
function newProcessFloors(modes: ReadonlyMap<ModeName, ModeFigures>): readonly Floor[] {
  const [first, base] = [modes.get('first'), modes.get('nfqueue-c-first')];
  if (first === undefined || base === undefined) return [];
  const ratio = rounded(first.p50Us / base.p50Us, 2);
  return [atMost('first p50 / nfqueue-c-first p50', ratio, FIRST_TO_NFQUEUE_LIMIT)];
}

function refusalFloors(modes: ReadonlyMap<ModeName, ModeFigures>): readonly Floor[] {
  const denied = modes.get('deny-known');
  return denied === undefined ? [] : [atMost('deny-known p50, us', denied.p50Us, DENY_KNOWN_US_LIMIT)];
}

/** Floors of how many connects a second one mode makes of what another makes, where both were measured. */
function rateFloors(modes: ReadonlyMap<ModeName, ModeFigures>) {
  return (name: ModeName, other: ModeName, limit: number): readonly Floor[] => {
    const [one, base] = [modes.get(name), modes.get(other)];
    if (one === undefined || base === undefined) return [];
    const ratio = rounded(one.perSecond / base.perSecond, 2);
    return [atLeast(`${name} connects/s / ${other} connects/s`, ratio, limit)];
  };
}

function table(modes: ReadonlyMap<ModeName, ModeFigures>): readonly string[] {
  const titles = ['mode', 'p50 us', 'p90 us', 'p99 us', 'connects/s', 'x none', 'x nfqueue-c'];
  const rows = [...modes].map(([name, figures]) => [
    name,
    ...[figures.p50Us, figures.p90Us, figures.p99Us, figures.perSecond].map(String),
    ...[figures.ratioToNone, figures.ratioToNfqueueC].map((ratio) => ratio?.toFixed(2) ?? '-'),
  ]);
  return [titles, ...rows].map((cells) =>
    cells.map((cell, index) => (index === 0 ? cell.padEnd(16) : cell.padStart(12))).join(''),
  );
}
