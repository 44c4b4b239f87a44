// CPU time and memory of another process, from /proc.
import { readFileSync, writeFileSync } from 'node:fs';
import { run } from '../lab/commands.ts';

const KIB_PER_MIB = 1024;

/** User and system time in seconds since the process started. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name, in parentheses, may hold anything; utime and stime are the 12th and 13th field after it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond();
}

let ticks: number | undefined;

function ticksPerSecond(): number {
  ticks ??= Number(run('getconf', 'CLK_TCK'));
  return ticks;
}

export type MemoryField = 'VmRSS' | 'VmHWM' | 'Pss';

/** In MiB. */
export function memoryMiB(pid: number, field: MemoryField): number {
  const file = field === 'Pss' ? 'smaps_rollup' : 'status';
  const text = readFileSync(`/proc/${pid}/${file}`, 'utf8');
  const kib = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(text)?.[1];
  if (kib === undefined) throw new Error(`/proc/${pid}/${file} has no line ${field}`);
  return Number(kib) / KIB_PER_MIB;
}

/** From now on VmHWM is the highest VmRSS since this call (proc(5), clear_refs). */
export function resetPeakMemory(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}
