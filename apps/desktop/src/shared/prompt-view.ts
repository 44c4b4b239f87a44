// What a prompt's card shows, from the Prompt alone: the question in parts, its evidence, who is behind it, what can be answered.
// Parts and kinds instead of sentences, so that a page words them in its language.
import { offeredLifetimes, offeredScopes, PACKET, preselection } from './answer-options.ts';
import type { Choice } from './answer-options.ts';
import { readContainerApp } from './container-app.ts';
import type { DecisionLifetime, DecisionScope } from './desktop-api.ts';
import type { App, Direction, Flow, Process, Prompt } from './model.ts';
import { fileName, ordersOf } from './order-runner.ts';
import type { Orders } from './order-runner.ts';
import { shownText } from './text-safety.ts';
import type { ShownText } from './text-safety.ts';

export interface PromptView {
  readonly id: string;
  readonly revision: number;
  /** Differs as soon as anything differs that a person would read: the arming begins anew. */
  readonly contentKey: string;
  readonly question: Question;
  /** The agent's own sentence. */
  readonly sentence: ShownText;
  readonly app: AppView;
  /** The asking process first, then its parent and so on. */
  readonly chain: readonly ChainLink[];
  /** What an interpreter or tool was told to do; absent for programs that act on their own. */
  readonly orders: OrdersView | undefined;
  readonly user: { readonly uid: number; readonly name: ShownText | undefined } | undefined;
  /** What an answer may be for instead of the App: every program in it. */
  readonly container: ShownText | undefined;
  readonly target: Target;
  /** The other flows that wait on this card. */
  readonly sisters: readonly Target[];
  readonly scopes: readonly DecisionScope[];
  readonly lifetimes: readonly DecisionLifetime[];
  readonly preselected: Choice;
  readonly missed: boolean;
  readonly openedAtMs: number;
  readonly deadlineMs: number;
}

/** In parts, so that a page can set the name off: it must not pass for another part of the sentence. */
export interface Question {
  readonly appName: ShownText;
  readonly verb: 'connect' | 'send-icmp' | 'send-packets' | 'receive';
  /** `1.2.3.4:443`, `[2001:db8::1]:443`, or the address alone, which is all of a flow that comes in; empty for packet sockets. */
  readonly socketAddress: string;
  /** The one that names the service, which of a flow that comes in is here. */
  readonly port: number;
}

export interface AppView {
  readonly id: string;
  readonly name: ShownText;
  readonly path: ShownText | undefined;
  readonly identity: App['identity'];
  /** Proven: the kernel's record leads to the file at this path, here or in its container. */
  readonly isProven: boolean;
  readonly container: ContainerView | undefined;
}

/** As its runtime calls it. */
export interface ContainerView {
  readonly name: ShownText;
  readonly image: ShownText | undefined;
  readonly runtime: ShownText;
  readonly uid: number | undefined;
}

export interface ChainLink {
  readonly pid: number;
  readonly name: ShownText;
  readonly path: ShownText | undefined;
  /** Claimed by the process itself. */
  readonly commandLine: ShownText;
  readonly orders: Orders | undefined;
}

export interface OrdersView {
  readonly kind: Orders['kind'];
  /** Script or inline program, claimed by the process; absent for tools and interactive ones. */
  readonly text: ShownText | undefined;
  /** Name of the nearest ancestor that is not the same program, with its script where it has one. */
  readonly startedBy: ShownText | undefined;
}

export interface Target {
  readonly flowId: string;
  readonly protocol: string;
  readonly socketAddress: string;
  readonly address: string;
  readonly port: number;
  readonly network: string | undefined;
  /** A name is shown with its evidence or not at all. */
  readonly name: { readonly text: ShownText; readonly evidence: ShownText } | undefined;
}

const NAME_CHARACTERS = 60;
const PATH_CHARACTERS = 120;
const COMMAND_CHARACTERS = 240;

export function promptView(prompt: Prompt, preferred?: Choice): PromptView | undefined {
  const [first, ...others] = prompt.flows;
  if (first === undefined) return undefined;
  const process = prompt.processes.find((candidate) => candidate.key === first.processKey);
  const chain = process === undefined ? [] : chainOf(prompt.app, process);
  const orders = ordersView(chain);
  return {
    id: prompt.id,
    revision: prompt.revision,
    contentKey: contentKeyOf(prompt),
    question: questionOf(prompt.app, first),
    sentence: shownText(prompt.question, COMMAND_CHARACTERS),
    app: appView(prompt.app),
    chain,
    orders,
    user: process === undefined ? undefined : userOf(process),
    container: containerLabel(prompt.container),
    target: targetOf(first),
    sisters: others.map(targetOf),
    scopes: offeredScopes(first.endpoint),
    lifetimes: offeredLifetimes(prompt),
    preselected: preselection(prompt, { runsOrders: orders !== undefined, preferred }),
    missed: prompt.missed,
    openedAtMs: prompt.openedAtMs,
    deadlineMs: prompt.deadlineMs,
  };
}

/** An agent that started anew may use an id and a revision again, but never at the same moment. */
function contentKeyOf({ id, revision, missed, openedAtMs }: Prompt): string {
  return `${id} ${revision} ${missed ? 'missed' : 'open'} ${openedAtMs}`;
}

export function socketAddressText(address: string, port: number): string {
  if (port === 0) return address;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** Where a flow goes, or where it comes from and to which port here. */
export function placeText({ direction, address, port }: Place): string {
  if (direction !== 'in') return socketAddressText(address, port);
  return port === 0 ? address : `${address} → :${port}`;
}

interface Place {
  readonly direction: Direction | undefined;
  readonly address: string;
  readonly port: number;
}

function questionOf(app: App, flow: Flow): Question {
  return {
    appName: shownText(app.name, NAME_CHARACTERS),
    verb: verbOf(flow),
    socketAddress: flow.direction === 'in' ? flow.endpoint.address : targetOf(flow).socketAddress,
    port: flow.endpoint.port,
  };
}

function verbOf(flow: Flow): Question['verb'] {
  if (flow.protocol === PACKET) return 'send-packets';
  if (flow.direction === 'in') return 'receive';
  return flow.protocol === 'icmp' || flow.protocol === 'icmpv6' ? 'send-icmp' : 'connect';
}

function appView(app: App): AppView {
  return {
    id: app.id,
    name: shownText(app.name, NAME_CHARACTERS),
    path: app.path === undefined ? undefined : shownText(app.path, PATH_CHARACTERS),
    identity: app.identity,
    isProven: app.identity === 'path' || app.identity === 'container',
    container: app.container === undefined ? undefined : containerView(app.container),
  };
}

function containerView({ name, image, runtime, uid }: NonNullable<App['container']>): ContainerView {
  return {
    name: shownText(name, NAME_CHARACTERS),
    image: image === undefined ? undefined : shownText(image, NAME_CHARACTERS),
    runtime: shownText(RUNTIME_NAMES[runtime] ?? runtime, NAME_CHARACTERS),
    uid,
  };
}

/** Of a container, as rules name it. */
export function containerLabel(container: string | undefined): ShownText | undefined {
  const named = container === undefined ? undefined : readContainerApp(container);
  return named?.isNamed === true ? shownText(named.label, NAME_CHARACTERS) : undefined;
}

/** Names of products, the same in every language. */
const RUNTIME_NAMES: Readonly<Record<string, string>> = {
  docker: 'Docker',
  podman: 'Podman',
  'cri-o': 'CRI-O',
  lxc: 'LXC',
};

function userOf(process: Process): NonNullable<PromptView['user']> {
  const { uid, userName } = process;
  return { uid, name: userName === undefined ? undefined : shownText(userName, NAME_CHARACTERS) };
}

function targetOf(flow: Flow): Target {
  const { address, port, network, name } = flow.endpoint;
  return {
    flowId: flow.id,
    protocol: flow.protocol,
    socketAddress: placeText({ direction: flow.direction, address, port }),
    address,
    port,
    network,
    name: name && {
      text: shownText(name.text, PATH_CHARACTERS),
      evidence: shownText(name.evidence, PATH_CHARACTERS),
    },
  };
}

function chainOf(app: App, process: Process): readonly ChainLink[] {
  const { pid, commandLine, ancestors } = process;
  const own = linkOf({ pid, path: app.path, commandLine, name: app.name });
  return [own, ...ancestors.map((ancestor) => linkOf(ancestor))];
}

interface Link {
  readonly pid: number;
  readonly path?: string | undefined;
  readonly commandLine: readonly string[];
  readonly name?: string;
}

function linkOf({ pid, path, commandLine, name }: Link): ChainLink {
  const orders = ordersOf(path, commandLine);
  return {
    pid,
    name: shownText(name ?? (path === undefined ? '' : fileName(path)), NAME_CHARACTERS),
    path: path === undefined ? undefined : shownText(path, PATH_CHARACTERS),
    commandLine: shownText(commandLineText(commandLine), COMMAND_CHARACTERS),
    orders,
  };
}

/** Words as one would type them: quoted unless plain, so that no argument can look like two. */
export function commandLineText(words: readonly string[]): string {
  return words
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "\\'")}'`))
    .join(' ');
}

function ordersView(chain: readonly ChainLink[]): OrdersView | undefined {
  const [own, ...ancestors] = chain;
  if (own?.orders === undefined) return undefined;
  const starter = ancestors.find((link) => link.path?.full !== own.path?.full);
  return { kind: own.orders.kind, text: ordersText(own.orders), startedBy: starter && starterText(starter) };
}

function ordersText(orders: Orders): ShownText | undefined {
  if (orders.kind === 'script') return shownText(orders.script, PATH_CHARACTERS);
  return orders.kind === 'inline' ? shownText(orders.code, COMMAND_CHARACTERS) : undefined;
}

/** A shell script is known by its script: `build.sh` says more than `bash`. */
function starterText(link: ChainLink): ShownText {
  return link.orders?.kind === 'script'
    ? shownText(fileName(link.orders.script), NAME_CHARACTERS)
    : link.name;
}
