// The total order of rules: explicit priority, then specificity, then deny before allow, then id.
import { addressFamily } from '../domain/address.ts';
import { isWholeContainer } from '../domain/container.ts';
import type { AddressMatcher, PortRange, Rule } from '../domain/rule.ts';

/** What made one rule come before another. */
export type OrderReason = 'priority' | 'specificity' | 'deny before allow' | 'id';

/** A rule with its specificity, which costs too much to compute in every comparison of a sort. */
export interface OrderedRule {
  readonly rule: Rule;
  readonly specificity: number;
}

const WIDTHS = { process: 2, uid: 2, address: 131, port: 65_537, protocol: 257, direction: 2 } as const;

/**
 * How narrow a rule's conditions are, as one number: the conditions are compared one after the other, and the first
 * difference decides, whatever the later ones say:
 * 1. an app, before a whole container, before none;
 * 2. a process instance (a rule that ends with its process), before none;
 * 3. a user, before none;
 * 4. addresses: a single address, then a longer prefix before a shorter one, then a named network, then none.
 *    IPv4 lengths count four times, so that /8 of 32 bits and /32 of 128 are equally narrow. A list is as wide as its widest entry;
 * 5. ports: fewer ports before more, none last;
 * 6. protocols: fewer before more, none last;
 * 7. one direction, before both.
 */
export function specificityOf(rule: Rule): number {
  const { app, uid, addresses, ports, protocols, direction } = rule.matcher;
  let specificity = app === undefined ? 0 : isWholeContainer(app) ? 1 : 2;
  specificity = specificity * WIDTHS.process + (rule.lifetime.kind === 'process' ? 1 : 0);
  specificity = specificity * WIDTHS.uid + (uid === undefined ? 0 : 1);
  specificity = specificity * WIDTHS.address + addressNarrowness(addresses);
  specificity = specificity * WIDTHS.port + portNarrowness(ports);
  specificity =
    specificity * WIDTHS.protocol + (protocols === undefined ? 0 : 257 - Math.min(protocols.length, 256));
  return specificity * WIDTHS.direction + (direction === undefined ? 0 : 1);
}

/** 0: none; 1: a named network; 2..130: a prefix, 130 being a single address. */
function addressNarrowness(addresses: readonly AddressMatcher[] | undefined): number {
  if (addresses === undefined) return 0;
  return addresses.reduce((widest, matcher) => Math.min(widest, matcherNarrowness(matcher)), 130);
}

function matcherNarrowness(matcher: AddressMatcher): number {
  switch (matcher.kind) {
    case 'network':
      return 1;
    case 'cidr':
      return 2 + matcher.prefixLength * (addressFamily(matcher.address) === 4 ? 4 : 1);
    case 'address':
      return 130;
  }
}

function portNarrowness(ports: readonly PortRange[] | undefined): number {
  if (ports === undefined) return 0;
  const count = ports.reduce((sum, range) => sum + range.to - range.from + 1, 0);
  return 65_537 - Math.min(count, 65_536);
}

export function orderedRule(rule: Rule): OrderedRule {
  return { rule, specificity: specificityOf(rule) };
}

/** Negative where `left` is asked first. Never 0 for rules with different ids. */
export function compareRules(left: OrderedRule, right: OrderedRule): number {
  if (left.rule.priority !== right.rule.priority) return right.rule.priority - left.rule.priority;
  if (left.specificity !== right.specificity) return right.specificity - left.specificity;
  if (left.rule.action !== right.rule.action) return left.rule.action === 'deny' ? -1 : 1;
  if (left.rule.id === right.rule.id) return 0;
  return left.rule.id < right.rule.id ? -1 : 1;
}

/** The first thing in which two rules differ, which is what puts one before the other. */
export function orderReason(left: OrderedRule, right: OrderedRule): OrderReason {
  if (left.rule.priority !== right.rule.priority) return 'priority';
  if (left.specificity !== right.specificity) return 'specificity';
  if (left.rule.action !== right.rule.action) return 'deny before allow';
  return 'id';
}
