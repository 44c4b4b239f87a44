// What was done on the page, to be undone and done again. An edit is a list of rules as they were and as they became; pure.
import type { RuleDraft } from '../../shared/desktop-api.ts';
import type { Rule } from '../../shared/model.ts';

/** Absent: there was, or is, no such rule. */
export interface RuleChange {
  readonly ruleId: string;
  readonly before: Rule | undefined;
  readonly after: Rule | undefined;
}

export type EditKind = 'make' | 'change' | 'enable' | 'disable' | 'delete' | 'import';

export interface Edit {
  readonly kind: EditKind;
  readonly changes: readonly RuleChange[];
}

export interface EditHistory {
  /** The latest last. */
  readonly done: readonly Edit[];
  readonly undone: readonly Edit[];
}

export const NO_EDITS: EditHistory = { done: [], undone: [] };
const MOST_EDITS = 100;

/** A new edit makes what was undone unreachable. */
export function recorded({ done }: EditHistory, edit: Edit): EditHistory {
  return edit.changes.length === 0 ? { done, undone: [] } : { done: latest(done, edit), undone: [] };
}

/** After the latest edit was taken back; `edit` is what can be done again. */
export function undone({ done, undone: others }: EditHistory, edit: Edit): EditHistory {
  return { done: done.slice(0, -1), undone: latest(others, edit) };
}

export function redone({ done, undone: others }: EditHistory, edit: Edit): EditHistory {
  return { done: latest(done, edit), undone: others.slice(0, -1) };
}

/** An edit that can no longer be taken back or done again, because others changed its rules. */
export function forgotten(history: EditHistory, direction: 'undo' | 'redo'): EditHistory {
  const { done, undone: others } = history;
  return direction === 'undo'
    ? { done: done.slice(0, -1), undone: others }
    : { done, undone: others.slice(0, -1) };
}

function latest(edits: readonly Edit[], edit: Edit): readonly Edit[] {
  return [...edits, edit].slice(-MOST_EDITS);
}

export function inverse({ kind, changes }: Edit): Edit {
  return {
    kind,
    changes: changes.map(({ ruleId, before, after }) => ({ ruleId, before: after, after: before })).reverse(),
  };
}

/** Whether the rule is still what this change starts from: nobody else changed it meanwhile. */
export function mayApply({ before }: RuleChange, current: Rule | undefined): boolean {
  if (before === undefined || current === undefined) return before === current;
  return substanceOf(before) === substanceOf(current);
}

/** What a person wrote of a rule; sentence, file and such are the agent's. */
function substanceOf(rule: Rule): string {
  const { enabled, action, priority, lifetime, note, matcher } = rule;
  const { app, uid, direction, protocols, addresses, ports } = matcher;
  const ranges = ports.map(({ from, to }) => `${from}-${to}`);
  return JSON.stringify([
    ...[enabled, action, priority, lifetime, note],
    ...[app, uid, direction, protocols, addresses, ranges],
  ]);
}

/** Where only the switch differs, the agent is told of the switch alone. */
export function isSwitchOnly({ before, after }: RuleChange): boolean {
  if (before === undefined || after === undefined || before.enabled === after.enabled) return false;
  return substanceOf({ ...before, enabled: after.enabled }) === substanceOf(after);
}

/** With where it came from and when, which count where the rule is no longer there. */
export function restoringDraft(rule: Rule): RuleDraft {
  const { origin, createdAtMs } = rule;
  return { ...draftOf(rule), origin, createdAtMs };
}

export function draftOf(rule: Rule): RuleDraft {
  const { id, enabled, action, priority, matcher, lifetime, note } = rule;
  return { id, enabled, action, priority, matcher, lifetime, note };
}
