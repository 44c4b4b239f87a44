// The answers that a prompt offers: scopes and lifetimes that the agent takes for this App, and the safe ones to begin with.
import type { DecisionLifetime, DecisionScope } from './desktop-api.ts';
import type { Endpoint, Flow, Prompt } from './model.ts';
import type { Preferences } from './preferences.ts';

export const HOUR: DecisionLifetime = { kind: 'duration', durationMs: 3_600_000 };
export const DAY: DecisionLifetime = { kind: 'duration', durationMs: 86_400_000 };

/** As preferences name them, shortest first. */
export const PREFERABLE_LIFETIMES = {
  once: { kind: 'once' },
  process: { kind: 'process', withChildren: false },
  hour: HOUR,
  day: DAY,
  restart: { kind: 'restart' },
} as const satisfies Readonly<Record<Preferences['promptLifetime'], DecisionLifetime>>;

/** What a person wants their questions to begin with. */
export function preferredChoice({ promptScope, promptLifetime }: Preferences): Choice {
  return { scope: promptScope, lifetime: PREFERABLE_LIFETIMES[promptLifetime] };
}

export interface Choice {
  readonly scope: DecisionScope;
  readonly lifetime: DecisionLifetime;
  /** The rule is for the user who runs the App alone. */
  readonly ownUserOnly?: boolean;
  /** The rule is for every App of the container that the question comes from. */
  readonly forContainer?: boolean;
}

/** What an answer about packet sockets is called by, which have no remote end. */
export const PACKET = 'packet';

/** Where an answer may reach to; without an address there is nothing but the question itself. */
export type Reach = Pick<Endpoint, 'port' | 'network'> & Partial<Pick<Endpoint, 'address'>>;

/** Without ports an endpoint is its address. The network is the agent's to propose. */
export function offeredScopes({ port, network, address }: Reach): readonly DecisionScope[] {
  if (address === '') return ['endpoint'];
  const around: readonly DecisionScope[] = network === undefined ? [] : ['network'];
  return port === 0 ? ['endpoint', ...around, 'app'] : ['endpoint', 'address', ...around, 'port', 'app'];
}

const LASTING: readonly DecisionLifetime[] = [HOUR, DAY, { kind: 'restart' }, { kind: 'always' }];

/**
 * Shortest first. Only a proven path may carry a rule that outlives the process, and an unidentified program none at all; a container
 * has a name and no process whose end could be waited for.
 * On a missed prompt nothing waits that could be answered once, and neither does it where packet sockets are asked about.
 */
export function offeredLifetimes(
  prompt: Pick<Prompt, 'app' | 'missed'> & Partial<Pick<Prompt, 'flows'>>,
  { forContainer = false }: Pick<Choice, 'forContainer'> = {},
): readonly DecisionLifetime[] {
  if (forContainer) return LASTING;
  if (prompt.app.identity === 'unknown') return [{ kind: 'once' }];
  const isWaiting = !prompt.missed && prompt.flows?.[0]?.protocol !== PACKET;
  const once: readonly DecisionLifetime[] = isWaiting ? [{ kind: 'once' }] : [];
  const short: readonly DecisionLifetime[] = [
    ...once,
    { kind: 'process', withChildren: false },
    { kind: 'process', withChildren: true },
  ];
  if (!prompt.app.mayCarryLastingRule) return short;
  return [...short, ...LASTING];
}

/**
 * What is selected when the prompt appears. A person's own preference counts where it is offered, but neither `app` nor
 * `always` is ever preselected, and a program that runs the orders of others is not trusted beyond its end.
 */
export function preselection(
  prompt: Pick<Prompt, 'app' | 'missed' | 'flows'>,
  options: { readonly runsOrders: boolean; readonly preferred?: Choice | undefined },
): Choice {
  const lifetimes = offeredLifetimes(prompt);
  const wanted = options.preferred?.lifetime ?? HOUR;
  const isSafe = wanted.kind !== 'always' && (!options.runsOrders || isShort(wanted));
  const chosen = isSafe ? lifetimes.find((lifetime) => sameLifetime(lifetime, wanted)) : undefined;
  const short = lifetimes.find((lifetime) => lifetime.kind === 'process') ?? { kind: 'once' };
  const scope = options.preferred?.scope ?? 'endpoint';
  const isOffered = scope !== 'app' && offeredScopes(firstEndpoint(prompt)).includes(scope);
  return { scope: isOffered ? scope : 'endpoint', lifetime: chosen ?? short };
}

/** What was chosen, as far as it is offered. */
export function offeredChoice(chosen: Choice, { scopes, lifetimes, preselected }: Offer): Choice {
  const offered = (wanted: DecisionLifetime): DecisionLifetime | undefined =>
    lifetimes.find((lifetime) => sameLifetime(lifetime, wanted));
  const lifetime = offered(chosen.lifetime) ?? offered(preselected.lifetime) ?? lifetimes[0];
  const scope = scopes.includes(chosen.scope) ? chosen.scope : preselected.scope;
  return { ...chosen, scope, lifetime: lifetime ?? preselected.lifetime };
}

interface Offer {
  readonly scopes: readonly DecisionScope[];
  readonly lifetimes: readonly DecisionLifetime[];
  readonly preselected: Choice;
}

/** Of the flow that makes the question. */
export function firstEndpoint({ flows }: Pick<Prompt, 'flows'>): Reach {
  return flows[0]?.endpoint ?? { port: 0 };
}

function isShort(lifetime: DecisionLifetime): boolean {
  return lifetime.kind === 'once' || lifetime.kind === 'process';
}

export function sameLifetime(left: DecisionLifetime, right: DecisionLifetime): boolean {
  if (left.kind === 'duration' && right.kind === 'duration') return left.durationMs === right.durationMs;
  if (left.kind === 'until' && right.kind === 'until') return left.untilMs === right.untilMs;
  if (left.kind === 'process' && right.kind === 'process') return left.withChildren === right.withChildren;
  return left.kind === right.kind;
}

/** The waiting flows that an answer of this scope is about, the first one always among them. */
export function coveredFlows(flows: readonly Flow[], scope: DecisionScope): readonly Flow[] {
  const first = flows[0];
  return first === undefined ? [] : flows.filter((flow) => covers(first, flow, scope));
}

function covers(first: Flow, flow: Flow, scope: DecisionScope): boolean {
  if (flow.direction !== first.direction) return false;
  const sameAddress = flow.endpoint.address === first.endpoint.address;
  const samePort = flow.protocol === first.protocol && flow.endpoint.port === first.endpoint.port;
  switch (scope) {
    case 'endpoint':
      return sameAddress && samePort;
    case 'address':
      return sameAddress;
    case 'network':
      return flow.endpoint.network === first.endpoint.network;
    case 'port':
      return samePort;
    case 'app':
      return true;
  }
}

/** The one after the chosen one, round and round. */
export function following<T>(list: readonly T[], isChosen: (item: T) => boolean): T | undefined {
  return list[(list.findIndex(isChosen) + 1) % list.length];
}
