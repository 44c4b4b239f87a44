// `npm run bench`: measures Sallyport against nothing, against a bare C queue and against OpenSnitch. Works in network
// namespaces of its own and needs root for that.
import { floorLine } from './floors.ts';
import type { BenchOptions, PartName } from './options.ts';
import { readOptions, USAGE, UsageError } from './options.ts';
import type { Report } from './report.ts';
import { benchChart } from './chart-bench.ts';
import { benchConnect } from './connect-bench.ts';
import { benchCost } from './cost-bench.ts';
import { benchFlows } from './flows-bench.ts';
import { benchHeld } from './held-bench.ts';
import { datagrams } from './datagrams.ts';
import { benchIdle } from './idle-bench.ts';
import { benchRate } from './rate-bench.ts';
import { benchScale } from './scale-bench.ts';
import { throughput } from './throughput.ts';

type Part = (options: BenchOptions, signal: AbortSignal) => Promise<Report>;

const PARTS: Readonly<Record<PartName, Part>> = {
  connect: benchConnect,
  cost: (_, signal) => benchCost(signal),
  datagrams: (options, signal) => benchRate(datagrams, options, signal),
  throughput: (options, signal) => benchRate(throughput, options, signal),
  scale: (_, signal) => benchScale(signal),
  flows: (_, signal) => benchFlows(signal),
  idle: benchIdle,
  held: benchHeld,
  chart: benchChart,
};

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  try {
    const options = readOptions(args);
    if (options === undefined) return print(USAGE);
    if (process.getuid?.() !== 0) throw new UsageError('network namespaces need root: sudo npm run bench');
    const report = await PARTS[options.part](options, endSignal());
    print(options.json ? `${json(report)}\n` : `${text(report)}\n`);
    return options.check && report.floors.some((floor) => !floor.isMet) ? 1 : 0;
  } catch (error) {
    process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
}

function print(output: string): number {
  process.stdout.write(output);
  return 0;
}

function json({ document, floors }: Report): string {
  return JSON.stringify({ ...document, floors }, undefined, 2);
}

function text({ lines, floors }: Report): string {
  return [...lines, ...floors.map(floorLine)].join('\n');
}

/** Aborted by Ctrl-C, so that namespaces and processes are removed before the end. */
function endSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(name, () => controller.abort(new Error(`ended by ${name}`)));
  return controller.signal;
}
