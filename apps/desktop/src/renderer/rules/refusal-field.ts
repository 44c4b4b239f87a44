// Where a refusal of the agent belongs in the form, by the field that its text names. Pure.
import { ALL_CONDITIONS } from './conditions.ts';
import type { FormField } from './rule-form.ts';

const OTHERS: readonly (readonly [RegExp, FormField])[] = [
  [/`(?:rule\.)?note`|: note\b/, 'note'],
  [/`(?:rule\.)?priority`|: priority\b/, 'priority'],
  [/`(?:rule\.)?id`|: id\b/, 'id'],
  [/`(?:rule\.)?lifetime|: until\b/, 'until'],
];

/** Undefined where it concerns no field, such as a full disk. */
export function fieldOfRefusal(text: string): FormField | undefined {
  const condition = ALL_CONDITIONS.find(
    ({ key, word }) => new RegExp(`matcher\\.${key}\\b`).test(text) || new RegExp(`: ${word}\\b`).test(text),
  );
  return condition?.key ?? OTHERS.find(([pattern]) => pattern.test(text))?.[1];
}
