// An Owner made of what /proc tells about a process, in the terms in which the kernel programs record one.
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { socketHolders } from '@sallyport/linux';
import type { SocketHolder } from '@sallyport/linux';
import type { FileIdentity, Owner } from '../domain/owner.ts';
import {
  cgroupPathOf,
  deviceFromStat,
  isAlive,
  isExecutableOf,
  kernelFileOf,
  mountNamespaceOf,
  readableExecutableOf,
  startNsOf,
} from './processes.ts';
import type { Executable } from './processes.ts';
import type { OwnNamespaces } from './own-namespaces.ts';
import { findCgroupDirectory } from './runtime-directory.ts';

export { socketHolders };
export type { SocketHolder };

/** Whether this descriptor of the process still leads to the socket. */
export function hasSocketOpen({ pid, descriptor, inode }: SocketHolder): boolean {
  try {
    return readlinkSync(`/proc/${pid}/fd/${descriptor}`) === `socket:[${inode}]`;
  } catch {
    return false;
  }
}

/** A process that was seen to run the recorded executable and to have a socket open: what it takes to see that it still is so. */
export interface SocketSighting extends SocketHolder {
  readonly startNs: bigint;
  /** Undefined where /proc keeps it from us. */
  readonly executable: Pick<Executable, 'device' | 'inode'> | undefined;
}

/**
 * Undefined where the recorded process ended, became another program, or has the socket open no more. Looks at its descriptors one by
 * one; those of listeners are among the first in most programs.
 */
export function sightSocket(
  owner: Pick<Owner, 'pid' | 'startNs' | 'executable'>,
  inode: number,
): SocketSighting | undefined {
  const { pid, startNs } = owner;
  const descriptor = namesIn(`/proc/${pid}/fd`)
    .map(Number)
    .find((number) => hasSocketOpen({ pid, descriptor: number, inode }));
  const executable = readableExecutableOf(pid);
  if (descriptor === undefined || !isAlive(pid, startNs)) return undefined;
  if (executable !== undefined && !isExecutableOf(owner, executable)) return undefined;
  return { pid, startNs, descriptor, inode, executable };
}

/** The same again, by three looks into /proc. */
export function isSeenStill(sighting: SocketSighting): boolean {
  const now = readableExecutableOf(sighting.pid);
  const isSameProgram =
    now?.inode === sighting.executable?.inode && now?.device === sighting.executable?.device;
  return isSameProgram && hasSocketOpen(sighting) && isAlive(sighting.pid, sighting.startNs);
}

/**
 * Changes with each child of the process that ended and was waited for; 0 while there was none; undefined while one is ending. A child
 * that ended may have had a socket of its parent's, and sent with it. (cminflt of /proc/PID/stat: every child has page faults.)
 */
export function endedChildren(pid: number): number | undefined {
  // In this order: one that is waited for in between is counted.
  if (childrenOf(pid).some(hasNothingOpen)) return undefined;
  const stat = textOf(`/proc/${pid}/stat`);
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[8] ?? 0);
}

/** Those of all its threads; none where the kernel does not list them (CONFIG_PROC_CHILDREN). */
function childrenOf(pid: number): readonly string[] {
  return namesIn(`/proc/${pid}/task`).flatMap((thread) =>
    textOf(`/proc/${pid}/task/${thread}/children`).split(' ').filter(Boolean),
  );
}

/** A process that ends gives up its descriptors first, and has none while nobody has waited for it. */
function hasNothingOpen(pid: string): boolean {
  return namesIn(`/proc/${pid}/fd`).length === 0;
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    // The process ended.
    return [];
  }
}

/** Undefined where the process ended, or has no executable. Its start is known to a tick of the clock; its socket is one of ours. */
export function ownerOfProcess(pid: number, socketCookie: bigint, own: OwnNamespaces): Owner | undefined {
  const startNs = startNsOf(pid);
  const executable = executableIdentity(pid);
  const ids = userAndGroup(pid);
  if (startNs === undefined || executable === undefined || ids === undefined) return undefined;
  const place = { networkNamespace: own.network, isElsewhere: mountNamespaceOf(pid) !== own.mount };
  const owner = { pid, startNs, ...ids, executable, cgroupId: cgroupIdOf(pid), socketCookie, ...place };
  return isAlive(pid, startNs) ? owner : undefined;
}

function executableIdentity(pid: number): FileIdentity | undefined {
  const seen = readableExecutableOf(pid);
  if (seen === undefined) return undefined;
  const { major, minor } = deviceFromStat(seen.device);
  // Where the file's mount is not in sight, stat's numbers are all there is.
  const file = kernelFileOf(pid) ?? { deviceMajor: major, deviceMinor: minor, inode: seen.inode };
  return { ...file, ctimeNs: seen.ctimeNs };
}

/** The real ones, as the kernel programs record them. */
function userAndGroup(pid: number): Pick<Owner, 'uid' | 'gid'> | undefined {
  const status = textOf(`/proc/${pid}/status`);
  const [uid, gid] = ['Uid', 'Gid'].map((name) => new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1]);
  return uid === undefined || gid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) };
}

/** 0n where there is no cgroup v2, or its directory is not in sight. */
function cgroupIdOf(pid: number): bigint {
  const path = cgroupPathOf(pid);
  const root = findCgroupDirectory();
  if (path === undefined || root === undefined) return 0n;
  return statSync(join(root, path), { bigint: true, throwIfNoEntry: false })?.ino ?? 0n;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // The process ended.
    return '';
  }
}
