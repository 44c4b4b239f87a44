// What /proc tells about a process that the kernel named: read once, checked against what the kernel recorded.
import { readFileSync } from 'node:fs';
import {
  clockTicksPerSecond,
  deviceFromKernel,
  deviceFromStat,
  executableOf,
  isSystemError,
  processStart,
} from '@sallyport/linux';

export { mountNamespaceOf, statFile } from '@sallyport/linux';
import type { Executable } from '@sallyport/linux';

export type { Executable };
export { deviceFromKernel, deviceFromStat };

const NANOSECONDS = 1_000_000_000n;
const MAX_COMMAND_LINE_BYTES = 16 * 1024;

/** Whether the process with this pid is still the one that started at `startNs` (ns since boot). */
export function isAlive(pid: number, startNs: bigint): boolean {
  return processStart(pid) === (startNs * BigInt(clockTicksPerSecond())) / NANOSECONDS;
}

/** Arguments as the process shows them: its own claim, which it can rewrite. Empty where the process is gone. */
export function commandLineOf(pid: number): readonly string[] {
  const text = readProc(pid, 'cmdline').slice(0, MAX_COMMAND_LINE_BYTES);
  const withoutEnd = text.endsWith('\0') ? text.slice(0, -1) : text;
  return withoutEnd === '' ? [] : withoutEnd.split('\0');
}

/** Undefined where the process is gone or its executable is kept from us: some sandboxes hide /proc/1/exe even from root. */
export function readableExecutableOf(pid: number): Executable | undefined {
  try {
    return executableOf(pid);
  } catch (error) {
    if (isSystemError(error) && (error.code === 'EACCES' || error.code === 'EPERM')) return undefined;
    throw error;
  }
}

/** Pid of the parent; undefined for the first process, kernel threads' root, and processes that are gone. */
export function parentOf(pid: number): number | undefined {
  const stat = readProc(pid, 'stat');
  // The name in parentheses may itself hold parentheses and spaces: what follows the last one is plain.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const parent = Number(fields[1]);
  return Number.isInteger(parent) && parent > 0 ? parent : undefined;
}

/** Whether an executable mapping of the process is this very file as the kernel numbers it (device of the superblock). */
export function mapsExecutable(
  pid: number,
  file: { readonly device: number; readonly inode: bigint },
): boolean {
  const { major, minor } = deviceFromKernel(file.device);
  const device = `${hex(major)}:${hex(minor)}`;
  return readProc(pid, 'maps')
    .split('\n')
    .some((line) => {
      const [, permissions, , lineDevice, inode] = line.split(/\s+/);
      return permissions?.includes('x') === true && lineDevice === device && inode === String(file.inode);
    });
}

function hex(number: number): string {
  return number.toString(16).padStart(2, '0');
}

function readProc(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    // ENOENT and ESRCH: the process ended. Nothing else can be done about it here.
    return '';
  }
}
