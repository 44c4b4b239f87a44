// Does an edit at the agent, rule by rule. What was done before a failure stays done, and is told.
import type { DesktopApi, Outcome } from '../../shared/desktop-api.ts';
import type { Rule } from '../../shared/model.ts';
import type { DesktopError } from '../../shared/state.ts';
import { isSwitchOnly, mayApply, restoringDraft } from './edit-history.ts';
import type { Edit, RuleChange } from './edit-history.ts';

export type EditFailure =
  { readonly kind: 'changed-elsewhere' } | { readonly kind: 'error'; readonly error: DesktopError };

export interface Applied {
  /** As the agent has it now; what can be taken back. */
  readonly edit: Edit;
  /** Absent where all was done, or somebody stopped it. */
  readonly failure: EditFailure | undefined;
}

export interface EditingOptions {
  readonly api: Pick<DesktopApi, 'putRule' | 'deleteRule' | 'setRuleEnabled'>;
  /** The rule as it is now. */
  readonly current: (ruleId: string) => Rule | undefined;
  readonly onProgress: (done: number) => void;
  readonly signal: AbortSignal;
}

export async function applyEdit(edit: Edit, options: EditingOptions): Promise<Applied> {
  const done: RuleChange[] = [];
  const end = (failure?: EditFailure): Applied => ({ edit: { ...edit, changes: done }, failure });
  for (const change of edit.changes) {
    if (options.signal.aborted) return end();
    if (!mayApply(change, options.current(change.ruleId))) return end({ kind: 'changed-elsewhere' });
    const outcome = await applyChange(change, options.api);
    if (!outcome.ok) return end({ kind: 'error', error: outcome.error });
    done.push({ ...change, after: outcome.value });
    options.onProgress(done.length);
  }
  return end();
}

async function applyChange(
  change: RuleChange,
  api: EditingOptions['api'],
): Promise<Outcome<Rule | undefined>> {
  const { ruleId, after } = change;
  if (after === undefined) return api.deleteRule({ ruleId });
  if (isSwitchOnly(change)) return api.setRuleEnabled({ ruleId, enabled: after.enabled });
  return api.putRule(restoringDraft(after));
}
