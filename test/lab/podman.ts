// Podman of this machine with everything that it keeps in a directory of the test: containers in the client namespace of a lab, made from
// an image that holds what the test put into it.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './commands.ts';
import type { NetworkLab } from './network-lab.ts';
import { makeRootArchive, RuntimeRoom } from './runtime-room.ts';

/** For node:test: `{ skip: needsPodman }`. */
export const needsPodman = existsSync('/usr/bin/podman') ? false : 'needs podman: apt-get install podman';

export const IMAGE = 'localhost/lab:1';
const NETWORK = 'lab';
const FORGOTTEN = ['/var/lib/cni', '/etc/cni', '/run/netns'];

export interface PodmanOptions {
  readonly lab: NetworkLab;
  /** The agent's `--container-root`, a directory of the test. */
  readonly root: string;
  /** A program that is linked statically. */
  readonly program: string;
}

export interface RunOptions {
  readonly name: string;
  /** Default: a bridge of the lab's own, behind which addresses are rewritten. */
  readonly network?: 'host' | 'none' | 'slirp4netns';
  /** Further words of `podman run`. */
  readonly words?: readonly string[];
}

export class Podman implements AsyncDisposable {
  readonly #root: string;
  readonly #lab: NetworkLab;
  readonly #room: RuntimeRoom;

  static async open({ lab, root, program }: PodmanOptions): Promise<Podman> {
    const podman = new Podman(root, lab, await RuntimeRoom.open({ lab, forgotten: FORGOTTEN }));
    try {
      podman.#prepare(program);
      return podman;
    } catch (error) {
      await podman[Symbol.asyncDispose]();
      throw error;
    }
  }

  private constructor(root: string, lab: NetworkLab, room: RuntimeRoom) {
    this.#root = root;
    this.#lab = lab;
    this.#room = room;
    writeFileSync(this.#configFile, configuration(root));
  }

  /** The words that run Podman in the lab. */
  words(...args: readonly string[]): readonly [string, ...string[]] {
    const storage = ['--root', join(this.#root, 'var/lib/containers/storage'), '--storage-driver', 'vfs'];
    const state = ['--runroot', join(this.#root, 'run'), '--tmpdir', join(this.#root, 'tmp')];
    const podman = ['podman', ...storage, ...state, '--cgroup-manager', 'cgroupfs'];
    return this.#room.inside('env', `CONTAINERS_CONF=${this.#configFile}`, ...podman, ...args);
  }

  run(...args: readonly string[]): string {
    return this.#lab.run('client', ...this.words(...args));
  }

  /** The words that make a container, whose program hears and says what they do. It goes when its program has ended. */
  container(
    { name, network, words = [] }: RunOptions,
    ...command: readonly string[]
  ): readonly [string, ...string[]] {
    const place = ['--name', name, '--network', network ?? NETWORK, ...privileges(), ...words];
    return this.words('run', '--rm', '--interactive', ...place, IMAGE, ...command);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.run('rm', '--all', '--force', '--time', '0');
    } finally {
      this.#room.removeCgroups('libpod_parent/conmon', 'libpod_parent');
      await this.#room[Symbol.asyncDispose]();
    }
  }

  get #configFile(): string {
    return join(this.#root, 'containers.conf');
  }

  #prepare(program: string): void {
    this.run('import', makeRootArchive(this.#root, program), IMAGE);
    const networks = ['--subnet', '172.31.7.0/24', '--subnet', 'fd31:7::/64'];
    this.run('network', 'create', '--ipv6', '--disable-dns', ...networks, NETWORK);
  }
}

/** Limits that nobody needs a capability for. */
function configuration(root: string): string {
  return `[containers]
pids_limit = 0
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
[engine]
events_logger = "none"
[network]
network_config_dir = "${root}/networks"
`;
}

/** What restricts devices locks memory: where that is limited, only a container without such restrictions can be made. */
function privileges(): readonly string[] {
  try {
    run('prlimit', '--memlock=unlimited:unlimited', 'true');
    return [];
  } catch {
    return ['--privileged'];
  }
}
