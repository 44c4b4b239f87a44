// The figures of `bench held` and their floors.
import { atMost, below } from './floors.ts';
import { machine, machineLine } from './machine.ts';
import type { Report } from './report.ts';
import { rounded } from './statistics.ts';

export interface HeldFigures {
  readonly flows: number;
  readonly apps: number;
  /** Connections that did not end as decided. */
  readonly wrong: number;
  readonly wrongOutcomes: Readonly<Record<string, number>>;
  /** Of the agent, from the first held flow to the last decision. */
  readonly peakRssMiB: number;
  /** connect() of an App with a rule: before anything was held, and while everything was. */
  readonly knownP50UsBefore: number;
  readonly knownP50UsDuring: number;
  /** From the start of the Apps until a front end had all prompts. */
  readonly askedMs: number;
  /** All answers, one call after the other. */
  readonly decideMs: number;
}

const PEAK_RSS_MIB_LIMIT = 150;
const SLOWDOWN_LIMIT = 1.5;

export function heldReport(figures: HeldFigures): Report {
  const { flows, apps, wrong, wrongOutcomes, peakRssMiB, knownP50UsBefore, knownP50UsDuring } = figures;
  const host = machine();
  const wrongText = Object.entries(wrongOutcomes).map(([name, count]) => `  ${count} x ${name}`);
  return {
    document: { ...figures, machine: host },
    lines: [
      machineLine(host),
      `${flows} flows of ${apps} Apps held, asked after ${figures.askedMs} ms, decided in ${figures.decideMs} ms`,
      `known App p50 ${knownP50UsBefore} us before, ${knownP50UsDuring} us meanwhile; peak RSS ${peakRssMiB} MiB; ${wrong} wrong`,
      ...wrongText,
    ],
    floors: [
      atMost('connections that ended wrongly', wrong, 0),
      below('peak RSS in MiB', peakRssMiB, PEAK_RSS_MIB_LIMIT),
      atMost(
        'known App p50 during / before',
        rounded(knownP50UsDuring / knownP50UsBefore, 2),
        SLOWDOWN_LIMIT,
      ),
    ],
  };
}
