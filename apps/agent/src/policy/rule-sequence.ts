// RuleSequence: many compiled rules in their order, immutable, in chunks, so that another one with a few changes shares most.
import type { CompiledRule } from './compiled-rule.ts';
import { changedList, lowerBound } from './rule-list.ts';
import type { RuleChange } from './rule-list.ts';
import { compareRules } from './rule-order.ts';
import type { OrderedRule } from './rule-order.ts';
import type { Steps } from './steps.ts';

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

  get all(): readonly CompiledRule[] {
    return this.#chunks.flat();
  }

  [Symbol.iterator](): Iterator<CompiledRule, void, undefined> {
    return this.all[Symbol.iterator]();
  }

  /** The rule that has exactly this place in the order. */
  find(ordered: OrderedRule): CompiledRule | undefined {
    const chunk = this.#chunks[chunkOf(this.#chunks, ordered)] ?? [];
    const rule = chunk[lowerBound(chunk, ordered)];
    return rule !== undefined && compareRules(rule, ordered) === 0 ? rule : undefined;
  }

  /** Another one after the change. Throws as `changedList` does. */
  *changing(change: RuleChange): Steps<RuleSequence> {
    const { removed, added } = change;
    const length = this.length - removed.length + added.length;
    if (this.length === 0) return RuleSequence.of(changedList([], change));
    const chunks = yield* this.#changedChunks(change);
    if (chunks.length <= MOST_CHUNKS * (1 + length / USUAL_CHUNK)) return new RuleSequence(chunks, length);
    return RuleSequence.of(chunks.flat());
  }

  *#changedChunks(change: RuleChange): Steps<readonly Chunk[]> {
    const before = this.#chunks;
    const chunks: Chunk[] = [];
    let next = 0;
    const rest = new ChangeInParts(change);
    for (let rule = rest.first; rule !== undefined; rule = rest.first) {
      const place = Math.max(chunkOf(before, rule), 0);
      while (next < place) chunks.push(before[next++] ?? []);
      chunks.push(...cut(changedList(before[place] ?? [], rest.takeUntil(before[place + 1]?.[0]))));
      next = place + 1;
      yield;
    }
    while (next < before.length) chunks.push(before[next++] ?? []);
    return chunks;
  }
}

/** A change that is taken part by part, in order. */
class ChangeInParts {
  readonly #change: RuleChange;
  #removed = 0;
  #added = 0;

  constructor(change: RuleChange) {
    this.#change = change;
  }

  /** The rule that the rest is about first. */
  get first(): CompiledRule | undefined {
    const [removed, added] = [this.#change.removed[this.#removed], this.#change.added[this.#added]];
    if (removed === undefined || added === undefined) return removed ?? added;
    return compareRules(removed, added) < 0 ? removed : added;
  }

  /** What the rest says about rules before the given one; undefined: all of it. */
  takeUntil(end: CompiledRule | undefined): RuleChange {
    const { removed, added } = this.#change;
    const [fromRemoved, fromAdded] = [this.#removed, this.#added];
    this.#removed = end === undefined ? removed.length : lowerBound(removed, end, fromRemoved);
    this.#added = end === undefined ? added.length : lowerBound(added, end, fromAdded);
    return {
      removed: removed.slice(fromRemoved, this.#removed),
      added: added.slice(fromAdded, this.#added),
    };
  }
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
