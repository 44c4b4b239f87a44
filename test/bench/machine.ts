// What a figure depends on besides the code: the machine and what else ran on it.
import { cpus, loadavg, release, totalmem } from 'node:os';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly kernel: string;
  readonly node: string;
  /** Of the last minute; above the number of cores, others took part of the time. */
  readonly load: number;
}

export function machine(): Machine {
  const cores = cpus();
  return {
    cpu: cores[0]?.model ?? 'unknown',
    cores: cores.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    node: process.version,
    load: Number((loadavg()[0] ?? 0).toFixed(2)),
  };
}

export function machineLine({ cpu, cores, memoryGiB, kernel, node, load }: Machine): string {
  return `${cores} x ${cpu}, ${memoryGiB} GiB, kernel ${kernel}, Node ${node}, load ${load}`;
}
