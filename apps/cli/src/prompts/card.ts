// Card: a Prompt as one person sees it, with what they chose and since when it has been visible.
import type { Flow, Prompt } from '@sallyport/proto';
import { PACKET } from '../../../agent/src/domain/flow-key.ts';
import type { DecisionLifetime, DecisionScope } from '../../../agent/src/domain/prompt.ts';
import { HOUR, SCOPES } from '../arguments/reach.ts';

/** How long a card must be visible, without keys coming in, before it takes an answer. */
export const ARMING_MS = 700;

export interface Card {
  readonly prompt: Prompt;
  /** Since when this very content is on the screen; undefined while it is not. */
  readonly shownAtMs: number | undefined;
  /** When a key came too early: somebody is typing something else. The arming starts again from here. */
  readonly earlyKeyAtMs: number | undefined;
  readonly scope: DecisionScope;
  readonly lifetime: DecisionLifetime;
  /** The rule is for the user who runs the program alone. */
  readonly ownUserOnly: boolean;
  /** The rule is for every program in the container that the question comes from. */
  readonly forContainer: boolean;
  /** Answer all waiting flows, also those that the scope does not cover. */
  readonly withSisters: boolean;
  /** Put aside until it changes or the person goes through the cards again. */
  readonly later: boolean;
}

export interface Preselection {
  readonly scope: DecisionScope;
  readonly lifetime: DecisionLifetime;
}

export const SAFE_PRESELECTION: Preselection = { scope: 'endpoint', lifetime: HOUR };

export function newCard(
  prompt: Prompt,
  preselection: Preselection & Partial<Pick<Card, 'forContainer'>>,
): Card {
  const forContainer = preselection.forContainer === true && prompt.container !== '';
  const scopes = scopesOf(prompt);
  return {
    prompt,
    shownAtMs: undefined,
    earlyKeyAtMs: undefined,
    scope: scopes.includes(preselection.scope) ? preselection.scope : 'endpoint',
    lifetime: offeredLifetime({ prompt, forContainer }, preselection.lifetime),
    ...{ ownUserOnly: false, forContainer },
    withSisters: false,
    later: false,
  };
}

/** The card with new content: choices stay, but it must be seen anew before it takes an answer. */
export function changedCard(card: Card, prompt: Prompt): Card {
  if (card.prompt.revision === prompt.revision && card.prompt.missed === prompt.missed) return card;
  const fresh = newCard(prompt, card);
  return { ...fresh, ownUserOnly: card.ownUserOnly, later: card.later && prompt.missed };
}

/** When the card takes an answer; undefined while it is not on the screen. */
export function armedAtMs(card: Card): number | undefined {
  if (card.shownAtMs === undefined) return undefined;
  return Math.max(card.shownAtMs, card.earlyKeyAtMs ?? card.shownAtMs) + ARMING_MS;
}

export function isArmed(card: Card, nowMs: number): boolean {
  const atMs = armedAtMs(card);
  return atMs !== undefined && nowMs >= atMs;
}

/** The waiting flows that an answer of this scope is about, the first one always among them. */
export function coveredFlows(prompt: Prompt, scope: DecisionScope): readonly Flow[] {
  const [first] = prompt.flows;
  if (first === undefined) return [];
  if (scope !== 'network') return prompt.flows.filter((flow) => covers(first, flow, scope));
  const network = networkOf(prompt);
  return prompt.flows.filter(
    (flow, index) =>
      flow === first || (flow.direction === first.direction && prompt.networks[index] === network),
  );
}

/** The network around the address of the question, as the agent told it; undefined where it told none. */
export function networkOf({ networks }: Pick<Prompt, 'networks'>): string | undefined {
  return networks[0] === '' ? undefined : networks[0];
}

/** Whether it may have packet sockets: nothing waits, there is no endpoint, and the answer holds from the next try on. */
export function isAboutPackets({ flows }: Pick<Prompt, 'flows'>): boolean {
  return flows[0]?.protocol === PACKET;
}

function covers(first: Flow, flow: Flow, scope: DecisionScope): boolean {
  if (flow.direction !== first.direction) return false;
  const needsAddress = scope === 'endpoint' || scope === 'address';
  const needsPort = scope === 'endpoint' || scope === 'port';
  return (!needsAddress || hasAddressOf(first, flow)) && (!needsPort || hasPortOf(first, flow));
}

function hasAddressOf(first: Flow, flow: Flow): boolean {
  return flow.endpoint?.address === first.endpoint?.address;
}

function hasPortOf(first: Flow, flow: Flow): boolean {
  return flow.protocol === first.protocol && flow.endpoint?.port === first.endpoint?.port;
}

/** The scopes that differ on this card: without ports there is nothing between the endpoint and anything. */
export function scopesOf(prompt: Prompt): readonly DecisionScope[] {
  if (isAboutPackets(prompt)) return ['endpoint'];
  const hasPort = (prompt.flows[0]?.endpoint?.port ?? 0) !== 0;
  const isThere: Readonly<Record<DecisionScope, boolean>> = {
    ...{ endpoint: true, app: true, address: hasPort, port: hasPort },
    network: networkOf(prompt) !== undefined,
  };
  return SCOPES.filter((scope) => isThere[scope]);
}

/** The card with an answer that is for its program, or for every program in its container. */
export function cardFor(card: Card, forContainer: boolean): Card {
  return { ...card, forContainer, lifetime: offeredLifetime({ ...card, forContainer }, card.lifetime) };
}

type Subject = Pick<Card, 'prompt' | 'forContainer'>;

function offeredLifetime(subject: Subject, wanted: DecisionLifetime): DecisionLifetime {
  const lifetimes = lifetimesOf(subject, wanted);
  return lifetimes.find((lifetime) => sameLifetime(lifetime, wanted)) ?? firstOf(lifetimes);
}

/**
 * Lifetimes that can be chosen: a missed card has no waiting flows, only a proven path may carry a lasting rule, and a container has no
 * process whose end could be waited for.
 */
export function lifetimesOf(
  { prompt, forContainer }: Subject,
  extra: DecisionLifetime,
): readonly DecisionLifetime[] {
  const durations = extra.kind === 'duration' && !sameLifetime(extra, HOUR) ? [extra, HOUR] : [HOUR];
  const lasting: readonly DecisionLifetime[] = [...durations, { kind: 'restart' }, { kind: 'always' }];
  if (forContainer) return lasting;
  const once: readonly DecisionLifetime[] = prompt.missed || isAboutPackets(prompt) ? [] : [{ kind: 'once' }];
  const process: readonly DecisionLifetime[] = [
    { kind: 'process', withChildren: false },
    { kind: 'process', withChildren: true },
  ];
  if (prompt.app?.identity === 'unknown' || prompt.app === undefined) return [{ kind: 'once' }];
  if (!maySayAlways({ prompt, forContainer })) return [...process, ...once];
  return [...once, ...process, ...lasting];
}

export function maySayAlways({ prompt, forContainer }: Subject): boolean {
  return forContainer || prompt.app?.mayCarryLastingRule === true;
}

export function sameLifetime(left: DecisionLifetime, right: DecisionLifetime): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

/** The one after the chosen one, round and round. */
export function following<T>(list: readonly T[], isChosen: (item: T) => boolean): T {
  const next = list[(list.findIndex(isChosen) + 1) % list.length];
  if (next === undefined) throw new Error('a choice has at least one value');
  return next;
}

function firstOf(lifetimes: readonly DecisionLifetime[]): DecisionLifetime {
  return lifetimes.find(({ kind }) => kind === 'process') ?? lifetimes[0] ?? { kind: 'once' };
}
