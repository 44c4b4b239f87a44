// CompiledRule: one rule with what its order and its addresses are, and whether it matches a flow.
import { isWholeContainer } from '../domain/container.ts';
import { isSameProcess } from '../domain/owner.ts';
import type { ProcessInstance } from '../domain/owner.ts';
import { reachesPacketSockets } from '../domain/rule.ts';
import type { AddressMatcher, Rule, RuleMatcher } from '../domain/rule.ts';
import type { FlowReader } from './flow-reader.ts';
import { FIELD } from './flow-subject.ts';
import type { NetworkPrefixes } from './networks.ts';
import { prefixHolds, prefixOf } from './prefix.ts';
import type { Prefix } from './prefix.ts';
import { specificityOf } from './rule-order.ts';
import type { OrderedRule } from './rule-order.ts';

/** There is one for each rule, so that it holds only what costs too much to find out in every evaluation. */
export interface CompiledRule extends OrderedRule {
  readonly kind: 'rule';
  /** Mask of the fields that the rule has a condition on. */
  readonly fields: number;
  readonly prefixes: readonly Prefix[];
}

const NO_PREFIXES: readonly Prefix[] = [];

/** Throws a RangeError for a rule that no reader of rules lets in: an empty list, a priority or a range that is not one. */
export function compileRule(rule: Rule, networks: NetworkPrefixes): CompiledRule {
  checkRule(rule);
  return {
    kind: 'rule',
    rule,
    specificity: specificityOf(rule),
    fields: fieldsOf(rule.matcher) | boundFields(rule),
    prefixes: prefixesOfAll(rule.matcher.addresses, networks),
  };
}

function boundFields(rule: Rule): number {
  if (processOf(rule) !== undefined) return FIELD.processInstance;
  return rootOf(rule) === undefined ? 0 : FIELD.lineage;
}

/** The only process that the rule is for. */
export function processOf({ lifetime }: Rule): ProcessInstance | undefined {
  return lifetime.kind === 'process' && !lifetime.withChildren ? lifetime.process : undefined;
}

/** The rule is for this process and for what it starts. */
function rootOf({ lifetime }: Rule): ProcessInstance | undefined {
  return lifetime.kind === 'process' && lifetime.withChildren ? lifetime.process : undefined;
}

/** Infinity where the rule does not end by the clock. */
export function endMsOf({ lifetime }: Rule): number {
  return lifetime.kind === 'until' ? lifetime.untilMs : Infinity;
}

function checkRule(rule: Rule): void {
  const { protocols, addresses, ports } = rule.matcher;
  if ([protocols, addresses, ports].some((list) => list?.length === 0)) {
    throw new RangeError(`rule ${rule.id} has an empty list, which matches nothing: leave the condition out`);
  }
  if (!Number.isSafeInteger(rule.priority)) throw new RangeError(`rule ${rule.id} has no whole priority`);
  if (ports?.some((range) => !(range.from >= 0 && range.from <= range.to && range.to <= 65_535)) === true) {
    throw new RangeError(`rule ${rule.id} has a port range that is reversed or outside 0-65535`);
  }
}

function fieldsOf(matcher: RuleMatcher): number {
  let fields = 0;
  if (matcher.app !== undefined) fields |= isWholeContainer(matcher.app) ? FIELD.container : FIELD.app;
  if (matcher.direction !== undefined) fields |= FIELD.direction;
  if (matcher.uid !== undefined) fields |= FIELD.uid;
  if (matcher.protocols !== undefined) fields |= FIELD.protocol;
  if (matcher.addresses !== undefined) fields |= FIELD.address;
  if (matcher.ports !== undefined) fields |= FIELD.port;
  return fields;
}

function prefixesOfAll(
  matchers: readonly AddressMatcher[] | undefined,
  networks: NetworkPrefixes,
): readonly Prefix[] {
  return matchers === undefined ? NO_PREFIXES : matchers.flatMap((matcher) => prefixesOf(matcher, networks));
}

function prefixesOf(matcher: AddressMatcher, networks: NetworkPrefixes): readonly Prefix[] {
  switch (matcher.kind) {
    case 'address':
      return [prefixOf(matcher.address)];
    case 'cidr':
      return [prefixOf(matcher.address, matcher.prefixLength)];
    case 'network':
      return networks.get(matcher.network) ?? [];
  }
}

/**
 * Whether the conditions hold. `satisfied` is a mask of fields that are already known to hold. Conditions on fields that were
 * already read go first, because a failure there spares another field.
 */
export function ruleMatches(compiled: CompiledRule, reader: FlowReader, satisfied: number): boolean {
  if (reader.isPacketSocket && !reachesPacketSockets(compiled.rule)) return false;
  const pending = compiled.fields & ~satisfied;
  const known = pending & reader.consulted;
  return conditionsHold(compiled, reader, known) && conditionsHold(compiled, reader, pending & ~known);
}

function conditionsHold(compiled: CompiledRule, reader: FlowReader, mask: number): boolean {
  for (let left = mask; left !== 0; left &= left - 1) {
    const lowest = left & -left;
    if (!conditionHolds(compiled, reader, lowest)) return false;
  }
  return true;
}

function conditionHolds(compiled: CompiledRule, reader: FlowReader, field: number): boolean {
  const { matcher } = compiled.rule;
  switch (field) {
    case FIELD.app:
      return appHolds(compiled, reader);
    case FIELD.container:
      return knownOrDenied(compiled, reader.container(), (container) => container === matcher.app);
    case FIELD.direction:
      return reader.direction() === matcher.direction;
    case FIELD.uid:
      return knownOrDenied(compiled, reader.uid(), (uid) => uid === matcher.uid);
    case FIELD.protocol:
      return matcher.protocols?.includes(reader.protocol()) === true;
    case FIELD.address:
      return addressHolds(compiled, reader);
    case FIELD.port:
      return portHolds(matcher, reader.port());
    case FIELD.processInstance:
      return knownOrDenied(compiled, reader.processInstance(), (process) =>
        isSame(process, processOf(compiled.rule)),
      );
    case FIELD.lineage:
      return knownOrDenied(compiled, reader.lineage(), (lineage) => isWithin(lineage, rootOf(compiled.rule)));
    default:
      throw new RangeError(`${field} is not a flow field`);
  }
}

/** A condition that cannot be evaluated does not match an allow, and does match a deny. */
function knownOrDenied<Value>(
  compiled: CompiledRule,
  value: Value | undefined,
  holds: (value: Value) => boolean,
): boolean {
  return value === undefined ? compiled.rule.action === 'deny' : holds(value);
}

/** A rule for one process needs no proof of its program's path: the kernel proves the process, and what it runs is still the same. */
function appHolds(compiled: CompiledRule, reader: FlowReader): boolean {
  const { app } = compiled.rule.matcher;
  if (knownOrDenied(compiled, reader.app(), (known) => known === app)) return true;
  if (processOf(compiled.rule) === undefined || reader.app() !== undefined) return false;
  return reader.processInstance()?.unprovenApp === app;
}

/** Whether a deny that matches does so only because a condition on the program could not be evaluated. */
export function isProgramUnknown(compiled: CompiledRule, reader: FlowReader): boolean {
  const { rule } = compiled;
  const process = processOf(rule);
  const root = rootOf(rule);
  if (rule.action !== 'deny') return false;
  if (rule.matcher.uid !== undefined && reader.uid() === undefined) return true;
  if (process !== undefined && reader.processInstance() === undefined) return true;
  if (root !== undefined && reader.lineage() === undefined) return true;
  return isAppUnknown(compiled, reader);
}

function isAppUnknown({ rule, fields }: CompiledRule, reader: FlowReader): boolean {
  if ((fields & FIELD.container) !== 0) return reader.container() === undefined;
  if (rule.matcher.app === undefined || reader.app() !== undefined) return false;
  return processOf(rule) === undefined || reader.processInstance()?.unprovenApp !== rule.matcher.app;
}

function addressHolds(compiled: CompiledRule, reader: FlowReader): boolean {
  const address = reader.address();
  return compiled.prefixes.some((prefix) => prefixHolds(prefix, address));
}

function portHolds(matcher: RuleMatcher, port: number): boolean {
  return matcher.ports?.some((range) => range.from <= port && port <= range.to) === true;
}

function isWithin(lineage: readonly ProcessInstance[], root: ProcessInstance | undefined): boolean {
  return root !== undefined && lineage.some((process) => isSameProcess(process, root));
}

function isSame(left: ProcessInstance, right: ProcessInstance | undefined): boolean {
  return left.pid === right?.pid && left.startNs === right.startNs;
}
