// Rules from and to files, in the format that the agent and the command line read.
import { useCallback } from 'react';
import type { Rule } from '../../shared/model.ts';
import { safeText } from '../../shared/text-safety.ts';
import { errorText } from '../error-text.ts';
import { useWords } from '../language/words.tsx';
import { useDesktop } from '../use-desktop.tsx';
import { useShowError, useShowToast } from '../show-toast.ts';
import type { Edit } from './edit-history.ts';

export interface RuleFiles {
  /** All stored rules where no ids are given. */
  readonly exportRules: (ruleIds: readonly string[]) => Promise<void>;
  /** The file as an edit that replaces rules of the same id; undefined where it was refused, which is told. */
  readonly readFile: (file: File, rules: readonly Rule[]) => Promise<Edit | undefined>;
}

const SHOW_MS = 10_000;
const FILE_NAME = 'sallyport-rules.yaml';
/** What the host takes in one call. */
const LONGEST_TEXT = 200_000;
const MOST_NAMED = 5000;

export function useRuleFiles(): RuleFiles {
  const { api } = useDesktop();
  const words = useWords();
  const show = useShowToast();
  const showError = useShowError();
  const tell = useCallback(
    (text: string) => {
      show({ icon: 'caution', text, showMs: SHOW_MS });
      return undefined;
    },
    [show],
  );

  const exportRules = useCallback(
    async (ruleIds: readonly string[]): Promise<void> => {
      const texts: string[] = [];
      // No ids mean all rules, which is one call.
      for (let from = 0; from === 0 || from < ruleIds.length; from += MOST_NAMED) {
        const outcome = await api.exportRules({ ruleIds: ruleIds.slice(from, from + MOST_NAMED) });
        if (!outcome.ok) return showError(outcome.error);
        texts.push(outcome.value.text);
      }
      download(texts.join(''));
      show({ icon: 'info', text: words('rules.done.export', { file: FILE_NAME }), showMs: 4000 });
    },
    [api, show, showError, words],
  );

  const readFile = useCallback(
    async (file: File, rules: readonly Rule[]): Promise<Edit | undefined> => {
      if (file.size > LONGEST_TEXT) return tell(words('rules.failed.too-long'));
      const text = await file.text().catch(() => undefined);
      if (text === undefined) return tell(words('rules.failed.file'));
      const outcome = await api.readRules({ text });
      if (!outcome.ok) return tell(errorText(words, outcome.error));
      const [problem] = outcome.value.problems;
      if (problem !== undefined)
        return tell(
          words('rules.failed.refused', { line: problem.line ?? 0, reason: safeText(problem.reason) }),
        );
      return importEdit(outcome.value.rules, rules);
    },
    [api, tell, words],
  );

  return { exportRules, readFile };
}

function importEdit(read: readonly Rule[], rules: readonly Rule[]): Edit {
  const known = new Map(rules.map((rule) => [rule.id, rule]));
  const changes = read.map((rule) => ({
    ruleId: rule.id,
    before: known.get(rule.id),
    after: { ...rule, origin: 'import' as const },
  }));
  return { kind: 'import', changes };
}

function download(text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/yaml' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = FILE_NAME;
  link.click();
  URL.revokeObjectURL(url);
}
