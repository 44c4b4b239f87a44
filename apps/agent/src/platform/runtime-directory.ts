// The agent's place under /run: lock, socket, a bpffs of its own for pins, and a cgroup v2 mount where none is visible
// (`ip netns exec` hides /sys/fs/cgroup).
import { mkdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { lockFile, mount, unmount } from '@sallyport/linux';
import type { FileLock } from '@sallyport/linux';

export interface RuntimeDirectory {
  readonly path: string;
  readonly socketPath: string;
  /** A bpffs, mounted when it is first asked for. Throws where the kernel has none. */
  readonly pinDirectory: string;
  /** Root of the cgroup v2 tree, mounted when it is first asked for and nobody else has. Throws where the kernel has none. */
  readonly cgroupDirectory: string;
  /** Unmounts, removes what the agent made, gives the lock back. */
  readonly close: () => void;
}

interface Places {
  readonly path: string;
  readonly lock: string;
  readonly pins: string;
  readonly cgroup: string;
}

function placesOf(path: string): Places {
  return { path, lock: join(path, 'lock'), pins: join(path, 'bpf'), cgroup: join(path, 'cgroup') };
}

/** Throws where another agent has the directory, or it cannot be made. What a crashed agent left there is removed first. */
export function openRuntimeDirectory(path: string): RuntimeDirectory {
  const places = placesOf(path);
  mkdirSync(path, { recursive: true, mode: 0o755 });
  const lock = takeLock(places);
  try {
    removeMounts(places);
    return mountedOnDemand(places, () => closeDirectory(places, lock));
  } catch (error) {
    closeDirectory(places, lock);
    throw error;
  }
}

function mountedOnDemand(places: Places, close: () => void): RuntimeDirectory {
  const { path } = places;
  let pinDirectory: string | undefined;
  let cgroupDirectory: string | undefined;
  return {
    ...{ path, socketPath: join(path, 'agent.sock'), close },
    get pinDirectory() {
      return (pinDirectory ??= mountPins(places.pins));
    },
    get cgroupDirectory() {
      return (cgroupDirectory ??= findCgroupDirectory() ?? mountCgroup(places.cgroup));
    },
  };
}

/** Removes what a crashed agent left behind. Throws where one is running. */
export function cleanRuntimeDirectory(path: string): void {
  const places = placesOf(path);
  if (!pathExists(path)) return;
  closeDirectory(places, takeLock(places));
}

function takeLock(places: Places): FileLock {
  const lock = lockFile(places.lock);
  if (lock !== undefined) return lock;
  throw new Error(
    `Could not take ${places.lock}: another agent is running with ${places.path}. ` +
      'Stop it first: Ctrl-C where it runs, or, as root, kill the PID that `npm run --silent sallyport -- status` shows.',
  );
}

function closeDirectory(places: Places, lock: FileLock): void {
  removeMounts(places);
  rmSync(join(places.path, 'agent.sock'), { force: true });
  rmSync(places.lock, { force: true });
  lock.release();
  removeIfEmpty(places.path);
}

function removeMounts(places: Places): void {
  const mounted = mountPoints();
  for (const target of [places.pins, places.cgroup]) {
    // A crashed agent may have left one; several starts may have stacked them.
    for (const point of mounted) if (point.path === target) unmount(target, { detach: true });
    removeIfEmpty(target);
  }
}

function removeIfEmpty(path: string): void {
  try {
    rmdirSync(path);
  } catch (error) {
    if (!['ENOENT', 'ENOTEMPTY'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

function pathExists(path: string): boolean {
  return mountPoints().some((point) => point.path.startsWith(path)) || isThere(path);
}

function isThere(path: string): boolean {
  try {
    readFileSync(join(path, 'lock'));
    return true;
  } catch {
    return false;
  }
}

function mountPins(target: string): string {
  mkdirSync(target, { recursive: true, mode: 0o700 });
  mount({ type: 'bpf', target });
  return target;
}

function mountCgroup(target: string): string {
  mkdirSync(target, { recursive: true, mode: 0o700 });
  mount({ type: 'cgroup2', target });
  return target;
}

interface MountPoint {
  readonly path: string;
  readonly type: string;
  readonly root: string;
}

/** From /proc/self/mountinfo (format: Documentation/filesystems/proc.rst, 3.5). */
function mountPoints(): readonly MountPoint[] {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [before = '', after = ''] = line.split(' - ');
      const fields = before.split(' ');
      return { root: fields[3] ?? '', path: unescapeMount(fields[4] ?? ''), type: after.split(' ')[0] ?? '' };
    });
}

function unescapeMount(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)));
}

/** Where the root of the cgroup v2 tree is mounted; undefined where it is not visible from here. */
export function findCgroupDirectory(): string | undefined {
  return mountPoints().find((point) => point.type === 'cgroup2' && point.root === '/')?.path;
}
