// RuleSequence: many compiled rules in their order, immutable, in chunks, so that another one with a few changes shares most.
import type { CompiledRule } from './compiled-rule.ts';
import { changedList, lowerBound } from './rule-list.ts';
import type { RuleChange } from './rule-list.ts';
import { compareRules } from './rule-order.ts';
import type { OrderedRule } from './rule-order.ts';

const USUAL_CHUNK = 32;
const LONGEST_CHUNK = 64;
/** More chunks than this for each usual one are too many. */
const MOST_CHUNKS = 4;

type Chunk = readonly CompiledRule[];

export class RuleSequence {
  readonly length: number;
  /** None is empty. */
  readonly #chunks: readonly Chunk[];

  private constructor(chunks: readonly Chunk[], length: number) {
    this.#chunks = chunks;
    this.length = length;
  }

  /** Of rules that are in order. */
  static of(rules: readonly CompiledRule[]): RuleSequence {
    return new RuleSequence(cut(rules), rules.length);
  }

  get first(): CompiledRule | undefined {
    return this.#chunks[0]?.[0];
  }

  [Symbol.iterator](): Iterator<CompiledRule, void, undefined> {
    return this.#chunks.flat()[Symbol.iterator]();
  }

  /** The rule that has exactly this place in the order. */
  find(ordered: OrderedRule): CompiledRule | undefined {
    const chunk = this.#chunks[chunkOf(this.#chunks, ordered)] ?? [];
    const rule = chunk[lowerBound(chunk, ordered)];
    return rule !== undefined && compareRules(rule, ordered) === 0 ? rule : undefined;
  }

  /** Throws as `changedList` does. */
  with(change: RuleChange): RuleSequence {
    const { removed, added } = change;
    const length = this.length - removed.length + added.length;
    if (this.length === 0) return RuleSequence.of(changedList([], change));
    const chunks = this.#changedChunks(change);
    if (chunks.length <= MOST_CHUNKS * (1 + length / USUAL_CHUNK)) return new RuleSequence(chunks, length);
    return RuleSequence.of(chunks.flat());
  }

  #changedChunks(change: RuleChange): readonly Chunk[] {
    const before = this.#chunks;
    const chunks: Chunk[] = [];
    let next = 0;
    let rest = change;
    for (let rule = firstOf(rest); rule !== undefined; rule = firstOf(rest)) {
      const place = Math.max(chunkOf(before, rule), 0);
      while (next < place) chunks.push(before[next++] ?? []);
      const [own, others] = splitAt(rest, before[place + 1]?.[0]);
      chunks.push(...cut(changedList(before[place] ?? [], own)));
      next = place + 1;
      rest = others;
    }
    while (next < before.length) chunks.push(before[next++] ?? []);
    return chunks;
  }
}

/** The rule that the change is about first. */
function firstOf({ removed: [removed], added: [added] }: RuleChange): CompiledRule | undefined {
  if (removed === undefined || added === undefined) return removed ?? added;
  return compareRules(removed, added) < 0 ? removed : added;
}

/** What is about rules before the given one, and the rest. */
function splitAt(change: RuleChange, end: CompiledRule | undefined): readonly [RuleChange, RuleChange] {
  if (end === undefined) return [change, { removed: [], added: [] }];
  const { removed, added } = change;
  const [ofRemoved, ofAdded] = [lowerBound(removed, end), lowerBound(added, end)];
  return [
    { removed: removed.slice(0, ofRemoved), added: added.slice(0, ofAdded) },
    { removed: removed.slice(ofRemoved), added: added.slice(ofAdded) },
  ];
}

function cut(rules: readonly CompiledRule[]): readonly Chunk[] {
  if (rules.length <= LONGEST_CHUNK) return rules.length === 0 ? [] : [rules];
  const chunks: Chunk[] = [];
  for (let from = 0; from < rules.length; from += USUAL_CHUNK)
    chunks.push(rules.slice(from, from + USUAL_CHUNK));
  return chunks;
}

/** The chunk that a rule is in, if it is in any: the last one that does not begin behind it. */
function chunkOf(chunks: readonly Chunk[], ordered: OrderedRule): number {
  let [low, high] = [0, chunks.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const first = chunks[middle]?.[0];
    if (first !== undefined && compareRules(first, ordered) <= 0) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
