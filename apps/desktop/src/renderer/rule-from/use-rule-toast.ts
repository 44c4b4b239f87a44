// Tells that a rule was written, in the agent's sentence, and takes it back on demand: the rule goes, or is what it was before.
import { useCallback } from 'react';
import type { Action, Rule } from '../../shared/model.ts';
import { safeText } from '../../shared/text-safety.ts';
import { useWords } from '../language/words.tsx';
import { restoringDraft } from '../rules/edit-history.ts';
import { useDesktop } from '../use-desktop.tsx';
import { useShowError, useShowToast } from '../show-toast.ts';

const SHOW_MS = 10_000;

interface ToldBeside {
  /** The rule as it was, where it was changed. */
  readonly before?: Rule | undefined;
  /** A sentence more. */
  readonly note?: string | undefined;
}

export function useRuleToast(): (rule: Rule, action: Action, beside?: ToldBeside) => void {
  const words = useWords();
  const { api } = useDesktop();
  const showToast = useShowToast();
  const showError = useShowError();
  return useCallback(
    (rule, action, { before, note } = {}) => {
      const undo = async (): Promise<void> => {
        const outcome = await (before === undefined
          ? api.deleteRule({ ruleId: rule.id })
          : api.putRule(restoringDraft(before)));
        if (!outcome.ok) return showError(outcome.error);
        const text = words(before === undefined ? 'rule-from.undone' : 'rule-from.restored');
        showToast({ icon: 'undo', text, showMs: SHOW_MS });
      };
      showToast({
        icon: action,
        text: [
          words(before === undefined ? 'rule-from.written' : 'rule-from.changed', {
            rule: safeText(rule.sentence),
          }),
          ...(note === undefined ? [] : [note]),
        ].join(' '),
        showMs: SHOW_MS,
        action: { label: words('undo'), run: () => void undo() },
      });
    },
    [api, showError, showToast, words],
  );
}
