// Prompt: one question to a person about one App, with all its waiting Flows; Decision: the answer.
import { formatSocketAddress } from './address.ts';
import type { App, AppId } from './app.ts';
import { containerText } from './container.ts';
import { PACKET } from './flow-key.ts';
import type { Flow, FlowId } from './flow.ts';
import type { Process, ProcessInstance } from './owner.ts';
import type { Action } from './rule.ts';

export type PromptId = string & { readonly __brand: 'PromptId' };

export type PromptState = 'open' | 'missed';

export interface Prompt {
  readonly id: PromptId;
  readonly app: App;
  /** In order of arrival; the first one makes the question. Never empty. */
  readonly flows: readonly Flow[];
  readonly state: PromptState;
  readonly openedAtMs: number;
  /** When the hold of the oldest flow ends. Milliseconds since 1970. */
  readonly deadlineMs: number;
  /** Goes up with every change, so that a client can refuse a click on content that just changed. */
  readonly revision: number;
}

/** How far an answer reaches, within the App, or within the Apps of a container. Each is part of a rule's matcher. */
export type DecisionScope =
  /** This protocol, address and port. */
  | 'endpoint'
  /** Any port of this address. */
  | 'address'
  /** Any port of the network around this address (network-around.ts). */
  | 'network'
  /** This protocol and port at any address. */
  | 'port'
  /** Anything. */
  | 'app';

export type DecisionLifetime =
  /** The waiting flows only; no rule. */
  | { readonly kind: 'once' }
  /** With children: for whatever that process starts as well, whichever App it is. */
  | { readonly kind: 'process'; readonly withChildren: boolean }
  | { readonly kind: 'duration'; readonly durationMs: number }
  | { readonly kind: 'until'; readonly untilMs: number }
  | { readonly kind: 'restart' }
  | { readonly kind: 'always' };

export interface Decision {
  readonly promptId: PromptId;
  readonly action: Action;
  readonly scope: DecisionScope;
  readonly lifetime: DecisionLifetime;
  /** Whether the rule is for the user of the flows alone; else it holds for every user of the App. */
  readonly ownUserOnly: boolean;
  /** Whether the rule is for every App of the container that the flows come from; else for the App alone. */
  readonly forContainer: boolean;
  /** The flows that are answered; undefined means all of the card. */
  readonly flowIds: readonly FlowId[] | undefined;
  /** Revision of the prompt that the person saw; undefined answers whatever waits now. */
  readonly revision: number | undefined;
}

/** The whole question in one sentence, such as `Allow curl to connect to 1.2.3.4:443?` */
export function questionText(prompt: Pick<Prompt, 'app' | 'flows'>): string {
  const flow = prompt.flows[0];
  if (flow === undefined) throw new Error('a prompt has at least one flow');
  if (flow.direction === 'in') return `Allow ${prompt.app.name} to accept ${arrivalText(flow)}?`;
  if (flow.key.protocol === PACKET)
    return `Allow ${prompt.app.name} to send raw packets, past the firewall's rules?`;
  const verb = flow.key.protocol === 'icmp' || flow.key.protocol === 'icmpv6' ? 'send ICMP to' : 'connect to';
  return `Allow ${prompt.app.name} to ${verb} ${formatSocketAddress(flow.endpoint.address, flow.endpoint.port)}?`;
}

/** Such as `a connection from 10.0.0.7 on port 22`. */
function arrivalText({ key, endpoint }: Flow): string {
  const what = key.protocol === 'udp' || key.protocol === 'udplite' ? 'datagrams' : 'a connection';
  const port = endpoint.port === 0 ? '' : ` on port ${endpoint.port}`;
  return `${what} from ${endpoint.address}${port}`;
}

/** What a rule for every App in the container of the process names; undefined where it is in none with a name. */
export function wholeContainerOf({ app, container }: Pick<Process, 'app' | 'container'>): AppId | undefined {
  const { identity } = app;
  const place = identity.kind === 'container' ? identity.container : container;
  if (place === undefined || place === 'none' || place.name === undefined) return undefined;
  return containerText(place) as AppId;
}

/** The same of all the flows; undefined where they come from several. */
export function wholeContainerOfAll(flows: readonly Pick<Flow, 'process'>[]): AppId | undefined {
  const containers = new Set(flows.map(({ process }) => wholeContainerOf(process)));
  return containers.size === 1 ? [...containers][0] : undefined;
}

/** Process that a decision "until the process ends" is bound to. */
export function processOf(flow: Flow): ProcessInstance {
  return { pid: flow.process.pid, startNs: flow.process.startNs };
}
