// What a field of the form was read as: a value, or a problem in words that say what to do.
import type { RulesMessageId } from '../messages/message-id.ts';

export interface FieldProblem {
  readonly id: Extract<RulesMessageId, `rules.problem.${string}`>;
  readonly values?: Readonly<Record<string, string | number>>;
}

export type Reading<Value> =
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'problem'; readonly problem: FieldProblem };

export function value<Value>(read: Value): Reading<Value> {
  return { kind: 'value', value: read };
}

export function problem(id: FieldProblem['id'], values?: FieldProblem['values']): Reading<never> {
  return { kind: 'problem', problem: values === undefined ? { id } : { id, values } };
}

/** What the agent takes in one list. */
const LONGEST_LIST = 1000;

/** The entries of a list as people type it, each once; the first that cannot be read is the problem. */
export function readList<Item>(
  text: string,
  read: (entry: string) => Reading<Item>,
): Reading<readonly Item[]> {
  const entries = [...new Set(text.split(/[\s,;，；、]+/).filter((entry) => entry !== ''))];
  if (entries.length > LONGEST_LIST)
    return problem('rules.problem.list-too-long', { count: entries.length, most: LONGEST_LIST });
  const items = new Map<string, Item>();
  for (const entry of entries) {
    const reading = read(entry);
    if (reading.kind === 'problem') return reading;
    items.set(JSON.stringify(reading.value), reading.value);
  }
  return value([...items.values()]);
}

/** Text that is Unicode through and through: the agent takes U+FFFD for bytes that were not. */
export function isWhole(text: string): boolean {
  return text.isWellFormed() && !text.includes('\u{fffd}');
}
