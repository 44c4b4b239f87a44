// How a program becomes what its case is about: deleted, without a file, in a container, behind another root. Each says which App that
// is, from the path that the program sees of itself.
import { chmodSync, chownSync, copyFileSync, mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../lab/commands.ts';
import { ContainerNetwork } from '../lab/container-network.ts';
import { LabContainer } from '../lab/lab-container.ts';
import type { NetworkLab } from '../lab/network-lab.ts';
import type { IsApp } from './judge.ts';

export type Disguise =
  | 'none'
  | 'deleted'
  | 'memfd'
  | 'mount-namespace'
  | 'setuid'
  | 'bind-mount'
  | 'overlay'
  | 'chroot'
  | 'pid-namespace'
  | 'own-network'
  | 'container'
  | 'host-network-container';

export interface Wardrobe {
  readonly lab: NetworkLab;
  readonly directory: string;
  /** The agent's `--container-root`. */
  readonly runtimeRoot: string;
  /** What takes everything off again. */
  readonly parts: AsyncDisposableStack;
}

export interface Disguised {
  /** What starts the program, in the client's namespace. */
  readonly words: readonly [string, ...string[]];
  readonly isApp: IsApp;
}

const NOBODY = 65_534;
const isPath: IsApp = (app, path) => app === path;

export function dressed(disguise: Disguise, path: string, wardrobe: Wardrobe): Disguised {
  return DISGUISES[disguise](path, wardrobe);
}

const DISGUISES: Readonly<Record<Disguise, (path: string, wardrobe: Wardrobe) => Disguised>> = {
  none: (path) => ({ words: [path], isApp: isPath }),
  deleted: (path) => ({
    words: ['env', 'SALLYPORT_REMOVE_ITSELF=1', path],
    isApp: (app, seen) => app === `deleted:${seen}`,
  }),
  memfd: (path, { directory }) => ({
    words: [inMemory(directory), 'ghost', path],
    isApp: (app) => app === 'memfd:ghost',
  }),
  'mount-namespace': (path) => {
    const place = copyOf(path, `${path}-place`);
    return {
      words: ['unshare', '--mount', 'sh', '-c', `mount --bind '${path}' '${place}' && exec "$0" "$@"`, place],
      isApp: (app, seen) => /^mnt-\d+:/.test(app) && app.endsWith(`:${seen}`),
    };
  },
  setuid: (path) => {
    chownSync(path, NOBODY, NOBODY);
    chmodSync(path, 0o4755);
    return { words: [path], isApp: isPath };
  },
  'bind-mount': (path, { parts }) => {
    const place = copyOf('/bin/true', `${path}-place`);
    mounted(parts, place, '--bind', path);
    return { words: [place], isApp: isPath };
  },
  overlay: (path, wardrobe) => ({ words: [onOverlay(path, wardrobe)], isApp: isPath }),
  chroot: (path, { directory, parts }) => {
    const root = mkdtempSync(join(directory, 'root-'));
    mounted(parts, root, '--bind', '/');
    mounted(parts, join(root, 'proc'), '--bind', '/proc');
    return { words: ['chroot', root, path], isApp: (app, seen) => app === `${root}${seen}` };
  },
  'pid-namespace': (path) => ({ words: ['unshare', '--pid', '--fork', '--kill-child', path], isApp: isPath }),
  'own-network': (path, wardrobe) => {
    const { name } = behind(wardrobe);
    return { words: ['nsenter', `--net=/run/netns/${name}`, path], isApp: isPath };
  },
  container: (path, wardrobe) => inContainer(path, wardrobe, behind(wardrobe).name),
  'host-network-container': (path, wardrobe) => inContainer(path, wardrobe, undefined),
};

let containers = 0;

function behind({ lab, parts }: Wardrobe): ContainerNetwork {
  containers += 1;
  const network = new ContainerNetwork({ lab, number: containers });
  parts.defer(() => network.close());
  return network;
}

/** It keeps /proc of the machine, where a program finds its pid outside: getpid() says another one. */
function inContainer(path: string, { runtimeRoot, parts }: Wardrobe, network: string | undefined): Disguised {
  const name = `tried-${(containers += 1)}`;
  const place = network === undefined ? {} : { network };
  const container = new LabContainer({ name, runtimeRoot, hasProcOfMachine: true, ...place });
  parts.defer(() => container.close());
  return {
    words: container.inside(path),
    isApp: (app, seen) => app === `container:docker/${name}:${seen}`,
  };
}

/** Upper and lower layer are on two file systems, so that no device that stat shows is the kernel's. */
function onOverlay(path: string, { directory, parts }: Wardrobe): string {
  const place = mkdtempSync(join(directory, 'overlay-'));
  const [lower, changes, merged] = ['lower', 'changes', 'merged'].map((name) => join(place, name)) as [
    string,
    string,
    string,
  ];
  for (const name of [lower, changes, merged]) mkdirSync(name);
  copyOf(path, join(lower, 'program'));
  mounted(parts, changes, '-t', 'tmpfs', 'changes');
  for (const name of ['upper', 'work']) mkdirSync(join(changes, name));
  const layers = `lowerdir=${lower},upperdir=${changes}/upper,workdir=${changes}/work`;
  mounted(parts, merged, '-t', 'overlay', 'overlay', '-o', layers);
  return join(merged, 'program');
}

function mounted(parts: AsyncDisposableStack, place: string, ...what: readonly string[]): void {
  run('mount', ...what, place);
  parts.defer(() => void run('umount', '--lazy', place));
}

export function copyOf(program: string, path: string): string {
  copyFileSync(program, path);
  chmodSync(path, 0o755);
  return path;
}

function inMemory(directory: string): string {
  const path = join(directory, 'in-memory');
  run('cc', '-O2', '-o', path, new URL('../kernel/programs/in-memory.c', import.meta.url).pathname);
  return path;
}
