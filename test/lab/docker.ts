// A Docker daemon of the test's own with everything that it keeps in a directory of the test: its networks and its netfilter rules are
// in the client namespace of a lab, its containers are made from an image that holds what the test put into it.
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { endChild, finish, run, waitFor } from './commands.ts';
import { needsCommands } from './installed.ts';
import type { NetworkLab } from './network-lab.ts';
import { makeRootFiles, RuntimeRoom } from './runtime-room.ts';

/** For node:test: `{ skip: needsDocker }`. */
export const needsDocker = needsCommands(
  ['dockerd', 'docker', 'containerd', 'runc', 'iptables'],
  'docker.io iptables',
);

export const IMAGE = 'lab:1';
const NETWORK = 'lab';
/** What it keeps beside the directories that it is told. */
const FORGOTTEN = ['/etc/docker', '/etc/cni', '/run/docker', '/run/containerd', '/run/netns'];
const STARTS_WITHIN_MS = 30_000;

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
  readonly #daemon: ChildProcess;

  static async open({ lab, root, program }: DockerOptions): Promise<Docker> {
    const docker = new Docker(root, lab, await RuntimeRoom.open({ lab, forgotten: FORGOTTEN }));
    try {
      await waitFor('the Docker daemon', () => docker.#answers(), STARTS_WITHIN_MS);
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
      if (this.#daemon.exitCode === null) this.#removeContainers();
    } finally {
      await endChild(this.#daemon);
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

  #startDaemon(): ChildProcess {
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
    const [command, ...args] = this.#lab.inside('client', ...this.#room.inside(...words));
    // Not the machine's.
    writeFileSync(here('daemon.json'), '{}');
    const log = openSync(here('dockerd.log'), 'a');
    const daemon = spawn(command, args, { stdio: ['ignore', log, log] });
    closeSync(log);
    return daemon;
  }

  async #answers(): Promise<boolean> {
    if (this.#daemon.exitCode !== null)
      throw new Error(`dockerd ended; see ${join(this.#root, 'dockerd.log')}`);
    const [command, ...args] = this.#lab.inside('client', ...this.words('version'));
    return (await finish(command, args)).exitCode === 0;
  }

  #prepare(program: string): void {
    const [files, archive] = [join(this.#root, 'files'), join(this.#root, 'files.tar')];
    makeRootFiles(files, program);
    run('tar', '-C', files, '-cf', archive, '.');
    this.run('import', archive, IMAGE);
    const networks = ['--subnet', '172.31.8.0/24', '--subnet', 'fd31:8::/64'];
    this.run('network', 'create', '--ipv6', ...networks, NETWORK);
  }
}

function place({ name, network, words = [] }: ContainerOptions): readonly string[] {
  return ['--name', name, '--network', network ?? NETWORK, ...words];
}
