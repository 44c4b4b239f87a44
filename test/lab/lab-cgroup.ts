// A cgroup of cgroup v2 at a place that somebody else would have, and programs in it.
import { chownSync, mkdirSync, readFileSync, rmdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from './commands.ts';

export class LabCgroup implements Disposable {
  readonly #directory: string;
  readonly #made: readonly string[];

  /** Below the root of the tree; what was not there before is the user's. */
  constructor(place: string, uid = 0) {
    this.#directory = join(cgroupTree(), place);
    this.#made = makeCgroups(this.#directory);
    if (uid !== 0) for (const directory of this.#made) give(directory, uid);
  }

  /** The words that run a command in it. */
  inside(...command: readonly string[]): readonly [string, ...string[]] {
    return ['sh', '-c', `echo 0 > '${this.#directory}/cgroup.procs' && exec "$0" "$@"`, ...command];
  }

  /** When all its programs have ended. */
  close(): void {
    for (const directory of this.#made) removeCgroup(directory);
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** Of cgroup v2, wherever this machine has it. */
function cgroupTree(): string {
  const mount = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .find(([, , type]) => type === 'cgroup2');
  if (mount?.[1] === undefined) throw new Error('no cgroup v2 tree is mounted');
  return mount[1];
}

function give(directory: string, uid: number): void {
  for (const path of [directory, join(directory, 'cgroup.procs')]) chownSync(path, uid, uid);
}

/** The directories that were not there before, the innermost first. */
function makeCgroups(directory: string): readonly string[] {
  const first = mkdirSync(directory, { recursive: true });
  const made: string[] = [];
  for (let path = directory; first !== undefined && path.startsWith(first); path = dirname(path))
    made.push(path);
  return made;
}

/** Busy for a moment after its last process has ended, or for longer where it is another container's as well. */
function removeCgroup(directory: string): void {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    try {
      return rmdirSync(directory);
    } catch {
      run('sleep', '0.02');
    }
  }
}
