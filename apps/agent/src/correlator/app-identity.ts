// From the executable that the kernel recorded to the App that a person knows: a path is proven, never believed.
import type { AppIdentity } from '../domain/app.ts';
import type { Container } from '../domain/container.ts';
import type { FileIdentity, Owner } from '../domain/owner.ts';
import {
  deviceFromStat,
  readableExecutableOf,
  isAlive,
  kernelFileOf,
  mountNamespaceOf,
  statFile,
} from '../platform/processes.ts';
import type { Executable } from '../platform/processes.ts';

const DELETED = ' (deleted)';
const MEMFD = '/memfd:';

/** Who knows the containers of this machine. */
export interface Containers {
  readonly containerOf: (owner: Owner) => Container | undefined;
}

/**
 * Reads /proc of the owner's pid and returns what its executable is. A link that does not belong to the recorded process
 * and file (the pid was reused, the process called exec meanwhile) is not used: then only device and inode are known.
 */
export function identifyExecutable(owner: Owner, containers: Containers): AppIdentity {
  const executable = readableExecutableOf(owner.pid);
  if (executable === undefined || !isRecordedFile(owner, executable) || !isAlive(owner.pid, owner.startNs)) {
    return inodeIdentity(owner.executable);
  }
  return identifyElsewhere(owner, executable, containers) ?? identifyPath(owner.pid, executable);
}

/** Its path counts where it leads to the very file that runs, seen from where the process sees it. */
function identifyElsewhere(
  owner: Owner,
  executable: Executable,
  containers: Containers,
): AppIdentity | undefined {
  const { path } = executable;
  const container = owner.isElsewhere ? containers.containerOf(owner) : undefined;
  if (container === undefined || !isSameFile(`/proc/${owner.pid}/root${path}`, executable)) return undefined;
  return { kind: 'container', container, path };
}

function isRecordedFile(owner: Owner, executable: Executable): boolean {
  const { deviceMajor, deviceMinor, inode } = owner.executable;
  const { major, minor } = deviceFromStat(executable.device);
  if (executable.inode === inode && major === deviceMajor && minor === deviceMinor) return true;
  // On Btrfs and overlayfs stat shows another device than the superblock's.
  const file = kernelFileOf(owner.pid);
  return file?.inode === inode && file.deviceMajor === deviceMajor && file.deviceMinor === deviceMinor;
}

function identifyPath(pid: number, executable: Executable): AppIdentity {
  const { path } = executable;
  if (isSameFile(path, executable)) return { kind: 'path', path };
  if (executable.deletedSuffix) return identifyDeleted(path.slice(0, -DELETED.length));
  const mountNamespace = mountNamespaceOf(pid);
  if (mountNamespace === undefined) return { kind: 'unknown', reason: 'the process ended while it was read' };
  return { kind: 'foreign', mountNamespace, path };
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
