// ContainerBook: which container a process is in, by its cgroup. What is found of a cgroup is kept, because its id is never used again.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { isContainerName } from '../domain/container.ts';
import type { Container } from '../domain/container.ts';
import type { Owner } from '../domain/owner.ts';
import { setBounded } from '../platform/bounded-map.ts';
import { cgroupPathOf, commandLineOf, isAlive, parentOf } from '../platform/processes.ts';
import { readContainerWords } from './container-files.ts';
import type { ContainerWords } from './container-files.ts';
import { containerPlaceOf } from './container-place.ts';
import type { ContainerPlace } from './container-place.ts';

export interface ContainerBookOptions {
  /** Root of the cgroup v2 tree. */
  readonly cgroupDirectory: string;
  /** Where the runtimes' own directories are; `/` but in tests. */
  readonly runtimeRoot: string;
}

/** The agent is in a cgroup namespace itself, and the process is not in it. */
const BEYOND = '/..';
const MOST_CGROUPS = 1024;
const MOST_GENERATIONS = 16;

export class ContainerBook {
  readonly #options: ContainerBookOptions;
  readonly #known = new Map<bigint, Container | 'none'>();

  constructor(options: ContainerBookOptions) {
    this.#options = options;
  }

  /** `none` is for certain; `not-read`: the process ended before, or is in another cgroup than it was. */
  containerOf(owner: Owner): Container | 'none' | 'not-read' {
    const known = this.#known.get(owner.cgroupId);
    if (known !== undefined) return known;
    const path = cgroupPathOf(owner.pid);
    if (path?.startsWith(BEYOND) === true) return 'none';
    if (path === undefined || !this.#isCgroup(path, owner.cgroupId)) return 'not-read';
    const container = this.#read(path, owner) ?? 'none';
    // A name may be written down a moment later.
    if (container === 'none' || container.name !== undefined)
      setBounded(this.#known, [owner.cgroupId, container], MOST_CGROUPS);
    return container;
  }

  /** The process may be in another cgroup than at the time of its record. */
  #isCgroup(path: string, cgroupId: bigint): boolean {
    return statusOf(join(this.#options.cgroupDirectory, path))?.ino === cgroupId;
  }

  #read(path: string, owner: Owner): Container | undefined {
    const place = containerPlaceOf(path);
    if (place === undefined || !this.#isBelievable(place)) return undefined;
    const { runtime, uid, id } = place;
    const words = this.#wordsOf(place, owner);
    if (words === undefined) return undefined;
    return { runtime, uid, id, ...words };
  }

  #isBelievable({ needsRoot, cgroup }: ContainerPlace): boolean {
    return !needsRoot || statusOf(join(this.#options.cgroupDirectory, cgroup))?.uid === 0n;
  }

  /** Undefined where the runtime should know it and does not. */
  #wordsOf(place: ContainerPlace, owner: Owner): ContainerWords | undefined {
    const { uid, name, namespace } = place;
    const nothing = { name: undefined, image: undefined };
    if (name !== undefined) return isContainerName(name) ? { ...nothing, name } : undefined;
    // Files of a user are not opened: they may be of a file system that never answers.
    const words = uid === undefined ? readContainerWords(this.#options.runtimeRoot, place) : undefined;
    if (words !== undefined || namespace !== undefined) return words;
    return { ...nothing, name: nameFromMonitor(owner, place) };
  }
}

function statusOf(directory: string): { readonly ino: bigint; readonly uid: bigint } | undefined {
  return statSync(directory, { bigint: true, throwIfNoEntry: false });
}

/** Podman's monitor, an ancestor of all that is in a container, is told the container's name: `conmon ... -c ID ... -n NAME`. */
function nameFromMonitor({ pid, startNs }: Owner, place: ContainerPlace): string | undefined {
  if (place.runtime !== 'podman') return undefined;
  let ancestor = parentOf(pid);
  for (let generation = 0; ancestor !== undefined && generation < MOST_GENERATIONS; generation += 1) {
    const words = commandLineOf(ancestor);
    if (isMonitorOf(words, place.id) && mayName(ancestor, place))
      return isAlive(pid, startNs) ? nameIn(words) : undefined;
    ancestor = parentOf(ancestor);
  }
  return undefined;
}

function isMonitorOf(words: readonly string[], id: string): boolean {
  return words[0]?.split('/').at(-1) === 'conmon' && words[words.indexOf('-c') + 1] === id;
}

/** Whoever is in the container could call itself so and give it the name of another; whoever is not root, a container of root. */
function mayName(pid: number, { cgroup, uid }: ContainerPlace): boolean {
  const path = cgroupPathOf(pid);
  if (path === undefined || `${path}/`.startsWith(`${cgroup}/`)) return false;
  return uid !== undefined || statusOf(`/proc/${pid}`)?.uid === 0n;
}

function nameIn(words: readonly string[]): string | undefined {
  const name = words[words.indexOf('-n') + 1] ?? '';
  return isContainerName(name) ? name : undefined;
}
