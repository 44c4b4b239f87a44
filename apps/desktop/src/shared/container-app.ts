// Apps in containers, as their ids say it. The agent's own reader is apps/agent/src/domain/container.ts; a property test of the rule
// form compares the two.

export interface ContainerApp {
  /** What names the container. */
  readonly place: string;
  /** What people call the container, or what its id begins with. */
  readonly label: string;
  readonly isNamed: boolean;
  /** Undefined: every program in it. */
  readonly path: string | undefined;
}

const RUNTIMES = 'docker|podman|containerd|cri-o|lxc|systemd-nspawn';
const PART = '[A-Za-z0-9][A-Za-z0-9_.-]*';
const APP = new RegExp(
  `^(?<place>container:(?:${RUNTIMES})(?:@(?:0|[1-9]\\d{0,9}))?/(?:id=(?<id>${PART})|(?<name>${PART}(?:/${PART}){0,2})))(?::(?<path>/.*))?$`,
  'su',
);
const LONGEST_NAME = 300;
const SHORT_ID = 12;

/** Whether it stands for every program in a container. */
export function isWholeContainer(app: string): boolean {
  return /^container:[^:]*$/.test(app);
}

/** Undefined where it is none. */
export function readContainerApp(text: string): ContainerApp | undefined {
  const { place, id = '', name, path } = APP.exec(text)?.groups ?? {};
  if (place === undefined || (name ?? id).length > LONGEST_NAME) return undefined;
  return { place, label: name ?? id.slice(0, SHORT_ID), isNamed: name !== undefined, path };
}
