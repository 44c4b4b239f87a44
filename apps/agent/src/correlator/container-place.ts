// Which container a cgroup is of, from its path alone. Only places where a runtime of the system puts its cgroups are believed: a
// user who may make cgroups below their own slice can give them any name, but only there. What lies below a container's
// cgroup is the container's.
import type { Runtime } from '../domain/container.ts';

export interface ContainerPlace {
  readonly runtime: Runtime;
  /** The user below whose slice it lies. */
  readonly uid: number | undefined;
  readonly id: string;
  /** Where the cgroup itself is called after it. */
  readonly name: string | undefined;
  /** The container's own cgroup, of which the path may be a part. */
  readonly cgroup: string;
  /** Somebody other than root may be able to make a cgroup of this name here: who made it counts. */
  readonly needsRoot: boolean;
  /** Of containerd: its own namespace, where the path says it. */
  readonly namespace: string | undefined;
}

const ID = '(?<id>[0-9a-f]{64})';
const LAYOUTS: readonly (readonly [Runtime | 'from-prefix', RegExp])[] = [
  ['docker', pattern(`/system\\.slice/docker-${ID}\\.scope`)],
  ['docker', pattern(`/docker/${ID}`)],
  ['containerd', pattern(`/system\\.slice/nerdctl-${ID}\\.scope`)],
  ['podman', pattern(`/machine\\.slice/(?:machine-libpod_pod_[0-9a-f]{64}\\.slice/)?libpod-${ID}\\.scope`)],
  ['podman', pattern(`/libpod_parent/(?:[0-9a-f]{64}/)?libpod-${ID}`)],
  [
    'podman',
    pattern(`/system\\.slice/(?:[^/]+\\.slice/){0,3}[^/]+\\.service/(?<split>libpod-payload-)${ID}`),
  ],
  [
    'from-prefix',
    pattern(`/kubepods\\.slice/(?:kubepods-[^/]+\\.slice/){1,2}(?<prefix>[a-z-]+)-${ID}\\.scope`),
  ],
  ['from-prefix', pattern(`/kubepods/(?:(?:burstable|besteffort)/)?pod[^/]+/(?:(?<prefix>crio)-)?${ID}`)],
  [
    'from-prefix',
    pattern(`${userSlice()}/(?:[^/]+/)*?(?<prefix>libpod|docker|nerdctl)-(?:payload-)?${ID}(?:\\.scope)?`),
  ],
  ['lxc', pattern('/lxc\\.payload\\.(?<id>[^/]+)')],
  ['lxc', pattern('/lxc/(?<id>[^/]+)')],
  ['systemd-nspawn', pattern('/machine\\.slice/machine-(?<id>[^/]+)\\.scope')],
  ['systemd-nspawn', pattern('/machine\\.slice/systemd-nspawn@(?<id>[^/]+)\\.service')],
  ['containerd', pattern('/(?<namespace>[A-Za-z0-9_-]+)/(?<id>[A-Za-z0-9][A-Za-z0-9_.-]*)')],
];

const PREFIXES: Readonly<Record<string, Runtime>> = {
  docker: 'docker',
  libpod: 'podman',
  nerdctl: 'containerd',
  'cri-containerd': 'containerd',
  crio: 'cri-o',
};

/** Of libvirt, which also calls its machines so; a virtual machine is no container, and what its own LXC makes is not known here. */
const OF_LIBVIRT = /^(?:qemu|lxc)-/;
const OF_ANOTHER = Symbol('the machine of somebody else');
const LONGEST_PATH = 4096;

/** `path` as in /proc/PID/cgroup. Undefined where it is of no container that is known. */
export function containerPlaceOf(path: string): ContainerPlace | undefined {
  if (path.length > LONGEST_PATH) return undefined;
  for (const [runtime, layout] of LAYOUTS) {
    const match = layout.exec(path);
    if (match !== null) return placeOf(runtime, match);
  }
  return undefined;
}

function placeOf(layout: Runtime | 'from-prefix', match: RegExpExecArray): ContainerPlace | undefined {
  const { id = '', prefix = 'cri-containerd', uid, split, namespace } = match.groups ?? {};
  const runtime = layout === 'from-prefix' ? PREFIXES[prefix] : layout;
  const name = runtime === undefined ? undefined : nameFromCgroup(runtime, id);
  if (runtime === undefined || name === OF_ANOTHER) return undefined;
  return {
    ...{ runtime, id: name ?? id, name, namespace },
    uid: uid === undefined ? undefined : Number(uid),
    cgroup: match[0].replace(/\/$/, ''),
    needsRoot: split !== undefined,
  };
}

function nameFromCgroup(runtime: Runtime, id: string): string | typeof OF_ANOTHER | undefined {
  if (runtime !== 'lxc' && runtime !== 'systemd-nspawn') return undefined;
  const name = unescaped(id);
  return runtime === 'systemd-nspawn' && OF_LIBVIRT.test(name) ? OF_ANOTHER : name;
}

/** From the root of the tree, in whole names. */
function pattern(text: string): RegExp {
  return new RegExp(`^${text}(?:/|$)`, 'u');
}

function userSlice(): string {
  return '/user\\.slice/user-(?<uid>\\d{1,10})\\.slice/user@\\k<uid>\\.service';
}

/** As systemd writes names of units: `\x2d` is a hyphen. */
function unescaped(text: string): string {
  return text.replace(/\\x([0-9a-f]{2})/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
}
