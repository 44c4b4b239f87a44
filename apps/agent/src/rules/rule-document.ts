// RuleDocument: the rules of one text as plain values, with the place of each, whichever reader read it.

export interface Place {
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

export interface TextProblem extends Partial<Place> {
  readonly reason: string;
}

export interface RuleDocument {
  /** A list of rules, or one rule. */
  readonly shape: 'list' | 'single';
  /** A list whose rules are blocks of lines of their own, of which each says all that its rule is. */
  readonly isOfBlocks: boolean;
  /** Mappings of any content: not validated. */
  readonly entries: readonly unknown[];
  /** Place of a value in an entry; of the entry where there is no such value. `key` asks for a key's own place. */
  readonly locate: (index: number, path: readonly PropertyKey[], what: 'key' | 'value') => Place;
}

export type DocumentReading =
  | { readonly kind: 'document'; readonly document: RuleDocument }
  | { readonly kind: 'refused'; readonly problems: readonly TextProblem[] };
