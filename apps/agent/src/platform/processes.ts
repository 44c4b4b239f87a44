// What /proc tells about a process that the kernel named: read once, checked against what the kernel recorded.
import { closeSync, constants, openSync, readFileSync } from 'node:fs';
import type { Owner, ProcessInstance } from '../domain/owner.ts';
import {
  clockTicksPerSecond,
  deviceFromStat,
  executableOf,
  isSystemError,
  processStart,
} from '@sallyport/linux';

export { mountNamespaceOf, statFile } from '@sallyport/linux';
import type { Executable } from '@sallyport/linux';

export type { Executable };
export { deviceFromStat };

const NANOSECONDS = 1_000_000_000n;
const MAX_COMMAND_LINE_BYTES = 16 * 1024;

/** Whether the process with this pid is still the one that started at `startNs` (ns since boot). */
export function isAlive(pid: number, startNs: bigint): boolean {
  return processStart(pid) === (startNs * BigInt(clockTicksPerSecond())) / NANOSECONDS;
}

/** Longer chains are not believed. */
const MOST_GENERATIONS = 128;

/**
 * The process and those that started it, itself first, each with its start in nanoseconds since boot to a tick of the clock.
 * Undefined where one of them ended meanwhile: the chain above it cannot be read any more. Whose parent ended before that was
 * given to another one, of which it is said to be the child (init, or who asked for it: PR_SET_CHILD_SUBREAPER).
 */
export function lineageOf(process: ProcessInstance): readonly ProcessInstance[] | undefined {
  const lineage = [process];
  for (let parent = parentOf(process.pid); parent !== undefined; parent = parentOf(parent)) {
    const child = lineage.at(-1)?.pid ?? 0;
    const startNs = startNsOf(parent);
    // Read in this order, the start belongs to the parent: when that ends, the child has another one.
    if (startNs === undefined || parentOf(child) !== parent || lineage.length === MOST_GENERATIONS)
      return undefined;
    lineage.push({ pid: parent, startNs });
  }
  const areAlive = lineage.every(({ pid, startNs }) => isAlive(pid, startNs));
  return areAlive ? lineage : undefined;
}

/** Nanoseconds since boot, to a tick of the clock; undefined where the process is gone. */
export function startNsOf(pid: number): bigint | undefined {
  const ticks = processStart(pid);
  return ticks === undefined ? undefined : (ticks * NANOSECONDS) / BigInt(clockTicksPerSecond());
}

/** Arguments as the process shows them: its own claim, which it can rewrite. Empty where the process is gone. */
export function commandLineOf(pid: number): readonly string[] {
  const text = readProc(pid, 'cmdline').slice(0, MAX_COMMAND_LINE_BYTES);
  const withoutEnd = text.endsWith('\0') ? text.slice(0, -1) : text;
  return withoutEnd === '' ? [] : withoutEnd.split('\0');
}

/** Path of its cgroup below the root of the v2 tree, as /proc says it. Undefined where the process is gone. */
export function cgroupPathOf(pid: number): string | undefined {
  return /^0::(\/.*)$/m.exec(readProc(pid, 'cgroup'))?.[1];
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

/** A file as the kernel itself numbers it: the device of its superblock, which stat does not show on every file system. */
export interface KernelFile {
  readonly deviceMajor: number;
  readonly deviceMinor: number;
  readonly inode: bigint;
}

// Not in node:fs. A descriptor that only names the file: nothing is opened, no permission is asked.
const O_PATH = 0o10000000;

/**
 * The executable of a process as the kernel numbers it. Undefined where the process is gone or the file's mount is not in
 * its mount namespace. From fdinfo (mnt_id; ino from 5.14 on) and mountinfo (Documentation/filesystems/proc.rst).
 */
export function kernelFileOf(pid: number): KernelFile | undefined {
  return kernelFile(`/proc/${pid}/exe`, String(pid));
}

/** Whether what a process executes, as /proc shows it, is the file that the kernel recorded of it. */
export function isExecutableOf(
  { pid, executable: recorded }: Pick<Owner, 'pid' | 'executable'>,
  executable: Executable,
): boolean {
  const { deviceMajor, deviceMinor, inode } = recorded;
  const { major, minor } = deviceFromStat(executable.device);
  if (executable.inode === inode && major === deviceMajor && minor === deviceMinor) return true;
  // On Btrfs and overlayfs stat shows another device than the superblock's.
  const file = kernelFileOf(pid);
  return file?.inode === inode && file.deviceMajor === deviceMajor && file.deviceMinor === deviceMinor;
}

/** The same of the file at a path of our own mount namespace. */
export function kernelFileAt(path: string): KernelFile | undefined {
  return kernelFile(path, 'self');
}

function kernelFile(path: string, process: string): KernelFile | undefined {
  const description = describeFile(path);
  const mountId = /^mnt_id:\s*(\d+)$/m.exec(description)?.[1];
  const inode = /^ino:\s*(\d+)$/m.exec(description)?.[1];
  const mount = readProc(process, 'mountinfo')
    .split('\n')
    .find((line) => line.startsWith(`${mountId} `));
  const [, major, minor] = /^\d+ \d+ (\d+):(\d+) /.exec(mount ?? '') ?? [];
  if (inode === undefined || major === undefined || minor === undefined) return undefined;
  return { deviceMajor: Number(major), deviceMinor: Number(minor), inode: BigInt(inode) };
}

function describeFile(path: string): string {
  let descriptor;
  try {
    descriptor = openSync(path, constants.O_RDONLY | O_PATH);
  } catch {
    // The process ended, its executable is kept from us, or there is no such file.
    return '';
  }
  try {
    return readFileSync(`/proc/self/fdinfo/${descriptor}`, 'utf8');
  } finally {
    closeSync(descriptor);
  }
}

function readProc(pid: number | string, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    // ENOENT and ESRCH: the process ended. Nothing else can be done about it here.
    return '';
  }
}
