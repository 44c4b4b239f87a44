// The figures of `bench cost` and their floor.
import type { KernelReport } from '../../proto/index.ts';
import { atMost } from './floors.ts';
import { machine, machineLine } from './machine.ts';
import type { Report } from './report.ts';

export interface ProgramFigures {
  readonly name: string;
  readonly runs: number;
  readonly nsForEach: number;
}

/** Nanoseconds for each connect. */
export interface ConnectCosts {
  /** At socket() and connect(): what is recorded of the process, and the verdict. */
  readonly hooksNs: number;
  /** When both ends are closed: the server is on this machine, too. */
  readonly closingNs: number;
  /** On the way of its packets, with what is counted. */
  readonly packetsNs: number;
  readonly connects: number;
  readonly programs: readonly ProgramFigures[];
}

const CLOSING = 'owner_sock_release';
const HOOK = 'owner_';
const CONNECT = /^owner_connect[46]/;
const HOOKS_LIMIT_NS = 1000;

/** Throws where nothing connected while it was measured. */
export function costs({ programs }: KernelReport): ConnectCosts {
  const ran = programs.filter(({ runs }) => Number(runs) > 0);
  const sum = (isMeant: (name: string) => boolean, field: 'runs' | 'runTimeNs'): number =>
    ran.reduce((total, one) => (isMeant(one.name) ? total + Number(one[field]) : total), 0);
  const connects = sum((name) => CONNECT.test(name), 'runs');
  if (connects === 0) throw new Error('no connect was seen by the hooks while they were measured');
  const forEach = (isMeant: (name: string) => boolean) => Math.round(sum(isMeant, 'runTimeNs') / connects);
  return {
    hooksNs: forEach((name) => name.startsWith(HOOK) && name !== CLOSING),
    closingNs: forEach((name) => name === CLOSING),
    packetsNs: forEach((name) => !name.startsWith(HOOK)),
    connects,
    programs: ran.map(({ name, runs, runTimeNs }) => ({
      name,
      runs: Number(runs),
      nsForEach: Math.round(Number(runTimeNs) / Number(runs)),
    })),
  };
}

export function costReport(modes: Readonly<Record<'known' | 'rule', ConnectCosts>>): Report {
  const host = machine();
  return {
    document: { modes, machine: host },
    lines: [machineLine(host), ...Object.entries(modes).flatMap(([mode, figures]) => linesOf(mode, figures))],
    floors: Object.entries(modes).map(([mode, { hooksNs }]) =>
      atMost(`hooks for each connect, ${mode}, ns`, hooksNs, HOOKS_LIMIT_NS),
    ),
  };
}

function linesOf(
  mode: string,
  { hooksNs, closingNs, packetsNs, connects, programs }: ConnectCosts,
): readonly string[] {
  return [
    `${mode}: ${connects} connects, each ${hooksNs} ns of hooks, ${closingNs} when it is closed, ${packetsNs} for its packets`,
    ...programs.map(
      ({ name, runs, nsForEach }) =>
        `  ${name.padEnd(24)}${String(runs).padStart(8)} runs of ${nsForEach} ns`,
    ),
  ];
}
