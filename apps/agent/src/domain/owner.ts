// Owner: what the kernel recorded about the process behind a packet, and Process: an Owner resolved in user space.
import type { App } from './app.ts';
import type { Container } from './container.ts';

/** A file as the kernel knows it: device in major:minor, inode, change time. Equal identities mean the same content-bearing file. */
export interface FileIdentity {
  readonly deviceMajor: number;
  readonly deviceMinor: number;
  readonly inode: bigint;
  /** Change time in nanoseconds since 1970; 0n where it was not recorded. */
  readonly ctimeNs: bigint;
}

export function isSameFile(one: FileIdentity, other: FileIdentity): boolean {
  return (
    one.inode === other.inode &&
    one.ctimeNs === other.ctimeNs &&
    one.deviceMajor === other.deviceMajor &&
    one.deviceMinor === other.deviceMinor
  );
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
  /** Cookie of the socket's network namespace (SO_NETNS_COOKIE). */
  readonly networkNamespace: bigint;
  /** Its mount namespace is not the agent's: its paths are others. */
  readonly isElsewhere: boolean;
}

/**
 * Where its executable is what the file says: 0n in the agent's own mount namespace, otherwise the cgroup, whose id is never used
 * again. As place_of() in bpf/shared/owner.h.
 */
export function placeOf({ isElsewhere, cgroupId }: Pick<Owner, 'isElsewhere' | 'cgroupId'>): bigint {
  return isElsewhere ? cgroupId : 0n;
}

/** A process instance: a pid alone is reused. */
export interface ProcessInstance {
  readonly pid: number;
  readonly startNs: bigint;
}

/** Longest that `startNs` of one process differs between sources: /proc tells it in ticks of the clock. */
const START_TICK_NS = 10_000_000n;

/** Whether both name the same process, also where one was read from /proc. A pid is not given twice within one tick. */
export function isSameProcess(one: ProcessInstance, other: ProcessInstance): boolean {
  return one.pid === other.pid && one.startNs / START_TICK_NS === other.startNs / START_TICK_NS;
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
  /** The process and those that started it, itself first; undefined where that cannot be read to its end. */
  readonly lineage: readonly ProcessInstance[] | undefined;
  readonly cgroupId: bigint;
  /** What it runs in, whatever is known of its program; undefined where that could not be read. */
  readonly container: Container | 'none' | undefined;
}

export function processInstanceText(instance: ProcessInstance): string {
  return `${instance.pid}@${instance.startNs}`;
}
