// The index of a ruleset: rules in rank order, split by app, address and port where a plain list would be long.
// Each section knows the rank of its first rule, so that a walk in rank order opens (and so consults) no section too many.
import type { AppId } from '../domain/app.ts';
import type { CompiledRule } from './compiled-rule.ts';
import { FIELD } from './flow-subject.ts';
import { portBlocks } from './port-blocks.ts';

/** Rules in rank order that hold for the fields in `satisfied`. */
export interface RuleList {
  readonly kind: 'list';
  readonly firstRank: number;
  readonly satisfied: number;
  readonly rules: readonly CompiledRule[];
}

export interface AppSection {
  readonly kind: 'apps';
  readonly firstRank: number;
  readonly byApp: ReadonlyMap<AppId, readonly Section[]>;
  /** What can match where the app cannot be known: every deny that names one, and rules for one process. */
  readonly unknownApp: readonly Section[];
}

export interface AddressSection {
  readonly kind: 'addresses';
  readonly firstRank: number;
  /** One map for each family and prefix length in use. */
  readonly lengths: readonly PrefixLength[];
}

export interface PrefixLength {
  readonly family: 4 | 6;
  readonly length: number;
  readonly byKey: ReadonlyMap<number | string, readonly Section[]>;
}

export interface PortSection {
  readonly kind: 'ports';
  readonly firstRank: number;
  /** One map for each block size in use: ports shifted right by `shift` bits. */
  readonly sizes: readonly PortBlockSize[];
}

export interface PortBlockSize {
  readonly shift: number;
  readonly byBlock: ReadonlyMap<number, readonly Section[]>;
}

export type Section = RuleList | AppSection | AddressSection | PortSection;

/** Lists up to this many conditions are walked, longer ones are split. */
const LONGEST_PLAIN_LIST = 16;

/** Sections of rules that are given in rank order. */
export function buildIndex(rules: readonly CompiledRule[]): readonly Section[] {
  if (isShort(rules, 0)) return listOf(rules, 0);
  const [withApp, withoutApp] = partition(rules, FIELD.app);
  return [...appSection(withApp), ...sectionsOf(withoutApp, 0)];
}

function appSection(rules: readonly CompiledRule[]): readonly Section[] {
  if (isShort(rules, 0)) return listOf(rules, 0);
  const byApp = new Map<AppId, CompiledRule[]>();
  for (const compiled of rules) {
    if (compiled.rule.matcher.app !== undefined) append(byApp, compiled.rule.matcher.app, compiled);
  }
  const denies = rules.filter((compiled) => compiled.rule.action === 'deny');
  const processAllows = rules.filter(({ rule, process }) => rule.action === 'allow' && process !== undefined);
  return [
    {
      kind: 'apps',
      firstRank: firstRank(rules),
      byApp: leaves(byApp, FIELD.app),
      unknownApp: [...sectionsOf(denies, FIELD.app), ...sectionsOf(processAllows, 0)],
    },
  ];
}

/** Splits by address, else by port; what asks for neither stays a list. */
function sectionsOf(rules: readonly CompiledRule[], satisfied: number): readonly Section[] {
  if (isShort(rules, satisfied)) return listOf(rules, satisfied);
  const [byAddress, withoutAddress] = partition(rules, FIELD.address & ~satisfied);
  const [byPort, others] = partition(withoutAddress, FIELD.port & ~satisfied);
  return [
    ...addressSection(byAddress, satisfied),
    ...portSection(byPort, satisfied),
    ...listOf(others, satisfied),
  ];
}

function addressSection(rules: readonly CompiledRule[], satisfied: number): readonly Section[] {
  if (isShort(rules, satisfied)) return listOf(rules, satisfied);
  const lengths = new Map<
    string,
    Omit<PrefixLength, 'byKey'> & { byKey: Map<number | string, CompiledRule[]> }
  >();
  for (const compiled of rules) {
    for (const { family, length, key } of compiled.prefixes) {
      const name = `${family}/${length}`;
      const map = lengths.get(name) ?? { family, length, byKey: new Map<number | string, CompiledRule[]>() };
      lengths.set(name, map);
      append(map.byKey, key, compiled);
    }
  }
  const built = [...lengths.values()].map(({ family, length, byKey }) => {
    return { family, length, byKey: leaves(byKey, satisfied | FIELD.address) };
  });
  return [{ kind: 'addresses', firstRank: firstRank(rules), lengths: built }];
}

function portSection(rules: readonly CompiledRule[], satisfied: number): readonly Section[] {
  if (isShort(rules, satisfied)) return listOf(rules, satisfied);
  const sizes = new Map<number, Map<number, CompiledRule[]>>();
  for (const compiled of rules) {
    for (const { shift, block } of (compiled.rule.matcher.ports ?? []).flatMap(portBlocks)) {
      const byBlock = sizes.get(shift) ?? new Map<number, CompiledRule[]>();
      sizes.set(shift, byBlock);
      append(byBlock, block, compiled);
    }
  }
  const built = [...sizes].map(([shift, byBlock]) => {
    return { shift, byBlock: leaves(byBlock, satisfied | FIELD.port) };
  });
  return [{ kind: 'ports', firstRank: firstRank(rules), sizes: built }];
}

/** Sections for each key. Keys with the same single rule share one object: a rule with a long list stays small. */
function leaves<Key>(
  rulesByKey: ReadonlyMap<Key, readonly CompiledRule[]>,
  satisfied: number,
): ReadonlyMap<Key, readonly Section[]> {
  const single = new Map<CompiledRule, readonly Section[]>();
  const built = new Map<Key, readonly Section[]>();
  for (const [key, rules] of rulesByKey) {
    const only = rules.length === 1 ? rules[0] : undefined;
    const sections = (only && single.get(only)) ?? sectionsOf(rules, satisfied);
    if (only !== undefined) single.set(only, sections);
    built.set(key, sections);
  }
  return built;
}

function listOf(rules: readonly CompiledRule[], satisfied: number): readonly Section[] {
  return rules.length === 0 ? [] : [{ kind: 'list', firstRank: firstRank(rules), satisfied, rules }];
}

function isShort(rules: readonly CompiledRule[], satisfied: number): boolean {
  if (rules.length > LONGEST_PLAIN_LIST) return false;
  let conditions = 0;
  for (const { prefixes, rule } of rules) {
    conditions += 1;
    if ((satisfied & FIELD.address) === 0) conditions += Math.max(prefixes.length - 1, 0);
    if ((satisfied & FIELD.port) === 0) conditions += Math.max((rule.matcher.ports?.length ?? 0) - 1, 0);
  }
  return conditions <= LONGEST_PLAIN_LIST;
}

function partition(rules: readonly CompiledRule[], field: number): [CompiledRule[], CompiledRule[]] {
  const asking: CompiledRule[] = [];
  const others: CompiledRule[] = [];
  for (const compiled of rules) ((compiled.fields & field) === 0 ? others : asking).push(compiled);
  return [asking, others];
}

function append<Key>(map: Map<Key, CompiledRule[]>, key: Key, compiled: CompiledRule): void {
  const rules = map.get(key);
  if (rules === undefined) map.set(key, [compiled]);
  // A list may say the same thing twice.
  else if (rules.at(-1) !== compiled) rules.push(compiled);
}

function firstRank(rules: readonly CompiledRule[]): number {
  return rules[0]?.rank ?? Infinity;
}
