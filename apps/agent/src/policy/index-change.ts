// Makes an index from another one and a change of rules: at which level rules are split by what. An index is built from nothing
// by adding all rules to the empty one.
import type { AppId } from '../domain/app.ts';
import type { CompiledRule } from './compiled-rule.ts';
import { processOf } from './compiled-rule.ts';
import { FIELD } from './flow-subject.ts';
import { forEachChanged, KeyedChanges, partition } from './keyed-changes.ts';
import { changingLeaves, changingNode } from './node-change.ts';
import type { Level, SplitChange } from './node-change.ts';
import { portBlocks } from './port-blocks.ts';
import type { PortBlockSize, PrefixLength, RuleNode, SplitNode } from './rule-index.ts';
import type { RuleChange } from './rule-list.ts';
import { ShardedMap } from './sharded-map.ts';
import type { Steps } from './steps.ts';

const WHOLE: Level = { satisfied: 0, split: splitByApp };
const APPS: Level = { satisfied: 0, split: splitApps };
const CONTAINERS: Level = { satisfied: 0, split: splitContainers };

export const EMPTY_INDEX: RuleNode = { kind: 'list', rules: [], satisfied: 0 };

/** Throws where the change does not fit the rules in the index. */
export function changingIndex(index: RuleNode, change: RuleChange): Steps<RuleNode> {
  return changingNode(index, change, WHOLE);
}

/** Rules for which `satisfied` holds, by what else they ask for. */
function endpointLevel(satisfied: number): Level {
  return { satisfied, split: splitByEndpoint };
}

function* splitByApp(before: SplitNode | undefined, change: SplitChange): Steps<SplitNode> {
  const [apps, containers, others] = partsOf(before);
  const [withApp, withoutApp] = yield* partition(change, asksFor(FIELD.app));
  const [withContainer, withNeither] = yield* partition(withoutApp, asksFor(FIELD.container));
  const parts = [
    yield* changingNode(apps, withApp, APPS),
    yield* changingNode(containers, withContainer, CONTAINERS),
    yield* changingNode(others, withNeither, endpointLevel(0)),
  ];
  return { kind: 'parts', rules: change.rules, parts };
}

function* splitApps(before: SplitNode | undefined, change: SplitChange): Steps<SplitNode> {
  const node = before?.kind === 'apps' ? before : undefined;
  const byApp = new KeyedChanges<AppId>();
  yield* forEachChanged(change, (compiled, what) => {
    if (compiled.rule.matcher.app !== undefined) byApp.note(compiled.rule.matcher.app, what, compiled);
  });
  const [denies, allows] = yield* partition(change, ({ rule }) => rule.action === 'deny');
  const [processAllows] = yield* partition(allows, ({ rule }) => processOf(rule) !== undefined);
  return {
    kind: 'apps',
    rules: change.rules,
    byApp: yield* changingLeaves(node?.byApp ?? new ShardedMap(), byApp, endpointLevel(FIELD.app)),
    denies: yield* changingNode(node?.denies, denies, endpointLevel(FIELD.app)),
    processAllows: yield* changingNode(node?.processAllows, processAllows, endpointLevel(0)),
  };
}

function* splitContainers(before: SplitNode | undefined, change: SplitChange): Steps<SplitNode> {
  const node = before?.kind === 'containers' ? before : undefined;
  const byContainer = new KeyedChanges<string>();
  yield* forEachChanged(change, (compiled, what) => {
    if (compiled.rule.matcher.app !== undefined) byContainer.note(compiled.rule.matcher.app, what, compiled);
  });
  const level = endpointLevel(FIELD.container);
  const [denies] = yield* partition(change, ({ rule }) => rule.action === 'deny');
  return {
    kind: 'containers',
    rules: change.rules,
    byContainer: yield* changingLeaves(node?.byContainer ?? new ShardedMap(), byContainer, level),
    denies: yield* changingNode(node?.denies, denies, level),
  };
}

/** By address, else by port; what asks for neither stays a list. */
function* splitByEndpoint(before: SplitNode | undefined, change: SplitChange): Steps<SplitNode> {
  const { satisfied } = change;
  const [addresses, ports, others] = partsOf(before);
  const [withAddress, withoutAddress] = yield* partition(change, asksFor(FIELD.address & ~satisfied));
  const [withPort, withNeither] = yield* partition(withoutAddress, asksFor(FIELD.port & ~satisfied));
  const parts = [
    yield* changingNode(addresses, withAddress, { satisfied, split: splitByAddress }),
    yield* changingNode(ports, withPort, { satisfied, split: splitByPort }),
    yield* changingNode(others, withNeither, { satisfied, split: undefined }),
  ];
  return { kind: 'parts', rules: change.rules, parts };
}

function* splitByAddress(before: SplitNode | undefined, change: SplitChange): Steps<SplitNode> {
  const satisfied = change.satisfied | FIELD.address;
  const lengths = new Map<string, PrefixLength>();
  if (before?.kind === 'addresses') for (const one of before.lengths) lengths.set(lengthName(one), one);
  for (const [name, { family, length, keys }] of yield* prefixChanges(change)) {
    const byKey = lengths.get(name)?.byKey ?? new ShardedMap();
    lengths.set(name, {
      family,
      length,
      byKey: yield* changingLeaves(byKey, keys, endpointLevel(satisfied)),
    });
  }
  const used = [...lengths.values()].filter(({ byKey }) => byKey.size > 0);
  return { kind: 'addresses', rules: change.rules, satisfied, lengths: used };
}

interface PrefixChanges extends Pick<PrefixLength, 'family' | 'length'> {
  readonly keys: KeyedChanges<number | string>;
}

function* prefixChanges(change: RuleChange): Steps<ReadonlyMap<string, PrefixChanges>> {
  const changes = new Map<string, PrefixChanges>();
  yield* forEachChanged(change, (compiled, what) => {
    for (const prefix of compiled.prefixes) {
      const name = lengthName(prefix);
      const { family, length } = prefix;
      const ofLength = changes.get(name) ?? { family, length, keys: new KeyedChanges() };
      changes.set(name, ofLength);
      ofLength.keys.note(prefix.key, what, compiled);
    }
  });
  return changes;
}

function lengthName({ family, length }: Pick<PrefixLength, 'family' | 'length'>): string {
  return `${family}/${length}`;
}

function* splitByPort(before: SplitNode | undefined, change: SplitChange): Steps<SplitNode> {
  const satisfied = change.satisfied | FIELD.port;
  const sizes = new Map<number, PortBlockSize>();
  if (before?.kind === 'ports') for (const one of before.sizes) sizes.set(one.shift, one);
  for (const [shift, blocks] of yield* blockChanges(change)) {
    const byBlock = sizes.get(shift)?.byBlock ?? new ShardedMap();
    sizes.set(shift, { shift, byBlock: yield* changingLeaves(byBlock, blocks, endpointLevel(satisfied)) });
  }
  const used = [...sizes.values()].filter(({ byBlock }) => byBlock.size > 0);
  return { kind: 'ports', rules: change.rules, satisfied, sizes: used };
}

function* blockChanges(change: RuleChange): Steps<ReadonlyMap<number, KeyedChanges<number>>> {
  const changes = new Map<number, KeyedChanges<number>>();
  yield* forEachChanged(change, (compiled, what) => {
    for (const { shift, block } of (compiled.rule.matcher.ports ?? []).flatMap(portBlocks)) {
      const ofSize = changes.get(shift) ?? new KeyedChanges<number>();
      changes.set(shift, ofSize);
      ofSize.note(block, what, compiled);
    }
  });
  return changes;
}

function asksFor(fields: number): (compiled: CompiledRule) => boolean {
  return (compiled) => (compiled.fields & fields) !== 0;
}

function partsOf(node: SplitNode | undefined): readonly RuleNode[] {
  return node?.kind === 'parts' ? node.parts : [];
}
