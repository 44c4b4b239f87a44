// OpenRules: what an evaluation has still to look at, as a heap: a flow may meet a rule for each length of network.
import type { CompiledRule } from './compiled-rule.ts';
import type { RuleNode } from './rule-index.ts';
import { compareRules } from './rule-order.ts';

/** A rule that has its turn next among those of its list, or the first of a node that was not opened yet. */
export interface Cursor {
  next: CompiledRule;
  /** Undefined where the rule stands alone. */
  readonly node: RuleNode | undefined;
  /** Of the rule in its list. */
  position: number;
  /** Mask of the fields that hold for the rule already. */
  readonly satisfied: number;
}

export class OpenRules {
  /** The children of `i` are at 2i + 1 and 2i + 2, and are asked after it. */
  readonly #heap: Cursor[] = [];

  push(cursor: Cursor): void {
    const heap = this.#heap;
    let place = heap.length;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || compareRules(parent.next, cursor.next) <= 0) break;
      heap[place] = parent;
      place = above;
    }
    heap[place] = cursor;
  }

  /** Removes and returns the cursor whose rule is asked first. */
  takeFirst(): Cursor | undefined {
    const [first] = this.#heap;
    const last = this.#heap.pop();
    if (last !== undefined && this.#heap.length > 0) this.#sink(last);
    return first;
  }

  /** From the top, which is free. */
  #sink(cursor: Cursor): void {
    const heap = this.#heap;
    let place = 0;
    for (let below = 1; below < heap.length; below = 2 * place + 1) {
      let child = heap[below];
      const other = heap[below + 1];
      if (child !== undefined && other !== undefined && compareRules(other.next, child.next) < 0) {
        child = other;
        below += 1;
      }
      if (child === undefined || compareRules(cursor.next, child.next) <= 0) break;
      heap[place] = child;
      place = below;
    }
    heap[place] = cursor;
  }
}
