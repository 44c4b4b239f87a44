// The figures of `bench flows` and their floors.
import type { Floor } from './floors.ts';
import { atMost } from './floors.ts';
import { machine, machineLine } from './machine.ts';
import type { Report } from './report.ts';
import { rounded } from './statistics.ts';

export interface FlowFigures {
  /** Remote ends, each with a verdict of its own. */
  readonly flows: number;
  /** A datagram of a flow that nobody has decided about. */
  readonly firstUs: number;
  /** The next one of the same flows, in the same order, by another process. */
  readonly againUs: number;
  /** Share of these that the kernel decided; the others went to the agent once more. */
  readonly againInKernel: number;
  /** Allowed datagrams that did not arrive. */
  readonly lost: number;
  /** Denied ones that did. */
  readonly leaked: number;
  /** Verdicts in force that the kernel holds, and those that gave way to others. */
  readonly verdictsHeld: number;
  readonly verdictsPushedOut: number;
  /** One flow that is known all the while. */
  readonly knownDatagramUs: number;
  readonly knownConnectUs: number;
  /** All maps of the kernel. */
  readonly mapsMiB: number;
  readonly agentMiB: number;
}

const COLUMNS = [
  'flows',
  'firstUs',
  'againUs',
  'againInKernel',
  'lost',
  'leaked',
  'verdictsHeld',
  'verdictsPushedOut',
  'knownDatagramUs',
  'knownConnectUs',
  'mapsMiB',
  'agentMiB',
] as const satisfies readonly (keyof FlowFigures)[];
const SLOWDOWN_LIMIT = 1.25;

export function flowsReport(figures: readonly FlowFigures[]): Report {
  const host = machine();
  const rows = COLUMNS.map((column) => [column, ...figures.map((ofSize) => String(ofSize[column]))]);
  return {
    document: { flows: figures, machine: host },
    lines: [
      machineLine(host),
      ...rows.map((cells) =>
        cells.map((cell, index) => (index === 0 ? cell.padEnd(20) : cell.padStart(10))).join(''),
      ),
    ],
    floors: flowsFloors(figures),
  };
}

export function flowsFloors(figures: readonly FlowFigures[]): readonly Floor[] {
  const sum = (name: 'lost' | 'leaked'): number => figures.reduce((all, ofSize) => all + ofSize[name], 0);
  const slowdown = (name: 'knownDatagramUs' | 'knownConnectUs'): number => {
    const [fewest, most] = [figures.at(0)?.[name] ?? NaN, figures.at(-1)?.[name] ?? NaN];
    return rounded(most / fewest, 2);
  };
  return [
    atMost('allowed datagrams that were lost', sum('lost'), 0),
    atMost('denied datagrams that arrived', sum('leaked'), 0),
    atMost('known datagram, most flows / fewest', slowdown('knownDatagramUs'), SLOWDOWN_LIMIT),
    atMost('known connect, most flows / fewest', slowdown('knownConnectUs'), SLOWDOWN_LIMIT),
  ];
}
