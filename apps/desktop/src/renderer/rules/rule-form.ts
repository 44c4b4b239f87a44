// RuleForm: a rule while it is edited, as typed. `readForm` makes a draft of it that the agent takes, or says what is wrong where.
import type { RuleDraft } from '../../shared/desktop-api.ts';
import type { Action, Rule, RuleLifetime, RuleMatcher } from '../../shared/model.ts';
import { ALL_CONDITIONS, CONDITIONS } from './conditions.ts';
import type { ConditionKey, ReadContext } from './conditions.ts';
import { isWhole, problem, value } from './reading.ts';
import type { FieldProblem, Reading } from './reading.ts';

export type LifetimeKind = RuleLifetime['kind'];

export interface RuleForm {
  /** The rule that is edited; absent for a new one. */
  readonly edited: Rule | undefined;
  /** Chosen for a new rule; '' lets the agent name it. */
  readonly id: string;
  readonly action: Action;
  readonly enabled: boolean;
  readonly conditions: Readonly<Record<ConditionKey, string>>;
  readonly lifetime: LifetimeKind;
  /** As `<input type="datetime-local">` has it. */
  readonly until: string;
  readonly priority: string;
  readonly note: string;
}

export type FormField = ConditionKey | 'id' | 'until' | 'priority' | 'note';
export type FormProblems = Readonly<Partial<Record<FormField, FieldProblem>>>;

export type FormReading =
  | { readonly kind: 'draft'; readonly draft: RuleDraft }
  | { readonly kind: 'problems'; readonly problems: FormProblems };

const NO_CONDITIONS: RuleMatcher = { protocols: [], addresses: [], ports: [] };

export function newForm(matcher: Partial<RuleMatcher> = {}): RuleForm {
  return {
    edited: undefined,
    id: '',
    action: 'allow',
    enabled: true,
    conditions: writeConditions({ direction: 'out', ...NO_CONDITIONS, ...matcher }),
    lifetime: 'always',
    until: '',
    priority: '0',
    note: '',
  };
}

export function formOf(rule: Rule): RuleForm {
  const { id, action, enabled, matcher, lifetime, priority, note } = rule;
  return {
    ...{ edited: rule, id, action, enabled, note },
    conditions: writeConditions(matcher),
    lifetime: lifetime.kind,
    until: lifetime.kind === 'until' ? localTimeText(lifetime.untilMs) : '',
    priority: String(priority),
  };
}

/** A new rule that says the same. What holds for one process only cannot be said of another rule. */
export function duplicateForm(rule: Rule): RuleForm {
  const form = formOf(rule);
  const lifetime = form.lifetime === 'process' ? 'restart' : form.lifetime;
  return { ...form, edited: undefined, id: '', lifetime };
}

function writeConditions(matcher: RuleMatcher): RuleForm['conditions'] {
  // One text for each key of the table.
  return Object.fromEntries(
    ALL_CONDITIONS.map(({ key, write }) => [key, write(matcher)]),
  ) as RuleForm['conditions'];
}

/** `isTaken`: whether a rule has that id. */
export function readForm(form: RuleForm, isTaken: (id: string) => boolean = () => false): FormReading {
  const problems: Partial<Record<FormField, FieldProblem>> = {};
  const take = <Value>(field: FormField, reading: Reading<Value>): Value | undefined => {
    if (reading.kind === 'value') return reading.value;
    problems[field] = reading.problem;
    return undefined;
  };
  const matcher = readConditions(form, take);
  const lifetime = take('until', readLifetime(form));
  const priority = take('priority', readPriority(form.priority));
  const note = take('note', readNote(form.note));
  const id = take('id', readId(form, isTaken));
  if (Object.keys(problems).length > 0 || lifetime === undefined) return { kind: 'problems', problems };
  const { action, enabled } = form;
  const rest = { enabled, action, priority: priority ?? 0, matcher, lifetime, note: note ?? '' };
  return { kind: 'draft', draft: id === undefined ? rest : { id, ...rest } };
}

type Take = <Value>(field: FormField, reading: Reading<Value>) => Value | undefined;

function readConditions(form: RuleForm, take: Take): RuleMatcher {
  const matcher: Record<string, unknown> = { ...NO_CONDITIONS };
  for (const { key } of ALL_CONDITIONS) {
    const context: ReadContext = { action: form.action, lifetime: form.lifetime, matcher };
    const reading: Reading<unknown> = CONDITIONS[key].read(form.conditions[key], context);
    matcher[key] = take(key, reading) ?? matcher[key];
  }
  // Each key was read by its own entry of the table.
  return matcher as unknown as RuleMatcher;
}

/** The last moment of the year 9999. */
const LATEST_MS = 253_402_300_799_999;

function readLifetime({ lifetime, until, edited }: RuleForm): Reading<RuleLifetime> {
  if (lifetime === 'process')
    return edited?.lifetime.kind === 'process'
      ? value(edited.lifetime)
      : problem('rules.problem.process-unknown');
  if (lifetime !== 'until') return value({ kind: lifetime });
  // A time that nobody touched keeps its very millisecond, also in the hour that a clock change repeats.
  const before = edited?.lifetime.kind === 'until' ? edited.lifetime : undefined;
  if (before !== undefined && localTimeText(before.untilMs) === until) return value(before);
  const untilMs = new Date(until).getTime();
  return untilMs >= 0 && untilMs <= LATEST_MS
    ? value({ kind: 'until', untilMs })
    : problem('rules.problem.until');
}

/** Local time as `<input type="datetime-local">` takes it, with seconds only where there are some. */
export function localTimeText(atMs: number): string {
  const shifted = atMs - new Date(atMs).getTimezoneOffset() * 60_000;
  const at = new Date(Math.min(shifted, LATEST_MS));
  const text = Number.isNaN(at.getTime()) ? '' : at.toISOString().slice(0, -1);
  return text.replace(/(?::00)?\.000$/, '');
}

const LARGEST_PRIORITY = 1_000_000;

function readPriority(text: string): Reading<number> {
  const trimmed = text.trim();
  if (trimmed === '') return value(0);
  const priority = /^[+-]?\d{1,7}$/.test(trimmed) ? Number(trimmed) : Infinity;
  if (Math.abs(priority) > LARGEST_PRIORITY)
    return problem('rules.problem.priority', { most: LARGEST_PRIORITY });
  return value(priority === 0 ? 0 : priority);
}

const LONGEST_NOTE = 4096;
const NOTE = /^(?:[\n\t]|\P{Cc})*$/u;

function readNote(text: string): Reading<string> {
  if (text.length > LONGEST_NOTE)
    return problem('rules.problem.note-too-long', { count: text.length, most: LONGEST_NOTE });
  return NOTE.test(text) && isWhole(text) ? value(text) : problem('rules.problem.note-characters');
}

function readId({ id, edited }: RuleForm, isTaken: (id: string) => boolean): Reading<string | undefined> {
  if (edited !== undefined) return value(edited.id);
  if (id === '') return value(undefined);
  if (!/^[a-z0-9][a-z0-9._-]{0,127}$/.test(id)) return problem('rules.problem.id');
  return isTaken(id) ? problem('rules.problem.id-taken', { id }) : value(id);
}

/** Whether anything was changed that is worth asking about before it is thrown away. */
export function isTouched(form: RuleForm, before: RuleForm): boolean {
  return JSON.stringify(form) !== JSON.stringify(before);
}
