// Where a container runtime of this machine runs for a test: in the client namespace of a lab, with the cgroup v2 tree alone, also where
// the machine has the old ones besides, and with mounts that go away with it.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { collectOutput, endChild, run, waitFor } from './commands.ts';
import type { NetworkLab } from './network-lab.ts';

/** The only program in the files of a container. */
export const PROGRAM = '/bin/program';

export interface RuntimeRoomOptions {
  readonly lab: NetworkLab;
  /** What a runtime writes there is forgotten. */
  readonly forgotten?: readonly string[];
  /** Files of the machine, and those that are seen in their places. */
  readonly replaced?: Readonly<Record<string, string>>;
}

export class RuntimeRoom implements AsyncDisposable {
  readonly #keeper: ChildProcess;

  static async open(options: RuntimeRoomOptions): Promise<RuntimeRoom> {
    const room = new RuntimeRoom(options);
    const output = collectOutput(room.#keeper);
    await waitFor('the mount namespace', () => output().stdout.includes('ready'));
    return room;
  }

  private constructor({ lab, forgotten = [], replaced = {} }: RuntimeRoomOptions) {
    const mounts = [
      'umount -R /sys/fs/cgroup',
      'mount -t cgroup2 cgroup2 /sys/fs/cgroup',
      ...forgotten.flatMap((path) => [`mkdir -p ${path}`, `mount -t tmpfs tmpfs ${path}`]),
      ...Object.entries(replaced).map(([path, file]) => `mount --bind ${file} ${path}`),
    ];
    const script = [...mounts, 'echo ready', 'exec cat'].join(' && ');
    const [command, ...args] = lab.inside('client', 'unshare', '--mount', 'sh', '-c', script);
    // It keeps the namespace.
    this.#keeper = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  }

  /** The words that run a command in it, in the network of whoever runs them. */
  inside(...words: readonly string[]): readonly [string, ...string[]] {
    return ['nsenter', `--target=${this.#keeper.pid}`, '--mount', ...words];
  }

  /** Those that are left empty; a runtime of the machine may use them as well. */
  removeCgroups(...paths: readonly string[]): void {
    for (const path of paths)
      try {
        rmdirSync(join(`/proc/${this.#keeper.pid}/root/sys/fs/cgroup`, path));
      } catch {
        // Not there, or in use.
      }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await endChild(this.#keeper);
  }
}

/** Those files as an archive in a directory of the test, for an image. */
export function makeRootArchive(root: string, program: string): string {
  const [files, archive] = [join(root, 'files'), join(root, 'files.tar')];
  makeRootFiles(files, program);
  run('tar', '-C', files, '-cf', archive, '.');
  return archive;
}

/** The files of a container: a program that is linked statically, and empty directories. */
export function makeRootFiles(directory: string, program: string): void {
  for (const name of ['bin', 'dev', 'etc', 'proc', 'run', 'sys', 'tmp', 'usr'])
    mkdirSync(join(directory, name), { recursive: true });
  copyFileSync(program, join(directory, PROGRAM));
  chmodSync(join(directory, PROGRAM), 0o755);
}
