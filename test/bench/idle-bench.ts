// `bench idle`: what an agent costs that has nothing to do.
import { setTimeout as delay } from 'node:timers/promises';
import type { AgentUnderTest } from '../lab/agent-under-test.ts';
import { NetworkLab } from '../lab/network-lab.ts';
import { below } from './floors.ts';
import { machine, machineLine } from './machine.ts';
import { startAgentThatKnows } from './modes/agent-that-knows.ts';
import type { BenchOptions } from './options.ts';
import { cpuSeconds, memoryMiB } from './process-figures.ts';
import type { Report } from './report.ts';
import { rounded } from './statistics.ts';

const SETTLE_MS = 10_000;
const CPU_PERCENT_LIMIT = 0.2;
const RSS_MIB_LIMIT = 90;

export async function benchIdle({ seconds }: BenchOptions, signal: AbortSignal): Promise<Report> {
  const lab = new NetworkLab('sallyport-bench');
  try {
    const agent = await startAgentThatKnows({ lab, appPath: process.execPath });
    try {
      return idleReport(await watch(agent, seconds, signal));
    } finally {
      await agent.stop();
    }
  } finally {
    lab.close();
  }
}

interface IdleFigures {
  /** Of one core. */
  readonly cpuPercent: number;
  readonly rssMiB: number;
  readonly pssMiB: number;
  readonly seconds: number;
}

async function watch(agent: AgentUnderTest, seconds: number, signal: AbortSignal): Promise<IdleFigures> {
  await delay(SETTLE_MS, undefined, { signal });
  const startedMs = performance.now();
  const cpuBefore = cpuSeconds(agent.pid);
  await delay(seconds * 1000, undefined, { signal });
  const cpu = cpuSeconds(agent.pid) - cpuBefore;
  const watchedSeconds = (performance.now() - startedMs) / 1000;
  return {
    cpuPercent: rounded((100 * cpu) / watchedSeconds, 3),
    rssMiB: rounded(memoryMiB(agent.pid, 'VmRSS')),
    pssMiB: rounded(memoryMiB(agent.pid, 'Pss')),
    seconds: rounded(watchedSeconds),
  };
}

function idleReport(figures: IdleFigures): Report {
  const host = machine();
  return {
    document: { ...figures, machine: host },
    lines: [
      machineLine(host),
      `idle for ${figures.seconds} s: ${figures.cpuPercent} % of one core, RSS ${figures.rssMiB} MiB, PSS ${figures.pssMiB} MiB`,
    ],
    floors: [
      below('cpu percent of one core', figures.cpuPercent, CPU_PERCENT_LIMIT),
      below('RSS in MiB', figures.rssMiB, RSS_MIB_LIMIT),
    ],
  };
}
