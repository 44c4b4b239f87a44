// The total order in which the agent looks at rules, for what the page says of it. apps/agent/src/policy/rule-order.ts is the
// definition; a property test compares the two.
import { isWholeContainer } from '../../shared/container-app.ts';
import type { Rule } from '../../shared/model.ts';
import { isNetworkName } from './read-network.ts';

export interface Rank {
  readonly rule: Rule;
  readonly specificity: number;
  /** The widest of its addresses; undefined for none. */
  readonly widestAddress: string | undefined;
}

const WIDTHS = { process: 2, uid: 2, address: 131, port: 65_537, protocol: 257, direction: 2 } as const;
const ranks = new WeakMap<Rule, Rank>();

export function rankOf(rule: Rule): Rank {
  const known = ranks.get(rule);
  if (known !== undefined) return known;
  const widestAddress = widestOf(rule.matcher.addresses);
  const rank = { rule, widestAddress, specificity: specificityOf(rule, widestAddress) };
  ranks.set(rule, rank);
  return rank;
}

function specificityOf({ matcher, lifetime }: Rule, widestAddress: string | undefined): number {
  const { app, uid, ports, protocols, direction } = matcher;
  let specificity = app === undefined ? 0 : isWholeContainer(app) ? 1 : 2;
  specificity = specificity * WIDTHS.process + (lifetime.kind === 'process' ? 1 : 0);
  specificity = specificity * WIDTHS.uid + (uid === undefined ? 0 : 1);
  specificity =
    specificity * WIDTHS.address + (widestAddress === undefined ? 0 : addressNarrowness(widestAddress));
  specificity = specificity * WIDTHS.port + portNarrowness(ports);
  specificity =
    specificity * WIDTHS.protocol + (protocols.length === 0 ? 0 : 257 - Math.min(protocols.length, 256));
  return specificity * WIDTHS.direction + (direction === undefined ? 0 : 1);
}

function widestOf(addresses: readonly string[]): string | undefined {
  let widest = addresses[0];
  for (const address of addresses)
    if (widest === undefined || addressNarrowness(address) < addressNarrowness(widest)) widest = address;
  return widest;
}

/** 1: a named network; 2..130: a prefix, 130 being a single address; IPv4 lengths count four times. */
function addressNarrowness(address: string): number {
  if (isNetworkName(address)) return 1;
  const slash = address.indexOf('/');
  if (slash < 0) return 130;
  return 2 + Number(address.slice(slash + 1)) * (address.includes(':') ? 1 : 4);
}

/** 0 for none. */
function portNarrowness(ports: Rule['matcher']['ports']): number {
  if (ports.length === 0) return 0;
  const count = ports.reduce((sum, range) => sum + range.to - range.from + 1, 0);
  return 65_537 - Math.min(count, 65_536);
}

/** Negative where `left` is asked first. */
export function compareRanks(left: Rank, right: Rank): number {
  if (left.rule.priority !== right.rule.priority) return right.rule.priority - left.rule.priority;
  if (left.specificity !== right.specificity) return right.specificity - left.specificity;
  if (left.rule.action !== right.rule.action) return left.rule.action === 'deny' ? -1 : 1;
  if (left.rule.id === right.rule.id) return 0;
  return left.rule.id < right.rule.id ? -1 : 1;
}
