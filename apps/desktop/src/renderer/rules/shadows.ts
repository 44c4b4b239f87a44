// Rules that never decide, because another one always decides first. Asked for the rows on the screen only.
import type { Rule } from '../../shared/model.ts';
import { covers } from './covers.ts';
import { compareRanks, rankOf } from './order.ts';

/** A rule that is covered by many others is told of one of the first; looking at all would hold up scrolling. */
const MOST_LOOKED_AT = 500;

export class Shadows {
  readonly #byPriority: readonly Rule[];
  readonly #equallySpecific = new Map<string, Rule[]>();
  readonly #nowMs: number;
  readonly #found = new Map<string, Rule | undefined>();

  constructor(rules: readonly Rule[], nowMs: number) {
    this.#nowMs = nowMs;
    const inForce = rules.filter((rule) => isInForce(rule, nowMs));
    const lowest = inForce.reduce((least, { priority }) => Math.min(least, priority), Infinity);
    this.#byPriority = inForce
      .filter(({ priority }) => priority > lowest)
      .sort((left, right) => right.priority - left.priority);
    for (const rule of inForce) this.#add(rule);
  }

  /** The rule that always decides before this one; undefined where there is none, or none was found. */
  shadowOf(rule: Rule): Rule | undefined {
    if (!isInForce(rule, this.#nowMs)) return undefined;
    if (!this.#found.has(rule.id)) this.#found.set(rule.id, this.#look(rule));
    return this.#found.get(rule.id);
  }

  #add(rule: Rule): void {
    const { addresses } = rule.matcher;
    for (const address of addresses.length === 0 ? [undefined] : addresses) {
      const key = keyOf(rule, address);
      const others = this.#equallySpecific.get(key);
      if (others === undefined) this.#equallySpecific.set(key, [rule]);
      else others.push(rule);
    }
  }

  /**
   * Of two rules of one priority the narrower is asked first, so that only an equally narrow one can cover another: it has the
   * very entry that is the widest of the other.
   */
  #look(rule: Rule): Rule | undefined {
    const rank = rankOf(rule);
    const equals = this.#equallySpecific.get(keyOf(rule, rank.widestAddress)) ?? [];
    return firstBefore(rule, this.#byPriority) ?? firstBefore(rule, equals);
  }
}

function firstBefore(rule: Rule, candidates: readonly Rule[]): Rule | undefined {
  const rank = rankOf(rule);
  for (const other of candidates.slice(0, MOST_LOOKED_AT))
    if (compareRanks(rankOf(other), rank) < 0 && covers(other, rule)) return other;
  return undefined;
}

function keyOf(rule: Rule, address: string | undefined): string {
  return `${rule.priority} ${rankOf(rule).specificity} ${address ?? ''} ${rule.matcher.app ?? ''}`;
}

export function isOver({ lifetime }: Rule, nowMs: number): boolean {
  return lifetime.kind === 'until' && lifetime.untilMs <= nowMs;
}

function isInForce(rule: Rule, nowMs: number): boolean {
  return rule.enabled && !isOver(rule, nowMs);
}
