// Container: a place of its own for programs, made by a runtime that names it. What the runtime says of it is the runtime's word;
// that a process is in it is proven by its cgroup.

export const RUNTIMES = ['docker', 'podman', 'containerd', 'cri-o', 'lxc', 'systemd-nspawn'] as const;
export type Runtime = (typeof RUNTIMES)[number];

export interface Container {
  readonly runtime: Runtime;
  /** The user whose own runtime made it; undefined: the system's. */
  readonly uid: number | undefined;
  /** What the runtime calls it for ever; a container that is made again has another one. */
  readonly id: string;
  /**
   * What people call it, of the form CONTAINER_NAME: the container that takes its place tomorrow has the same. With Kubernetes it is
   * NAMESPACE/POD/CONTAINER. Undefined where it is not known.
   */
  readonly name: string | undefined;
  readonly image: string | undefined;
}

const PART = '[A-Za-z0-9][A-Za-z0-9_.-]*';
/** No colon, so that a path begins where the first one is; nothing that would have to be escaped. */
const CONTAINER_NAME = new RegExp(`^${PART}(?:/${PART}){0,2}$`);
const LONGEST_NAME = 300;

export function isContainerName(text: string): boolean {
  return text.length <= LONGEST_NAME && CONTAINER_NAME.test(text);
}

/** `container:docker/web`, `container:podman@1000/web`; without a name `container:docker/id=0123...`. */
export function containerText({ runtime, uid, id, name }: Container): string {
  const owner = uid === undefined ? '' : `@${uid}`;
  return `container:${runtime}${owner}/${name ?? `id=${id}`}`;
}

/** What a person reads where there is no room for more. */
export function containerLabel({ id, name }: Container): string {
  return name ?? id.slice(0, SHORT_ID);
}

/** As runtimes shorten it. */
const SHORT_ID = 12;

const TEXT = new RegExp(
  `^container:(?:${RUNTIMES.join('|')})(?:@(?:0|[1-9]\\d{0,9}))?/(?:id=(?<id>${PART})|(?<name>${PART}(?:/${PART}){0,2}))(?::(?<path>/.*))?$`,
  'su',
);

export interface ContainerApp {
  readonly isNamed: boolean;
  /** Undefined: every App in it. */
  readonly path: string | undefined;
}

/** What an app id of a container, or of an App in one, says; undefined where it is none. */
export function readContainerApp(text: string): ContainerApp | undefined {
  const { id, name, path } = TEXT.exec(text)?.groups ?? {};
  const called = name ?? id;
  if (called === undefined || called.length > LONGEST_NAME) return undefined;
  return { isNamed: name !== undefined, path };
}

const PREFIX = 'container:';

/** `container:docker/web` of `container:docker/web:/usr/bin/curl`, and of itself; undefined where an app id names no container. */
export function containerPart(app: string): string | undefined {
  if (!app.startsWith(PREFIX)) return undefined;
  const end = app.indexOf(':', PREFIX.length);
  return end < 0 ? app : app.slice(0, end);
}

/** Whether it stands for every App in a container. */
export function isWholeContainer(app: string): boolean {
  return containerPart(app) === app;
}
