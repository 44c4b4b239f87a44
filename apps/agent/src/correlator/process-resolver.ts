// Resolves an Owner to a Process, reading no more than is asked for: the App comes from a cache that an earlier process
// of the same executable filled; command line and ancestors are read when somebody looks at them.
import { appOf, mayCarryLastingRule } from '../domain/app.ts';
import type { App } from '../domain/app.ts';
import type { Container } from '../domain/container.ts';
import { placeOf } from '../domain/owner.ts';
import type { Ancestor, FileIdentity, Owner, Process, ProcessInstance } from '../domain/owner.ts';
import { setBounded } from '../platform/bounded-map.ts';
import { commandLineOf, isAlive, lineageOf, parentOf, readableExecutableOf } from '../platform/processes.ts';
import { userName } from '../platform/users.ts';
import { identifyExecutable } from './app-identity.ts';
import type { Containers } from './app-identity.ts';

const MAX_CACHED_APPS = 4096;
const MAX_ANCESTORS = 16;

export class ProcessResolver {
  readonly #apps = new Map<string, App>();
  readonly #containers: Containers;

  constructor(containers: Containers) {
    this.#containers = containers;
  }

  resolve(owner: Owner): Process {
    return new LazyProcess(owner, { appOf: () => this.#appOf(owner), containers: this.#containers });
  }

  /** Number of executables that are known by device, inode and change time. */
  get cachedApps(): number {
    return this.#apps.size;
  }

  #appOf(owner: Owner): App {
    const key = `${fileText(owner.executable)} ${placeOf(owner)}`;
    const known = this.#apps.get(key);
    if (known !== undefined) return known;
    const app = appOf(identifyExecutable(owner, this.#containers));
    // Only what stays true for every later process of this very file, here or in this cgroup, may be kept.
    if (mayCarryLastingRule(app)) setBounded(this.#apps, [key, app], MAX_CACHED_APPS);
    return app;
  }
}

/** A Process that nothing was recorded about: shown as such, never as somebody else. */
export function unknownProcess(reason: string, uid: number | undefined): Process {
  return {
    pid: 0,
    startNs: 0n,
    app: appOf({ kind: 'unknown', reason }),
    uid: uid ?? 0xffff_ffff,
    userName: uid === undefined ? undefined : userName(uid),
    commandLine: [],
    ancestors: [],
    lineage: undefined,
    cgroupId: 0n,
    container: undefined,
  };
}

function fileText(file: FileIdentity): string {
  return `${file.deviceMajor}:${file.deviceMinor}:${file.inode}:${file.ctimeNs}`;
}

interface ProcessSources {
  readonly appOf: () => App;
  readonly containers: Containers;
}

class LazyProcess implements Process {
  readonly pid: number;
  readonly startNs: bigint;
  readonly uid: number;
  readonly cgroupId: bigint;
  readonly #owner: Owner;
  readonly #sources: ProcessSources;
  #app: App | undefined;
  #container: Container | 'none' | undefined;
  #commandLine: readonly string[] | undefined;
  #lineage: { readonly read: readonly ProcessInstance[] | undefined } | undefined;
  #ancestors: readonly Ancestor[] | undefined;

  constructor(owner: Owner, sources: ProcessSources) {
    this.pid = owner.pid;
    this.startNs = owner.startNs;
    this.uid = owner.uid;
    this.cgroupId = owner.cgroupId;
    this.#owner = owner;
    this.#sources = sources;
  }

  get app(): App {
    return (this.#app ??= this.#sources.appOf());
  }

  get container(): Container | 'none' | undefined {
    return (this.#container ??= this.#readContainer());
  }

  get userName(): string | undefined {
    return userName(this.uid);
  }

  get commandLine(): readonly string[] {
    return (this.#commandLine ??= this.#readCommandLine());
  }

  /** Read once: to be started by somebody is for life, though the system forgets it when a parent ends. */
  get lineage(): readonly ProcessInstance[] | undefined {
    this.#lineage ??= { read: lineageOf(this) };
    return this.#lineage.read;
  }

  get ancestors(): readonly Ancestor[] {
    return (this.#ancestors ??= isAlive(this.pid, this.startNs) ? readAncestors(this.pid) : []);
  }

  #readContainer(): Container | 'none' | undefined {
    if (!this.#owner.isElsewhere) return 'none';
    const container = this.#sources.containers.containerOf(this.#owner);
    if (container !== 'not-read') return container;
    // An App that an earlier process of this cgroup has proven is in its container.
    const { identity } = this.app;
    return identity.kind === 'container' ? identity.container : undefined;
  }

  #readCommandLine(): readonly string[] {
    const commandLine = commandLineOf(this.pid);
    return isAlive(this.pid, this.startNs) ? commandLine : [];
  }
}

function readAncestors(pid: number): readonly Ancestor[] {
  const ancestors: Ancestor[] = [];
  let parent = parentOf(pid);
  while (parent !== undefined && ancestors.length < MAX_ANCESTORS) {
    ancestors.push({
      pid: parent,
      path: readableExecutableOf(parent)?.path ?? '',
      commandLine: commandLineOf(parent),
    });
    parent = parentOf(parent);
  }
  return ancestors;
}
