// The Rules page: every rule as a sentence, and the form of the one that is edited beside them.
import { useEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import { Button } from '../design/button.tsx';
import { EmptyState } from '../design/empty-state.tsx';
import { useWords } from '../language/words.tsx';
import { useDesktopPart } from '../use-desktop.tsx';
import { changeQuery } from '../window/use-route.ts';
import { RuleEditor } from './rule-editor.tsx';
import { RuleList } from './rule-list.tsx';
import { RuleProblems } from './rule-problems.tsx';
import { RuleTextDialog } from './rule-text-dialog.tsx';
import { RuleToolbar } from './rule-toolbar.tsx';
import styles from './rules-page.module.css';
import { SelectionBar } from './selection-bar.tsx';
import { useEditKeys } from './use-edit-keys.ts';
import { useRulesPage } from './use-rules-page.ts';
import type { RulesPageModel } from './use-rules-page.ts';

export function RulesPage(): ReactNode {
  const model = useRulesPage();
  const problems = useDesktopPart((state) => state.problems);
  const main = useRef<HTMLDivElement>(null);
  const { list, edits, editing, shownAsText, mayChange, selected } = model;
  useEditKeys(edits, mayChange);
  useFocusBack(main, editing?.first.edited?.id, editing !== undefined);
  return (
    <div className={styles['page']}>
      <div ref={main} className={styles['main']} tabIndex={-1}>
        <RuleToolbar
          {...{ list, edits, mayChange }}
          onNew={model.makeNew}
          onImport={model.importFile}
          onExport={() => model.exportRules([])}
        />
        <RuleProblems problems={problems} />
        {list.all.length > 0 && (
          <SelectionBar
            count={list.all.length}
            found={list.found.length}
            selected={selected.size}
            {...{ mayChange, working: edits.working }}
            onSelectAll={model.selectAll}
            onSwitch={model.switchSelected}
            onDelete={model.deleteSelected}
            onExport={() => model.exportRules([...selected])}
          />
        )}
        <Rows model={model} />
      </div>
      {editing !== undefined && (
        <RuleEditor
          key={editing.key}
          first={editing.first}
          place={editing.place}
          visit={editing.visit}
          rules={list.all}
          ownUid={model.ownUid}
          mayChange={mayChange}
          onSaved={model.saved}
          isAskedToLeave={model.isAskedToLeave}
          onTouched={model.noteTouched}
          onStay={model.stayInEditor}
          onClose={model.closeEditor}
          onDuplicate={model.duplicate}
          onShowText={model.showText}
          onDelete={(rule) => model.deleteRules([rule])}
        />
      )}
      {shownAsText !== undefined && (
        <RuleTextDialog rule={shownAsText} onClose={() => model.showText(undefined)} />
      )}
    </div>
  );
}

function Rows({ model }: { readonly model: RulesPageModel }): ReactNode {
  const { list } = model;
  if (list.all.length === 0) return <NoRules model={model} />;
  if (list.found.length === 0) return <NoneFound />;
  return (
    <RuleList
      list={list}
      ownUid={model.ownUid}
      selected={model.selected}
      openId={model.editing?.first.edited?.id}
      mayChange={model.mayChange}
      onSelect={model.select}
      onSwitch={model.switchRule}
      onEdit={model.edit}
      onDelete={model.deleteSelected}
    />
  );
}

function NoRules({ model }: { readonly model: RulesPageModel }): ReactNode {
  const words = useWords();
  return (
    <EmptyState
      icon="rules"
      title={words('rules.empty.title')}
      actions={
        model.mayChange && (
          <Button kind="primary" icon="add" onClick={model.makeNew}>
            {words('rules.new')}
          </Button>
        )
      }
    >
      <p>{words('rules.empty.text')}</p>
    </EmptyState>
  );
}

function NoneFound(): ReactNode {
  const words = useWords();
  return (
    <EmptyState
      icon="search"
      title={words('rules.none-found.title')}
      actions={<Button onClick={() => changeQuery({ q: '' })}>{words('rules.none-found.clear')}</Button>}
    >
      <p>{words('rules.none-found.text')}</p>
    </EmptyState>
  );
}

/** When the editor closes, the focus goes back to the rule that it was about. */
function useFocusBack(
  main: { readonly current: HTMLElement | null },
  ruleId: string | undefined,
  isEditing: boolean,
): void {
  const last = useRef<string>(undefined);
  const wasEditing = useRef(false);
  useEffect(() => {
    if (isEditing) last.current = ruleId;
    else if (wasEditing.current) {
      const row =
        last.current === undefined
          ? null
          : main.current?.querySelector<HTMLElement>(
              `[data-rule="${CSS.escape(last.current)}"] [data-control="edit"]`,
            );
      (row ?? main.current)?.focus();
    }
    wasEditing.current = isEditing;
  }, [isEditing, main, ruleId]);
}
