// The index of a ruleset: rules in order, split by app, address and port where a plain list would be long. Each node has its
// rules in order, so that a walk opens (and so consults) no node before its first rule has its turn. Immutable: index-change.ts
// makes another one that shares with it what is the same.
import type { AppId } from '../domain/app.ts';
import type { CompiledRule } from './compiled-rule.ts';
import type { RuleSequence } from './rule-sequence.ts';
import type { ShardedMap } from './sharded-map.ts';

/** Few rules, or rules that ask for nothing by which they could be split. */
export interface RuleList {
  readonly kind: 'list';
  /** First asked first. */
  readonly rules: readonly CompiledRule[];
  /** Mask of the fields that hold for them. */
  readonly satisfied: number;
}

interface Rules {
  /** All rules in it, first asked first. */
  readonly rules: RuleSequence;
}

/** Rules that are split by what they ask for. */
export interface RuleParts extends Rules {
  readonly kind: 'parts';
  readonly parts: readonly RuleNode[];
}

/** Rules that name an app. */
export interface AppNode extends Rules {
  readonly kind: 'apps';
  readonly byApp: ShardedMap<AppId, RuleLeaf>;
  /** What can match where the app cannot be known: every deny, and rules for one process. */
  readonly denies: RuleNode;
  readonly processAllows: RuleNode;
}

/** Rules that name a whole container. */
export interface ContainerNode extends Rules {
  readonly kind: 'containers';
  readonly byContainer: ShardedMap<string, RuleLeaf>;
  /** What can match where the container cannot be known. */
  readonly denies: RuleNode;
}

/** Rules with an address. */
export interface AddressNode extends Rules {
  readonly kind: 'addresses';
  /** What holds for the rules behind a key. */
  readonly satisfied: number;
  /** One map for each family and prefix length in use. */
  readonly lengths: readonly PrefixLength[];
}

export interface PrefixLength {
  readonly family: 4 | 6;
  readonly length: number;
  readonly byKey: ShardedMap<number | string, RuleLeaf>;
}

/** Rules with a port. */
export interface PortNode extends Rules {
  readonly kind: 'ports';
  readonly satisfied: number;
  /** One map for each block size in use: ports shifted right by `shift` bits. */
  readonly sizes: readonly PortBlockSize[];
}

export interface PortBlockSize {
  readonly shift: number;
  readonly byBlock: ShardedMap<number, RuleLeaf>;
}

export type SplitNode = RuleParts | AppNode | ContainerNode | AddressNode | PortNode;
export type RuleNode = RuleList | SplitNode;

/** Behind most keys is one rule, which then stands for the list of it. */
export type RuleLeaf = RuleNode | CompiledRule;
