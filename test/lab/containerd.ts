// A containerd of the test's own, without Docker or Kubernetes above it, with everything that it keeps in a directory of the test. Its
// containers are made by `ctr`, from a directory that holds what the test put into it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { finish } from './commands.ts';
import type { Finished } from './commands.ts';
import { needsCommands } from './installed.ts';
import type { NetworkLab } from './network-lab.ts';
import { RuntimeDaemon } from './runtime-daemon.ts';
import { makeRootFiles, RuntimeRoom } from './runtime-room.ts';

/** For node:test: `{ skip: needsContainerd }`. */
export const needsContainerd = needsCommands(['containerd', 'ctr', 'runc'], 'containerd');

/** What it keeps beside the directories that it is told. */
const FORGOTTEN = ['/etc/containerd', '/etc/cni', '/run/containerd', '/var/lib/containerd'];

export interface ContainerdOptions {
  readonly lab: NetworkLab;
  /** The agent's `--container-root`, a directory of the test. */
  readonly root: string;
  /** A program that is linked statically. */
  readonly program: string;
}

export interface ContainerOptions {
  readonly id: string;
  /** Containerd's own namespace; `default` unless said. */
  readonly namespace?: string;
  /** A network namespace by name; without one that of the machine. */
  readonly network?: string;
  /** Further words of `ctr run`. */
  readonly words?: readonly string[];
}

export class Containerd implements AsyncDisposable {
  readonly #root: string;
  readonly #lab: NetworkLab;
  readonly #room: RuntimeRoom;
  readonly #daemon: RuntimeDaemon;
  readonly #namespaces = new Set<string>();

  static async open({ lab, root, program }: ContainerdOptions): Promise<Containerd> {
    makeRootFiles(join(root, 'files'), program);
    const room = await RuntimeRoom.open({ lab, forgotten: FORGOTTEN });
    const containerd = new Containerd(root, lab, room);
    try {
      await containerd.#daemon.ready(...containerd.#words('default', 'version'));
      return containerd;
    } catch (error) {
      await containerd[Symbol.asyncDispose]();
      throw error;
    }
  }

  private constructor(root: string, lab: NetworkLab, room: RuntimeRoom) {
    this.#root = root;
    this.#lab = lab;
    this.#room = room;
    this.#daemon = this.#startDaemon();
  }

  /** The words that make a container, whose program hears and says what they do. It goes when its program has ended. */
  container(options: ContainerOptions, ...command: readonly string[]): readonly [string, ...string[]] {
    const { id, namespace = 'default', network, words = [] } = options;
    this.#namespaces.add(namespace);
    const net = network === undefined ? ['--net-host'] : ['--with-ns', `network:/run/netns/${network}`];
    // Controllers of the old cgroup trees, where the machine has these, cannot be had here.
    const place = ['--rm', '--cpu-shares', '0', ...net, ...words];
    return this.#words(namespace, 'run', ...place, '--rootfs', join(this.#root, 'files'), id, ...command);
  }

  /** The words that run one more program in a container of the default namespace. */
  inside(id: string, ...command: readonly string[]): readonly [string, ...string[]] {
    return this.#words('default', 'task', 'exec', '--exec-id', `of-${id}`, id, ...command);
  }

  /** Empty cgroups that containers left behind. */
  removeCgroups(...paths: readonly string[]): void {
    this.#room.removeCgroups(...paths);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      // What the daemon started lives on without it.
      if (this.#daemon.isRunning) await this.#endTasks();
    } finally {
      await this.#daemon.end();
      this.#room.removeCgroups(...this.#namespaces);
      await this.#room[Symbol.asyncDispose]();
    }
  }

  #words(namespace: string, ...args: readonly string[]): readonly [string, ...string[]] {
    return this.#room.inside('ctr', '--address', this.#socket, '--namespace', namespace, ...args);
  }

  get #socket(): string {
    return join(this.#root, 'containerd.sock');
  }

  async #endTasks(): Promise<void> {
    for (const namespace of this.#namespaces) {
      const { stdout } = await this.#ctr(namespace, 'task', 'list', '--quiet');
      // One may end by itself meanwhile.
      for (const id of stdout.split('\n').filter(Boolean))
        await this.#ctr(namespace, 'task', 'delete', '--force', id);
    }
  }

  #ctr(namespace: string, ...args: readonly string[]): Promise<Finished> {
    const [command, ...rest] = this.#lab.inside('client', ...this.#words(namespace, ...args));
    return finish(command, rest);
  }

  #startDaemon(): RuntimeDaemon {
    const here = (name: string): string => join(this.#root, name);
    writeFileSync(here('containerd.toml'), configuration(this.#root, this.#socket));
    const launch = this.#room.inside('containerd', '--config', here('containerd.toml'));
    return new RuntimeDaemon({ lab: this.#lab, root: this.#root, name: 'containerd', launch });
  }
}

function configuration(root: string, socket: string): string {
  return `version = 2
root = "${root}/var/lib/containerd"
state = "${root}/run/containerd"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
address = "${socket}"
`;
}
