// What identifies a process and its executable. Each function is one native call, because flows wait for it.
import { requirePath, requirePid } from './checks.ts';
import { native } from './native.ts';

/** `device` is st_dev: see device.ts for the kernel's own form. Together they tell a file from its replacement. */
export interface FileIdentity {
  readonly device: bigint;
  readonly inode: bigint;
  readonly ctimeNs: bigint;
}

export interface Executable extends FileIdentity {
  /** The link text of /proc/PID/exe: a path as that process sees it. Bytes that are not UTF-8 read as U+FFFD. */
  readonly path: string;
  /** `path` ends in ' (deleted)': the kernel's mark, or the file's own name. */
  readonly deletedSuffix: boolean;
}

export interface FileStatus extends FileIdentity {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** Start time in clock ticks since boot, which together with the pid names one process. Undefined when it is gone. */
export function processStart(pid: number): bigint | undefined {
  return native.processStart(requirePid(pid));
}

/** Path and identity of one and the same file, also while the process calls exec. Undefined: gone, or a kernel thread. */
export function executableOf(pid: number): Executable | undefined {
  return native.executableOf(requirePid(pid));
}

/** The inode of /proc/PID/ns/mnt: two processes with the same number see the same paths (unless chrooted). */
export function mountNamespaceOf(pid: number): bigint | undefined {
  return native.mountNamespaceOf(requirePid(pid));
}

/** Follows symbolic links. Undefined when there is no such file. */
export function statFile(path: string): FileStatus | undefined {
  return native.statFile(requirePath('path', path));
}

/** Unit of processStart(): 100 on every usual kernel. */
export function clockTicksPerSecond(): number {
  return native.clockTicksPerSecond();
}
