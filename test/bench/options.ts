// The command line of the bench.
import { parseArgs } from 'node:util';
import { MODE_NAMES } from './modes/mode.ts';
import type { ModeName } from './modes/mode.ts';

export const PARTS = [
  'connect',
  'cost',
  'datagrams',
  'throughput',
  'scale',
  'flows',
  'idle',
  'held',
  'chart',
] as const;

export type PartName = (typeof PARTS)[number];

export interface BenchOptions {
  readonly part: PartName;
  readonly json: boolean;
  /** Exit code 1 where a floor is missed. */
  readonly check: boolean;
  readonly rounds: number;
  /** Measured connects of a mode in one round. */
  readonly connects: number;
  readonly modes: readonly ModeName[];
  /** How long the idle agent is watched. */
  readonly seconds: number;
}

export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const USAGE = `npm run bench -- PART [OPTION...]        needs root

  connect    latency of TCP connects: no firewall, hooks that do nothing (hooks), a bare C queue, Sallyport deciding by a
             rule in the agent (rule) and in the kernel (known), OpenSnitch with a rule
  cost       what the programs in the kernel take of a connect, by the kernel's own clock
  datagrams  datagrams a second of one socket: no firewall, hooks, and known in the kernel (udp-known)
  throughput what an established TCP connection carries, the same three ways; needs iperf3
  scale      10 to 100 000 rules: a decision, the agent's memory, and a reload while flows are decided
  flows      1000 to 500 000 flows with a verdict each: what a known one costs, and what becomes of the others
  idle       CPU and memory of an agent that has nothing to do
  chart      connect, datagrams and throughput, written to docs/performance.json and .svg
  held       2000 flows of 50 Apps held at once, then decided

  --json           one JSON document on standard output
  --check          exit code 1 where a floor is missed
  --rounds N       interleaved rounds, where things are compared (default 7, at least 5)
  --connects N     connect: connects a mode and round (default 1000, at most 4000)
  --modes A,B      connect: of ${MODE_NAMES.join(', ')}
  --seconds N      idle: how long it is watched       (default 20)
`;

const OPTIONS = {
  json: { type: 'boolean', default: false },
  check: { type: 'boolean', default: false },
  rounds: { type: 'string', default: '7' },
  connects: { type: 'string', default: '1000' },
  modes: { type: 'string', default: MODE_NAMES.join(',') },
  seconds: { type: 'string', default: '20' },
  help: { type: 'boolean', default: false },
} as const;

/** Undefined where only the help was asked for. Throws UsageError. */
export function readOptions(args: readonly string[]): BenchOptions | undefined {
  const { values, positionals } = parse(args);
  if (values.help) return undefined;
  return {
    part: partName(positionals),
    json: values.json,
    check: values.check,
    rounds: integer('rounds', values.rounds, [5, 1000]),
    // The server's accept queue holds 4096: no SYN is dropped even where the server gets no time at all.
    connects: integer('connects', values.connects, [10, 4000]),
    modes: modeNames(values.modes),
    seconds: integer('seconds', values.seconds, [1, 3600]),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function partName([name, ...rest]: readonly string[]): PartName {
  const part = PARTS.find((candidate) => candidate === name);
  if (part !== undefined && rest.length === 0) return part;
  throw new UsageError(`one part is expected, of ${PARTS.join(', ')}`);
}

function integer(option: string, text: string, [minimum, maximum]: readonly [number, number]): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= minimum && value <= maximum) return value;
  throw new UsageError(`--${option} takes a whole number from ${minimum} to ${maximum}, not '${text}'`);
}

/** In the order of MODE_NAMES, each once. */
function modeNames(text: string): readonly ModeName[] {
  const names = text.split(',');
  const unknown = names.find((name) => !MODE_NAMES.some((mode) => mode === name));
  if (unknown === undefined) return MODE_NAMES.filter((mode) => names.includes(mode));
  throw new UsageError(`--modes takes names of ${MODE_NAMES.join(', ')}, not '${unknown}'`);
}
