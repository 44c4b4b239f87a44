// Owner: what the kernel recorded about the process behind a packet, and Process: an Owner resolved in user space.
import type { App } from './app.ts';

/** A file as the kernel knows it: device in major:minor, inode, change time. Equal identities mean the same content-bearing file. */
export interface FileIdentity {
  readonly deviceMajor: number;
  readonly deviceMinor: number;
  readonly inode: bigint;
  /** Change time in nanoseconds since 1970; 0n where it was not recorded. */
  readonly ctimeNs: bigint;
}

export interface Owner {
  readonly pid: number;
  /** Start of the process in nanoseconds since boot (CLOCK_BOOTTIME), as in task_struct.start_boottime of its leader. */
  readonly startNs: bigint;
  readonly uid: number;
  readonly gid: number;
  readonly executable: FileIdentity;
  readonly cgroupId: bigint;
  readonly socketCookie: bigint;
}

/** A process instance: a pid alone is reused. */
export interface ProcessInstance {
  readonly pid: number;
  readonly startNs: bigint;
}

export interface Ancestor {
  readonly pid: number;
  readonly path: string;
  readonly commandLine: readonly string[];
}

export interface Process extends ProcessInstance {
  readonly app: App;
  readonly uid: number;
  readonly userName: string | undefined;
  /** Empty where the process ended before it was read. Claimed by the process itself, never proof. */
  readonly commandLine: readonly string[];
  /** Parent first. */
  readonly ancestors: readonly Ancestor[];
  readonly cgroupId: bigint;
}

export function processInstanceText(instance: ProcessInstance): string {
  return `${instance.pid}@${instance.startNs}`;
}
