// Podman of a user who is not root, made up for the test: with ids of their own, and everything that it keeps in a directory of the
// test. Nothing of it runs as root but what gives the user their ids.
import { appendFileSync, chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { finish, run, waitFor } from './commands.ts';
import { needsCommands } from './installed.ts';
import { LabCgroup } from './lab-cgroup.ts';
import type { NetworkLab } from './network-lab.ts';
import { makeRootArchive, RuntimeRoom } from './runtime-room.ts';

/** For node:test: `{ skip: needsRootlessPodman }`. */
export const needsRootlessPodman = needsCommands(
  ['podman', 'newuidmap', 'slirp4netns', 'setpriv'],
  'podman uidmap slirp4netns',
);

export const UID = 64_242;
const IMAGE = 'localhost/lab:1';
const ACCOUNTS: Readonly<Record<string, (home: string) => string>> = {
  '/etc/passwd': (home) => `sallyport-lab:x:${UID}:${UID}::${home}:/bin/sh\n`,
  '/etc/group': () => `sallyport-lab:x:${UID}:\n`,
  '/etc/subuid': () => 'sallyport-lab:20000000:65536\n',
  '/etc/subgid': () => 'sallyport-lab:20000000:65536\n',
};

export interface RootlessPodmanOptions {
  readonly lab: NetworkLab;
  /** A directory of the test. */
  readonly root: string;
  /** A program that is linked statically. */
  readonly program: string;
}

export interface RootlessContainer {
  readonly network: 'host' | 'slirp4netns';
  /** Further words of `podman run`. */
  readonly words?: readonly string[];
}

export interface DelegatedCgroup {
  /** For a container. */
  readonly words: readonly string[];
  /** The words that run a command in it. */
  readonly inside: (...command: readonly string[]) => readonly [string, ...string[]];
  /** When all containers are gone. */
  readonly close: () => void;
}

export class RootlessPodman implements AsyncDisposable {
  readonly #root: string;
  readonly #lab: NetworkLab;
  readonly #room: RuntimeRoom;

  static async open({ lab, root, program }: RootlessPodmanOptions): Promise<RootlessPodman> {
    makePlace(root);
    const room = await RuntimeRoom.open({ lab, forgotten: ['/run/netns'], replaced: replacedBy(root) });
    const podman = new RootlessPodman(root, lab, room);
    try {
      podman.run('import', makeRootArchive(root, program), IMAGE);
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
  }

  run(...args: readonly string[]): string {
    return this.#lab.run('client', ...this.#words(...args));
  }

  /** The words that make a container, whose program hears and says what they do. It goes when its program has ended. */
  container(
    { network, words = [] }: RootlessContainer,
    ...command: readonly string[]
  ): readonly [string, ...string[]] {
    const place = ['--network', network, ...words];
    return this.#words('run', '--rm', '--interactive', ...place, IMAGE, ...command);
  }

  /**
   * Makes a place where the user may make cgroups, as systemd gives them one; whoever starts a container puts its own Podman there, and
   * the container into a cgroup of its own.
   */
  delegated(): DelegatedCgroup {
    const service = `user.slice/user-${UID}.slice/user@${UID}.service/lab.service`;
    const cgroup = new LabCgroup(`${service}/podman`, UID);
    return {
      words: ['--cgroup-parent', `/${service}/containers`],
      inside: (...command) => cgroup.inside(...command),
      close: () => {
        this.#room.removeCgroups(`${service}/containers`);
        cgroup.close();
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.run('rm', '--all', '--force', '--time', '0');
      await this.#endPause();
    } finally {
      await this.#room[Symbol.asyncDispose]();
    }
  }

  /** What keeps the user's namespaces between two calls. */
  async #endPause(): Promise<void> {
    const pid = readFileSync(join(this.#root, 'run/libpod/tmp/pause.pid'), 'utf8').trim();
    this.#lab.run('client', 'kill', pid);
    await waitFor(
      'the end of the pause process',
      async () => (await finish('kill', ['-0', pid])).exitCode !== 0,
    );
  }

  #words(...args: readonly string[]): readonly [string, ...string[]] {
    const { PATH = '' } = process.env;
    const set = { HOME: 'home', XDG_RUNTIME_DIR: 'run', CONTAINERS_CONF: 'containers.conf' };
    const environment = Object.entries(set).map(([name, file]) => `${name}=${join(this.#root, file)}`);
    const user = ['setpriv', '--reuid', String(UID), '--regid', String(UID), '--clear-groups'];
    const podman = ['podman', '--storage-driver', 'vfs', '--cgroup-manager', 'cgroupfs'];
    const words = [
      'env',
      '--ignore-environment',
      `PATH=${PATH}`,
      ...environment,
      ...user,
      ...podman,
      ...args,
    ];
    return this.#room.inside('sh', '-c', 'cd / && exec "$0" "$@"', ...words);
  }
}

function replacedBy(root: string): Readonly<Record<string, string>> {
  const accounts = Object.keys(ACCOUNTS).map((path) => [path, join(root, path)] as const);
  return { ...Object.fromEntries(accounts), '/dev/net/tun': join(root, 'tun') };
}

function makePlace(root: string): void {
  for (const name of ['etc', 'home', 'run', 'files']) mkdirSync(join(root, name));
  chmodSync(root, 0o755);
  for (const [path, line] of Object.entries(ACCOUNTS)) {
    copyFileSync(path, join(root, path));
    appendFileSync(join(root, path), line(join(root, 'home')));
  }
  run('mknod', '--mode=666', join(root, 'tun'), 'c', '10', '200');
  writeFileSync(join(root, 'containers.conf'), CONFIGURATION);
  run('chown', `${UID}:${UID}`, join(root, 'home'), join(root, 'run'));
  chmodSync(join(root, 'run'), 0o700);
}

/** Limits that nobody needs a capability for. */
const CONFIGURATION = `[containers]
pids_limit = 0
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
[engine]
events_logger = "none"
`;
