// `bench connect`: in each round every mode is started, warmed up, measured and stopped. The modes take turns in going first,
// so that noise hits all alike. Each has a lab of its own, and nothing of one runs while another is measured: the agent's hooks
// see every process of the machine, and a daemon that only waits still wakes up.
import type { ChildProcess } from 'node:child_process';
import { endChild } from '../lab/commands.ts';
import { NetworkLab } from '../lab/network-lab.ts';
import { measureConnects } from './client.ts';
import type { Slice } from './client.ts';
import { connectReport } from './connect-report.ts';
import { findModes } from './modes/all.ts';
import type { Mode, ModeName } from './modes/mode.ts';
import type { BenchOptions } from './options.ts';
import { program } from './programs.ts';
import type { Report } from './report.ts';
import { startServer } from './started.ts';

/** Enough for V8 to have compiled what runs for each packet; the same for all. */
const WARM_UP_CONNECTS = 1500;

interface Bed {
  readonly mode: Mode;
  readonly lab: NetworkLab;
  readonly server: ChildProcess;
}

export async function benchConnect(options: BenchOptions, signal: AbortSignal): Promise<Report> {
  const { modes, notes } = findModes(options.modes);
  const beds: Bed[] = [];
  const slices = new Map<ModeName, Slice[]>(modes.map((mode) => [mode.name, []]));
  try {
    for (const mode of modes) beds.push(await makeBed(mode));
    for (let round = 0; round < options.rounds; round += 1) {
      for (const bed of rotated(beds, round)) {
        signal.throwIfAborted();
        slices.get(bed.mode.name)?.push(await measure(bed, options.connects));
      }
    }
  } finally {
    for (const { lab, server } of beds) {
      await endChild(server);
      lab.close();
    }
  }
  return connectReport({ slices, notes, rounds: options.rounds });
}

async function makeBed(mode: Mode): Promise<Bed> {
  const lab = new NetworkLab('sallyport-bench');
  try {
    return { mode, lab, server: await startServer(lab) };
  } catch (error) {
    lab.close();
    throw error;
  }
}

export function rotated<Item>(items: readonly Item[], by: number): readonly Item[] {
  const start = items.length === 0 ? 0 : by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}

async function measure({ mode, lab }: Bed, connects: number): Promise<Slice> {
  const clientPath = program('connect');
  const running = await mode.start({ lab, clientPath });
  try {
    return await measureConnects({ lab, clientPath, connects, warmUp: WARM_UP_CONNECTS });
  } finally {
    await running.stop();
    checkNothingLeft(mode, lab);
  }
}

function checkNothingLeft(mode: Mode, lab: NetworkLab): void {
  const left = lab.leftovers('client');
  if (left.length > 0) throw new Error(`mode ${mode.name} left in its namespace: ${left.join('; ')}`);
}
