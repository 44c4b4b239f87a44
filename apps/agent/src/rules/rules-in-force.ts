// RulesInForce: the rules of all files that hold now, by id and by file, and what a change of files changes in them.
import type { Rule, RuleId } from '../domain/rule.ts';
import { finish } from '../platform/sliced-work.ts';
import type { SlicedWork } from '../platform/sliced-work.ts';

export interface PlacedRule {
  readonly rule: Rule;
  /** Name of the file in the directory. */
  readonly file: string;
}

/** A rule that is another now is removed and added. */
export interface ChangedRules {
  readonly removed: readonly Rule[];
  readonly added: readonly Rule[];
}

/** The rules of files that changed, by the names of the files; undefined for a file that is gone. */
export type FileUpdates = ReadonlyMap<string, readonly Rule[] | undefined>;

export interface PreparedUpdate {
  readonly change: ChangedRules;
  /** Puts the updates in force. */
  readonly commit: () => void;
}

const RULES_IN_A_SLICE = 1000;
/** Up to here it is less work to change the map than to make another one. */
const FEW = 2000;

export class RulesInForce {
  readonly #byFile = new Map<string, readonly Rule[]>();
  #placed = new Map<RuleId, PlacedRule>();

  get size(): number {
    return this.#placed.size;
  }

  get(id: RuleId): PlacedRule | undefined {
    return this.#placed.get(id);
  }

  ofFile(name: string): readonly Rule[] | undefined {
    return this.#byFile.get(name);
  }

  fileNames(): Iterable<string> {
    return this.#byFile.keys();
  }

  /** By the names of their files, and in each as it says. Those of now, whenever they are read. */
  list(): Iterable<PlacedRule> {
    return placedRules([...this.#byFile].sort(([left], [right]) => (left < right ? -1 : 1)));
  }

  /** Whether after these updates an id would be there twice, or be one of `taken`. */
  *hasTwins(updates: FileUpdates, taken: ReadonlySet<RuleId>): SlicedWork<boolean> {
    const ids = new Set<RuleId>();
    for (const rules of updates.values()) {
      for (const { id } of rules ?? []) {
        const elsewhere = this.#placed.get(id);
        if (ids.has(id) || taken.has(id)) return true;
        if (elsewhere !== undefined && !updates.has(elsewhere.file)) return true;
        ids.add(id);
        if (ids.size % RULES_IN_A_SLICE === 0) yield;
      }
    }
    return false;
  }

  /** What changes, found in slices; nothing does before `commit`. Call where no id would be there twice. */
  *prepare(updates: FileUpdates): SlicedWork<PreparedUpdate> {
    const removed: Rule[] = [];
    const added: PlacedRule[] = [];
    for (const [file, rules = []] of updates) {
      const [before, after] = [this.ofFile(file) ?? [], new Set(rules)];
      yield;
      for (const rule of before) if (!after.delete(rule)) removed.push(rule);
      for (const rule of after) added.push({ rule, file });
      yield;
    }
    const placed = removed.length + added.length > FEW ? yield* this.#copy() : undefined;
    if (placed !== undefined) yield* place(placed, { removed, added });
    const change = { removed, added: added.map(({ rule }) => rule) };
    return { change, commit: () => this.#commit(updates, { removed, added, placed }) };
  }

  *#copy(): SlicedWork<Map<RuleId, PlacedRule>> {
    const copy = new Map<RuleId, PlacedRule>();
    for (const [id, one] of this.#placed) {
      copy.set(id, one);
      if (copy.size % RULES_IN_A_SLICE === 0) yield;
    }
    return copy;
  }

  #commit(
    updates: FileUpdates,
    { removed, added, placed }: Placing & { placed: Map<RuleId, PlacedRule> | undefined },
  ): void {
    if (placed === undefined) finish(place(this.#placed, { removed, added }));
    else this.#placed = placed;
    for (const [file, rules] of updates) {
      if (rules === undefined) this.#byFile.delete(file);
      else this.#byFile.set(file, rules);
    }
  }
}

function* placedRules(
  files: readonly (readonly [string, readonly Rule[]])[],
): Generator<PlacedRule, void, undefined> {
  for (const [file, rules] of files) for (const rule of rules) yield { rule, file };
}

interface Placing {
  readonly removed: readonly Rule[];
  readonly added: readonly PlacedRule[];
}

function* place(placed: Map<RuleId, PlacedRule>, { removed, added }: Placing): SlicedWork<void> {
  let count = 0;
  for (const { id } of removed) {
    placed.delete(id);
    if (++count % RULES_IN_A_SLICE === 0) yield;
  }
  for (const one of added) {
    placed.set(one.rule.id, one);
    if (++count % RULES_IN_A_SLICE === 0) yield;
  }
}
