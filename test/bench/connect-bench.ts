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
import type { Mode } from './modes/mode.ts';
import type { BenchOptions } from './options.ts';
import { program } from './programs.ts';
import type { Report } from './report.ts';
import { interleaved } from './rounds.ts';
import { startServer } from './started.ts';

/**
 * The same for all. V8's last compiler takes over what runs for each packet after about 3000 of them; until then the agent's own part
 * is twice to four times as long. With what is measured, it fits into the accept queue.
 */
const WARM_UP_CONNECTS = 3000;
/** A new process takes hundreds of microseconds, so there are fewer of them. */
const WARM_UP_PROCESSES = 500;

interface Bed {
  readonly mode: Mode;
  readonly lab: NetworkLab;
  readonly server: ChildProcess;
}

export async function benchConnect(options: BenchOptions, signal: AbortSignal): Promise<Report> {
  const { modes, notes } = findModes(options.modes);
  const beds: Bed[] = [];
  try {
    for (const mode of modes) beds.push(await makeBed(mode));
    const measured = await interleaved(beds, options.rounds, (bed) => {
      signal.throwIfAborted();
      return measure(bed, options.connects);
    });
    const slices = new Map([...measured].map(([bed, ofBed]) => [bed.mode.name, ofBed]));
    return connectReport({ slices, notes, rounds: options.rounds });
  } finally {
    for (const { lab, server } of beds) {
      await endChild(server);
      lab.close();
    }
  }
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

async function measure({ mode, lab }: Bed, connects: number): Promise<Slice> {
  const clientPath = program('connect');
  const running = await mode.start({ lab, clientPath });
  try {
    const warmUp = mode.how === 'new' ? WARM_UP_PROCESSES : WARM_UP_CONNECTS;
    return await measureConnects({ lab, clientPath, connects, warmUp, how: mode.how });
  } finally {
    await running.stop();
    checkNothingLeft(mode, lab);
  }
}

function checkNothingLeft(mode: Mode, lab: NetworkLab): void {
  const left = lab.leftovers('client');
  if (left.length > 0) throw new Error(`mode ${mode.name} left in its namespace: ${left.join('; ')}`);
}
