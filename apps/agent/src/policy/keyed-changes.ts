// KeyedChanges: a change of rules, taken apart by what they are found under.
import type { CompiledRule } from './compiled-rule.ts';
import type { RuleChange } from './rule-list.ts';
import { ITEMS_IN_A_STEP } from './steps.ts';
import type { Steps } from './steps.ts';

interface GatheredChange extends RuleChange {
  readonly removed: CompiledRule[];
  readonly added: CompiledRule[];
}

export class KeyedChanges<Key> {
  readonly #changes = new Map<Key, GatheredChange>();

  /** Call in the order of rules. */
  note(key: Key, what: keyof RuleChange, compiled: CompiledRule): void {
    const change = this.#changes.get(key);
    if (change === undefined) this.#changes.set(key, { removed: [], added: [], [what]: [compiled] });
    // A list may say the same thing twice.
    else if (change[what].at(-1) !== compiled) change[what].push(compiled);
  }

  [Symbol.iterator](): IterableIterator<readonly [Key, RuleChange]> {
    return this.#changes[Symbol.iterator]();
  }
}

/** Every rule of a change with what becomes of it. */
export function* forEachChanged(
  change: RuleChange,
  see: (compiled: CompiledRule, what: keyof RuleChange) => void,
): Steps<void> {
  let count = 0;
  for (const what of ['removed', 'added'] as const)
    for (const compiled of change[what]) {
      see(compiled, what);
      if ((count += 1) % ITEMS_IN_A_STEP === 0) yield;
    }
}

/** The part of a change that is about such rules, and the rest. */
export function* partition(
  change: RuleChange,
  isSuch: (compiled: CompiledRule) => boolean,
): Steps<readonly [RuleChange, RuleChange]> {
  const such = { removed: [] as CompiledRule[], added: [] as CompiledRule[] };
  const others = { removed: [] as CompiledRule[], added: [] as CompiledRule[] };
  yield* forEachChanged(change, (compiled, what) => (isSuch(compiled) ? such : others)[what].push(compiled));
  return [such, others];
}
