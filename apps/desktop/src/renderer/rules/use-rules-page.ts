// What the Rules page keeps: which rules are selected, which one is edited, and what a person does with them.
import { useCallback, useState } from 'react';
import type { Rule } from '../../shared/model.ts';
import { mayAnswer } from '../../shared/reduce.ts';
import { useDesktopPart } from '../use-desktop.tsx';
import type { SentencePart } from './conditions.ts';
import { ALL_CONDITIONS } from './conditions.ts';
import type { Edit } from './edit-history.ts';
import type { EditorPlace } from './rule-editor.tsx';
import { duplicateForm, formOf, newForm } from './rule-form.ts';
import { useEditor } from './use-editor.ts';
import type { Editing } from './use-editor.ts';
import { useRuleEdits } from './use-rule-edits.ts';
import type { RuleEdits } from './use-rule-edits.ts';
import { useRuleFiles } from './use-rule-files.ts';
import { useRuleList } from './use-rule-list.ts';
import type { RuleList } from './use-rule-list.ts';

export interface RulesPageModel {
  readonly list: RuleList;
  readonly edits: RuleEdits;
  readonly mayChange: boolean;
  readonly ownUid: number;
  readonly selected: ReadonlySet<string>;
  readonly editing: Editing | undefined;
  readonly shownAsText: Rule | undefined;
  readonly select: (ruleId: string, isSelected: boolean) => void;
  readonly selectAll: (isAll: boolean) => void;
  readonly switchRule: (rule: Rule, enabled: boolean) => void;
  readonly switchSelected: (enabled: boolean) => void;
  readonly deleteRules: (rules: readonly Rule[]) => void;
  readonly deleteSelected: () => void;
  readonly exportRules: (ruleIds: readonly string[]) => void;
  readonly importFile: (file: File) => void;
  readonly edit: (rule: Rule, part: SentencePart | undefined) => void;
  readonly makeNew: () => void;
  readonly duplicate: (rule: Rule) => void;
  /** Another form waits until what was typed in this one was asked about. */
  readonly isAskedToLeave: boolean;
  readonly noteTouched: (isTouched: boolean) => void;
  readonly stayInEditor: () => void;
  readonly closeEditor: () => void;
  readonly saved: (edit: Edit) => void;
  readonly showText: (rule: Rule | undefined) => void;
}

export function useRulesPage(): RulesPageModel {
  const list = useRuleList();
  const edits = useRuleEdits();
  const files = useRuleFiles();
  const mayChange = useDesktopPart(mayAnswer);
  const ownUid = useDesktopPart((state) => state.you.uid);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(NONE);
  const editor = useEditor();
  const [shownAsText, showText] = useState<Rule>();
  const { run } = edits;
  const { open: openForm } = editor;
  const isAnyChosen = chosen.size > 0;
  const selectedRules = isAnyChosen ? list.found.filter(({ id }) => chosen.has(id)) : [];
  const selected = isAnyChosen ? new Set(selectedRules.map(({ id }) => id)) : NONE;

  const select = useCallback(
    (ruleId: string, isSelected: boolean) =>
      setChosen(
        (before) => new Set(isSelected ? [...before, ruleId] : [...before].filter((id) => id !== ruleId)),
      ),
    [],
  );
  const switchRule = useCallback(
    (rule: Rule, enabled: boolean) => void run(switchEdit([rule], enabled)),
    [run],
  );
  const edit = useCallback(
    (rule: Rule, part: SentencePart | undefined) => openForm(formOf(rule), placeOf(part)),
    [openForm],
  );
  const deleteRules = (rules: readonly Rule[]): void => {
    editor.end();
    setChosen(NONE);
    void run({
      kind: 'delete',
      changes: rules.map((rule) => ({ ruleId: rule.id, before: rule, after: undefined })),
    });
  };
  return {
    ...{ list, edits, mayChange, ownUid, selected, shownAsText },
    editing: editor.editing,
    isAskedToLeave: editor.isAskedToLeave,
    noteTouched: editor.noteTouched,
    stayInEditor: editor.stay,
    closeEditor: editor.close,
    ...{ select, switchRule, edit, deleteRules, showText },
    selectAll: (isAll) => setChosen(isAll ? new Set(list.found.map(({ id }) => id)) : NONE),
    switchSelected: (enabled) => void run(switchEdit(selectedRules, enabled)),
    deleteSelected: () => deleteRules(selectedRules),
    exportRules: (ruleIds) => void files.exportRules(ruleIds),
    importFile: (file) => void files.readFile(file, list.all).then((read) => read && run(read)),
    makeNew: () => openForm(newForm(), 'app'),
    duplicate: (rule) => openForm(duplicateForm(rule), 'app'),
    saved: (done) => {
      editor.end();
      edits.note(done);
    },
  };
}

const NONE: ReadonlySet<string> = new Set();

function switchEdit(rules: readonly Rule[], enabled: boolean): Edit {
  const changes = rules
    .filter((rule) => rule.enabled !== enabled)
    .map((rule) => ({ ruleId: rule.id, before: rule, after: { ...rule, enabled } }));
  return { kind: enabled ? 'enable' : 'disable', changes };
}

/** The field that a part of the sentence comes from. */
function placeOf(part: SentencePart | undefined): EditorPlace {
  if (part === 'until') return 'lifetime';
  if (part === 'may') return 'action';
  return ALL_CONDITIONS.find((condition) => condition.part === part)?.key ?? 'app';
}
