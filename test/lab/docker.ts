// A Docker daemon of the test's own with everything that it keeps in a directory of the test: its networks and its netfilter rules are
// in the client namespace of a lab, its containers are made from an image that holds what the test put into it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { needsCommands } from './installed.ts';
import type { NetworkLab } from './network-lab.ts';
import { RuntimeDaemon } from './runtime-daemon.ts';
import { makeRootArchive, RuntimeRoom } from './runtime-room.ts';

/** For node:test: `{ skip: needsDocker }`. */
export const needsDocker = needsCommands(
  ['dockerd', 'docker', 'containerd', 'runc', 'iptables'],
  'docker.io iptables',
);

export const IMAGE = 'lab:1';
const NETWORK = 'lab';
/** What it keeps beside the directories that it is told. */
const FORGOTTEN = ['/etc/docker', '/etc/cni', '/run/docker', '/run/containerd', '/run/netns'];

export interface DockerOptions {
  readonly lab: NetworkLab;
  /** The agent's `--container-root`, a directory of the test. */
  readonly root: string;
  /** A program that is linked statically. */
  readonly program: string;
}

export interface ContainerOptions {
  readonly name: string;
  /** Default: a bridge of the lab's own, behind which addresses are rewritten. */
  readonly network?: 'host' | 'none';
  /** Further words of `docker run`. */
  readonly words?: readonly string[];
}

export class Docker implements AsyncDisposable {
  readonly #root: string;
  readonly #lab: NetworkLab;
  readonly #room: RuntimeRoom;
  readonly #daemon: RuntimeDaemon;

  static async open({ lab, root, program }: DockerOptions): Promise<Docker> {
    const docker = new Docker(root, lab, await RuntimeRoom.open({ lab, forgotten: FORGOTTEN }));
    try {
      await docker.#daemon.ready(...docker.words('version'));
      docker.#prepare(program);
      return docker;
    } catch (error) {
      await docker[Symbol.asyncDispose]();
      throw error;
    }
  }

  private constructor(root: string, lab: NetworkLab, room: RuntimeRoom) {
    this.#root = root;
    this.#lab = lab;
    this.#room = room;
    this.#daemon = this.#startDaemon();
  }

  /** The words that run the client in the lab. */
  words(...args: readonly string[]): readonly [string, ...string[]] {
    return this.#room.inside('docker', '--host', this.#address, ...args);
  }

  run(...args: readonly string[]): string {
    return this.#lab.run('client', ...this.words(...args));
  }

  /** The words that make a container, whose program hears and says what they do. It goes when its program has ended. */
  container(options: ContainerOptions, ...command: readonly string[]): readonly [string, ...string[]] {
    return this.words('run', '--rm', '--interactive', ...place(options), IMAGE, ...command);
  }

  /** Makes a container that stays; resolves with the words that start it, each time anew. */
  create(options: ContainerOptions, ...command: readonly string[]): readonly [string, ...string[]] {
    this.run('create', '--interactive', ...place(options), IMAGE, ...command);
    return this.words('start', '--attach', '--interactive', options.name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      if (this.#daemon.isRunning) this.#removeContainers();
    } finally {
      await this.#daemon.end();
      this.#room.removeCgroups('docker');
      await this.#room[Symbol.asyncDispose]();
    }
  }

  #removeContainers(): void {
    const made = this.run('ps', '--all', '--quiet').split('\n').filter(Boolean);
    if (made.length > 0) this.run('rm', '--force', ...made);
  }

  get #address(): string {
    return `unix://${join(this.#root, 'docker.sock')}`;
  }

  #startDaemon(): RuntimeDaemon {
    const here = (name: string): string => join(this.#root, name);
    const keeps = ['--data-root', here('var/lib/docker'), '--exec-root', here('run/docker')];
    const place = [
      '--host',
      this.#address,
      '--pidfile',
      here('docker.pid'),
      '--config-file',
      here('daemon.json'),
    ];
    const ways = ['--storage-driver', 'vfs', '--exec-opt', 'native.cgroupdriver=cgroupfs'];
    const words = ['dockerd', ...keeps, ...place, ...ways, '--experimental', '--ip6tables'];
    // Not the machine's.
    writeFileSync(here('daemon.json'), '{}');
    const launch = this.#room.inside(...words);
    return new RuntimeDaemon({ lab: this.#lab, root: this.#root, name: 'dockerd', launch });
  }

  #prepare(program: string): void {
    this.run('import', makeRootArchive(this.#root, program), IMAGE);
    const networks = ['--subnet', '172.31.8.0/24', '--subnet', 'fd31:8::/64'];
    this.run('network', 'create', '--ipv6', ...networks, NETWORK);
  }
}

function place({ name, network, words = [] }: ContainerOptions): readonly string[] {
  return ['--name', name, '--network', network ?? NETWORK, ...words];
}
