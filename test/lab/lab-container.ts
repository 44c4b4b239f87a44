// A container made by hand: a cgroup where a runtime would put it, the files that the runtime would write, mount and pid namespaces
// of its own over the files of this machine, and the network of the lab's client or one behind it.
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { run } from './commands.ts';

export interface LabContainerOptions {
  /** As Docker calls it. */
  readonly name: string;
  readonly image?: string;
  /** The agent's `--container-root`. */
  readonly runtimeRoot: string;
  /** A network namespace by name; without one it uses that of whoever starts a program in it. */
  readonly network?: string;
}

/** The files of the machine become the container's own root, as a runtime does it; the path of a file is the same. */
const ENTER = `mount --rbind / "$0" && cd "$0" && pivot_root . . && umount -l . && mount -t proc proc /proc && exec "$@"`;

export class LabContainer {
  readonly id = randomBytes(32).toString('hex');
  readonly name: string;
  readonly #options: LabContainerOptions;
  readonly #root = mkdtempSync(join(tmpdir(), 'sallyport-container-'));
  readonly #cgroup: string;
  readonly #madeCgroups: readonly string[];

  constructor(options: LabContainerOptions) {
    this.#options = options;
    this.name = options.name;
    this.#cgroup = join(cgroupTree(), `system.slice/docker-${this.id}.scope`);
    this.#madeCgroups = makeCgroups(this.#cgroup);
    const { name, image = 'debian:12', runtimeRoot } = options;
    const file = join(runtimeRoot, `var/lib/docker/containers/${this.id}/config.v2.json`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify({ ID: this.id, Name: `/${name}`, Config: { Image: image } }), {
      mode: 0o600,
    });
  }

  /** The words that run a command in it. */
  inside(...command: readonly string[]): readonly [string, ...string[]] {
    const { network } = this.#options;
    const inNetwork = network === undefined ? [] : ['nsenter', `--net=/run/netns/${network}`];
    const namespaces = ['unshare', '--mount', '--pid', '--fork', '--kill-child'];
    const enter = [...inNetwork, ...namespaces, 'sh', '-c', ENTER, this.#root];
    return ['sh', '-c', `echo 0 > '${this.#cgroup}/cgroup.procs' && exec "$0" "$@"`, ...enter, ...command];
  }

  /** When all its programs have ended. */
  close(): void {
    for (const directory of this.#madeCgroups) removeCgroup(directory);
    rmSync(this.#root, { recursive: true });
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
