// From the executable that the kernel recorded to the App that a person knows: a path is proven, never believed.
import type { AppIdentity } from '../domain/app.ts';
import type { Container } from '../domain/container.ts';
import type { FileIdentity, Owner } from '../domain/owner.ts';
import {
  readableExecutableOf,
  isAlive,
  isExecutableOf,
  mountNamespaceOf,
  statFile,
} from '../platform/processes.ts';
import type { Executable } from '../platform/processes.ts';

const DELETED = ' (deleted)';
const MEMFD = '/memfd:';

/** Who knows the containers of this machine. */
export interface Containers {
  /** `none` is for certain; `not-read`: the process ended before, or is elsewhere than it was. */
  readonly containerOf: (owner: Owner) => Container | 'none' | 'not-read';
}

/**
 * Reads /proc of the owner's pid and returns what its executable is. A link that does not belong to the recorded process
 * and file (the pid was reused, the process called exec meanwhile) is not used: then only device and inode are known.
 */
export function identifyExecutable(owner: Owner, containers: Containers): AppIdentity {
  const executable = readableExecutableOf(owner.pid);
  if (executable === undefined || !isExecutableOf(owner, executable) || !isAlive(owner.pid, owner.startNs)) {
    return inodeIdentity(owner.executable);
  }
  return identifyElsewhere(owner, executable, containers) ?? identifyPath(owner, executable);
}

/**
 * Undefined where it is in no container for certain: then it is as any other. Its path counts where it leads to the very file that
 * runs, seen from where the process sees it; never where it only leads there from here.
 */
function identifyElsewhere(
  owner: Owner,
  executable: Executable,
  containers: Containers,
): AppIdentity | undefined {
  const container = owner.isElsewhere ? containers.containerOf(owner) : 'none';
  if (container === 'none') return undefined;
  const { path, deletedSuffix } = executable;
  const isThere = isSameFile(`/proc/${owner.pid}/root${path}`, executable);
  if (container !== 'not-read' && isThere) return { kind: 'container', container, path };
  // What is not there may only not have been read because the process has ended, or is ending and has no root any more.
  if (container === 'not-read' || !isAlive(owner.pid, owner.startNs) || !hasRoot(owner.pid))
    return inodeIdentity(owner.executable);
  return deletedSuffix ? identifyDeleted(path.slice(0, -DELETED.length)) : identifyForeign(owner, path);
}

function identifyPath(owner: Owner, executable: Executable): AppIdentity {
  const { path } = executable;
  if (isSameFile(path, executable)) return { kind: 'path', path };
  if (executable.deletedSuffix) return identifyDeleted(path.slice(0, -DELETED.length));
  return identifyForeign(owner, path);
}

/** A process that is ending has no mount namespace any more. */
function identifyForeign({ pid, executable }: Owner, path: string): AppIdentity {
  const mountNamespace = mountNamespaceOf(pid);
  return mountNamespace === undefined ? inodeIdentity(executable) : { kind: 'foreign', mountNamespace, path };
}

function hasRoot(pid: number): boolean {
  return statFile(`/proc/${pid}/root`) !== undefined;
}

function identifyDeleted(path: string): AppIdentity {
  return path.startsWith(MEMFD)
    ? { kind: 'memfd', name: path.slice(MEMFD.length) }
    : { kind: 'deleted', path };
}

function isSameFile(path: string, executable: Executable): boolean {
  const status = statFile(path);
  return status?.inode === executable.inode && status.device === executable.device;
}

function inodeIdentity(file: FileIdentity): AppIdentity {
  return { kind: 'inode', device: `${file.deviceMajor}:${file.deviceMinor}`, inode: file.inode };
}
