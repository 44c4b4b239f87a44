// The form while it is open: what is typed, which problems are shown already, and saving.
import { useState } from 'react';
import type { Rule } from '../../shared/model.ts';
import { errorText } from '../error-text.ts';
import { useWords } from '../language/words.tsx';
import { useDesktop } from '../use-desktop.tsx';
import type { Edit } from './edit-history.ts';
import { fieldOfRefusal } from './refusal-field.ts';
import { isTouched, readForm } from './rule-form.ts';
import type { FormField, FormReading, RuleForm } from './rule-form.ts';

export interface OpenForm {
  readonly form: RuleForm;
  readonly reading: FormReading;
  readonly isTouched: boolean;
  /** What the agent refused that belongs to no field. */
  readonly refusal: string | undefined;
  readonly change: (changes: Partial<RuleForm>) => void;
  /** The person left the field: its problem is shown from now on. */
  readonly leave: (field: FormField) => void;
  /** In words, where it is to be shown. */
  readonly problemOf: (field: FormField) => string | undefined;
  /** Resolves to the first field with a problem, which is shown then; undefined where it was saved or refused as a whole. */
  readonly save: () => Promise<FormField | undefined>;
}

export interface RuleFormOptions {
  readonly first: RuleForm;
  readonly rules: readonly Rule[];
  readonly onSaved: (edit: Edit) => void;
}

interface Refusal {
  readonly field: FormField | undefined;
  readonly text: string;
}

export function useRuleForm({ first, rules, onSaved }: RuleFormOptions): OpenForm {
  const { api } = useDesktop();
  const words = useWords();
  const [form, setForm] = useState(first);
  const [left, setLeft] = useState<ReadonlySet<FormField>>(new Set());
  const [refusal, setRefusal] = useState<Refusal>();
  const [isSaving, setIsSaving] = useState(false);
  const reading = readForm(form, (id) => rules.some((rule) => rule.id === id));

  const problemOf = (field: FormField): string | undefined => {
    if (refusal?.field === field) return refusal.text;
    const problem = reading.kind === 'problems' && left.has(field) ? reading.problems[field] : undefined;
    return problem && words(problem.id, problem.values);
  };

  const save = async (): Promise<FormField | undefined> => {
    if (reading.kind === 'problems') {
      const fields = Object.keys(reading.problems) as FormField[];
      setLeft(new Set(fields));
      return fields[0];
    }
    if (isSaving) return undefined;
    setIsSaving(true);
    const current = rules.find(({ id }) => id === form.edited?.id);
    // The switch is not in the form: where it was turned meanwhile, it stays so.
    const outcome = await api.putRule({ ...reading.draft, enabled: current?.enabled ?? form.enabled });
    setIsSaving(false);
    if (!outcome.ok) {
      const field = fieldOfRefusal(outcome.error.text);
      setRefusal({ field, text: errorText(words, outcome.error) });
      return field;
    }
    const after = outcome.value;
    const before = rules.find(({ id }) => id === after.id);
    const kind = before === undefined ? 'make' : 'change';
    onSaved({ kind, changes: [{ ruleId: after.id, before, after }] });
    return undefined;
  };

  return {
    ...{ form, reading, problemOf, save },
    isTouched: isTouched(form, first),
    refusal: refusal?.field === undefined ? refusal?.text : undefined,
    change: (changes) => {
      setForm({ ...form, ...changes });
      setRefusal(undefined);
    },
    leave: (field) => setLeft(new Set([...left, field])),
  };
}
