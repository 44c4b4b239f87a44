// From a Decision to rules: matchers that reach exactly as far as the person said, always bound to the App.
import type { Flow } from '../domain/flow.ts';
import { hasPorts, type Direction, type Protocol } from '../domain/flow-key.ts';
import { processInstanceText } from '../domain/owner.ts';
import { processOf, type Decision, type DecisionScope } from '../domain/prompt.ts';
import type { Action, RuleLifetime, RuleMatcher } from '../domain/rule.ts';
import { exactProducts, type Product, type Triple } from './exact-products.ts';

/** A rule that has no id yet; `ruleOf` names it. */
export interface RuleDraft {
  readonly action: Action;
  readonly matcher: RuleMatcher;
  readonly lifetime: RuleLifetime;
  /** Names that were known for the addresses, for a person who reads the rule later. */
  readonly note: string | undefined;
}

/** Rules for the flows that a decision answers, all of one App. None for the lifetime `once`. */
export function draftRules(
  decision: Pick<Decision, 'action' | 'scope' | 'lifetime'>,
  flows: readonly Flow[],
  wallMs: number,
): RuleDraft[] {
  return lifetimes(decision.lifetime, flows, wallMs).flatMap(({ lifetime, flows: bound }) =>
    [...groupBy(bound, (flow) => `${flow.process.app.id} ${flow.direction}`).values()].flatMap((alike) =>
      matchers(decision.scope, alike).map((matcher) => ({
        action: decision.action,
        matcher,
        lifetime,
        note: namesNote(matcher, alike),
      })),
    ),
  );
}

/** Equal for flows that one answer of that scope treats alike. */
export function scopeKey(flow: Flow, scope: DecisionScope): string {
  const { address, port } = flow.endpoint;
  switch (scope) {
    case 'endpoint':
      return `${flow.direction} ${flow.key.protocol} ${address}|${portOf(flow) ?? '-'}`;
    case 'address':
      return `${flow.direction} ${address}`;
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
        lifetime: { kind: 'process', process: processOf(own[0]) },
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

/** Matchers that together hold exactly the scopes of the flows, which share App and direction. */
function matchers(scope: DecisionScope, flows: readonly [Flow, ...Flow[]]): RuleMatcher[] {
  const { direction } = flows[0];
  const app = flows[0].process.app.id;
  return exactProducts(flows.map((flow) => scopeTriple(scope, flow))).map((product) =>
    matcherOf(product, { app, direction }),
  );
}

function scopeTriple(scope: DecisionScope, flow: Flow): Triple {
  const protocol = flow.key.protocol;
  const { address } = flow.endpoint;
  const port = portOf(flow);
  switch (scope) {
    case 'endpoint':
      return { protocol, address, port };
    case 'address':
      return { protocol: undefined, address, port: undefined };
    case 'port':
      return { protocol, address: undefined, port };
    case 'app':
      return { protocol: undefined, address: undefined, port: undefined };
  }
}

function matcherOf(
  product: Product,
  bound: { readonly app: RuleMatcher['app']; readonly direction: Direction },
): RuleMatcher {
  return {
    app: bound.app,
    uid: undefined,
    direction: bound.direction,
    protocols: product.protocols,
    addresses: product.addresses?.map((address) => ({ kind: 'address', address })),
    ports: product.ports?.map((port) => ({ from: port, to: port })),
  };
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
