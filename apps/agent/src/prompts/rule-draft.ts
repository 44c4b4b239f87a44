// From a Decision to rules: matchers that reach exactly as far as the person said, bound to the App or to its container.
import type { Address } from '../domain/address.ts';
import type { AppId } from '../domain/app.ts';
import type { Flow } from '../domain/flow.ts';
import { hasPorts, PACKET, type Protocol } from '../domain/flow-key.ts';
import { networkAround, networkText } from '../domain/network-around.ts';
import { processInstanceText, type Process } from '../domain/owner.ts';
import { processOf, wholeContainerOf, type Decision, type DecisionScope } from '../domain/prompt.ts';
import type { Action, AddressMatcher, RuleLifetime, RuleMatcher } from '../domain/rule.ts';
import { exactProducts, type Triple } from './exact-products.ts';

/** A rule that has no id yet; `ruleOf` names it. */
export interface RuleDraft {
  readonly action: Action;
  readonly matcher: RuleMatcher;
  readonly lifetime: RuleLifetime;
  /** Names that were known for the addresses, for a person who reads the rule later. */
  readonly note: string | undefined;
}

type Reach = Pick<Decision, 'scope' | 'lifetime' | 'ownUserOnly' | 'forContainer'>;

/** Rules for the flows that a decision answers, all of one App. None for the lifetime `once`. */
export function draftRules(
  decision: Reach & Pick<Decision, 'action'>,
  flows: readonly Flow[],
  wallMs: number,
): RuleDraft[] {
  return lifetimes(decision.lifetime, flows, wallMs).flatMap(({ lifetime, flows: bound }) =>
    [...groupBy(bound, (flow) => bindingKey(decision, flow)).values()].flatMap((alike) =>
      matchers(decision, alike).map((matcher) => ({
        action: decision.action,
        matcher,
        lifetime,
        note: namesNote(matcher, alike),
      })),
    ),
  );
}

/** Equal for flows that one rule can hold: of one App, container, user and direction. */
function bindingKey({ forContainer }: Reach, { process, direction }: Flow): string {
  const container = forContainer ? wholeContainerOf(process) : '';
  return `${process.app.id} ${container} ${process.uid} ${direction}`;
}

/** Equal for flows that one answer of that scope treats alike. */
export function scopeKey(flow: Flow, scope: DecisionScope): string {
  if (flow.key.protocol === PACKET) return `${flow.direction} ${PACKET}`;
  const { address, port } = flow.endpoint;
  switch (scope) {
    case 'endpoint':
      return `${flow.direction} ${flow.key.protocol} ${address}|${portOf(flow) ?? '-'}`;
    case 'address':
      return `${flow.direction} ${address}`;
    case 'network':
      return `${flow.direction} ${networkText(networkAround(address))}`;
    case 'port':
      return `${flow.direction} ${flow.key.protocol} ${portOf(flow) === undefined ? '-' : port}`;
    case 'app':
      return flow.direction;
  }
}

interface BoundFlows {
  readonly lifetime: RuleLifetime;
  readonly flows: readonly Flow[];
}

function lifetimes(lifetime: Decision['lifetime'], flows: readonly Flow[], wallMs: number): BoundFlows[] {
  switch (lifetime.kind) {
    case 'once':
      return [];
    case 'process':
      return [...groupBy(flows, (flow) => processInstanceText(flow.process)).values()].map((own) => ({
        lifetime: { kind: 'process', process: processOf(own[0]), withChildren: lifetime.withChildren },
        flows: own,
      }));
    case 'duration':
      return [{ lifetime: { kind: 'until', untilMs: wallMs + lifetime.durationMs }, flows }];
    case 'until':
    case 'restart':
    case 'always':
      return [{ lifetime, flows }];
  }
}

/** What a process starts may be any App, so that a rule for all of it names none. */
function holdsForChildren(lifetime: Decision['lifetime']): boolean {
  return lifetime.kind === 'process' && lifetime.withChildren;
}

function subject({ lifetime, forContainer }: Reach, process: Process): AppId | undefined {
  if (forContainer) return wholeContainerOf(process);
  return holdsForChildren(lifetime) ? undefined : process.app.id;
}

/** Matchers that together hold exactly the scopes of the flows, which share App, container and direction. */
function matchers(reach: Reach, flows: readonly [Flow, ...Flow[]]): RuleMatcher[] {
  const { scope, ownUserOnly } = reach;
  const { direction, process } = flows[0];
  const uid = ownUserOnly ? process.uid : undefined;
  return exactProducts(flows.map((flow) => scopeTriple(scope, flow))).map((product) => ({
    ...{ app: subject(reach, process), uid, direction },
    protocols: product.protocols,
    addresses: product.addresses?.map((address) => addressMatcher(scope, address)),
    ports: product.ports?.map((port) => ({ from: port, to: port })),
  }));
}

/** Of a network, a product has the lowest address. */
function addressMatcher(scope: DecisionScope, address: Address): AddressMatcher {
  return scope === 'network' ? { kind: 'cidr', ...networkAround(address) } : { kind: 'address', address };
}

function scopeTriple(scope: DecisionScope, flow: Flow): Triple {
  const protocol = flow.key.protocol;
  // However far an answer about a packet socket reaches, it is about packet sockets.
  if (protocol === PACKET) return { protocol, address: undefined, port: undefined };
  const { address } = flow.endpoint;
  const port = portOf(flow);
  switch (scope) {
    case 'endpoint':
      return { protocol, address, port };
    case 'address':
      return { protocol: undefined, address, port: undefined };
    case 'network':
      return { protocol: undefined, address: networkAround(address).address, port: undefined };
    case 'port':
      return { protocol, address: undefined, port };
    case 'app':
      return { protocol: undefined, address: undefined, port: undefined };
  }
}

function portOf(flow: Flow): number | undefined {
  const protocol: Protocol = flow.key.protocol;
  return hasPorts(protocol) ? flow.endpoint.port : undefined;
}

const NAMES_IN_NOTE = 5;

function namesNote(matcher: RuleMatcher, flows: readonly Flow[]): string | undefined {
  const named = new Set<string>();
  for (const { kind, ...rest } of matcher.addresses ?? []) {
    if (kind !== 'address' || !('address' in rest)) continue;
    for (const flow of flows)
      if (flow.endpoint.address === rest.address && flow.endpoint.name !== undefined)
        named.add(flow.endpoint.name.text);
    if (named.size >= NAMES_IN_NOTE) break;
  }
  return named.size === 0 ? undefined : `asked about as ${[...named].join(', ')}`;
}

function groupBy<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
): Map<string, [Item, ...Item[]]> {
  const groups = new Map<string, [Item, ...Item[]]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}
