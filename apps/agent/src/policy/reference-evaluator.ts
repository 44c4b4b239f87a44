// The meaning of a ruleset without any index: sort, then the first rule that matches. Only tests use it.
import type { Address } from '../domain/address.ts';
import { processInstanceText } from '../domain/owner.ts';
import type { ProcessInstance } from '../domain/owner.ts';
import type { AddressMatcher, Rule } from '../domain/rule.ts';
import type { FlowField } from './flow-subject.ts';
import type { FlowSubject } from './flow-subject.ts';
import { networkPrefixes } from './networks.ts';
import { parseAddress, prefixHolds, prefixOf } from './prefix.ts';
import { compareRules, orderedRule } from './rule-order.ts';
import type { RulesetOptions } from './ruleset.ts';

/** What a subject answers, as data. */
export type FlowFacts = { readonly [Field in FlowField]: ReturnType<FlowSubject[Field]> };

export function subjectOf(facts: FlowFacts, isPacketSocket = false): FlowSubject {
  return {
    isPacketSocket,
    app: () => facts.app,
    container: () => facts.container,
    direction: () => facts.direction,
    uid: () => facts.uid,
    protocol: () => facts.protocol,
    address: () => facts.address,
    port: () => facts.port,
    processInstance: () => facts.processInstance,
    lineage: () => facts.lineage,
  };
}

export interface Question {
  readonly facts: FlowFacts;
  readonly nowMs: number;
  readonly networks: RulesetOptions['networks'];
}

export function referenceDecider(rules: readonly Rule[], question: Question): Rule | undefined {
  return rules
    .filter((rule) => rule.enabled)
    .map(orderedRule)
    .sort(compareRules)
    .find(({ rule }) => referenceMatches(rule, question))?.rule;
}

function referenceMatches(rule: Rule, question: Question): boolean {
  const { facts, nowMs, networks } = question;
  const { app, uid, direction, protocols, addresses, ports } = rule.matcher;
  const isKnownAs = <Value>(actual: Value | undefined, wanted: Value | undefined): boolean => {
    if (wanted === undefined) return true;
    return actual === undefined ? rule.action === 'deny' : actual === wanted;
  };
  return [
    rule.lifetime.kind !== 'until' || nowMs < rule.lifetime.untilMs,
    isKnownAs(instanceText(facts.processInstance), instanceText(boundProcess(rule))),
    isInTree(rule, facts),
    isWhole(app) ? isKnownAs(facts.container, app) : isKnownAs(facts.app, app) || isUnprovenApp(rule, facts),
    isKnownAs(facts.uid, uid),
    direction === undefined || direction === facts.direction,
    protocols === undefined || protocols.includes(facts.protocol),
    addresses?.some((matcher) => referenceAddressHolds(matcher, facts.address, networks)) ?? true,
    ports?.some(({ from, to }) => from <= facts.port && facts.port <= to) ?? true,
  ].every(Boolean);
}

/** Of a container, without a path behind it. */
function isWhole(app: string | undefined): boolean {
  return app !== undefined && /^container:[^:]*$/.test(app);
}

/** What a rule for one process may go by where the app cannot be known. */
function isUnprovenApp(rule: Rule, { app, processInstance }: FlowFacts): boolean {
  if (app !== undefined || boundProcess(rule) === undefined) return false;
  return processInstance?.unprovenApp === rule.matcher.app;
}

function boundProcess(rule: Rule): ProcessInstance | undefined {
  return rule.lifetime.kind === 'process' && !rule.lifetime.withChildren ? rule.lifetime.process : undefined;
}

function isInTree({ action, lifetime }: Rule, { lineage }: FlowFacts): boolean {
  if (lifetime.kind !== 'process' || !lifetime.withChildren) return true;
  if (lineage === undefined) return action === 'deny';
  return lineage.map(processInstanceText).includes(processInstanceText(lifetime.process));
}

function instanceText(instance: ProcessInstance | undefined): string | undefined {
  return instance && processInstanceText(instance);
}

function referenceAddressHolds(
  matcher: AddressMatcher,
  address: Address,
  networks: RulesetOptions['networks'],
): boolean {
  switch (matcher.kind) {
    case 'address':
      return matcher.address === address;
    case 'cidr':
      return prefixHolds(prefixOf(matcher.address, matcher.prefixLength), parseAddress(address));
    case 'network':
      return (networkPrefixes(networks).get(matcher.network) ?? []).some((prefix) =>
        prefixHolds(prefix, parseAddress(address)),
      );
  }
}
