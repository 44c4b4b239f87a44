// The form of a rule beside the list: all that the engine takes, with the sentence that it makes.
import { useEffect, useId, useRef, useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import type { Rule } from '../../shared/model.ts';
import { Button, IconButton } from '../design/button.tsx';
import { useWords } from '../language/words.tsx';
import { mayApply } from './edit-history.ts';
import type { Edit } from './edit-history.ts';
import { EditorFields } from './editor-fields.tsx';
import { EditorSays } from './editor-says.tsx';
import styles from './rule-editor.module.css';
import type { FormField, RuleForm } from './rule-form.ts';
import { useRuleForm } from './use-rule-form.ts';

export type EditorPlace = FormField | 'action' | 'lifetime';

export interface RuleEditorProps {
  readonly first: RuleForm;
  /** Where the focus goes. */
  readonly place: EditorPlace;
  /** Another number sends the focus there again. */
  readonly visit: number;
  readonly rules: readonly Rule[];
  readonly ownUid: number;
  readonly mayChange: boolean;
  /** Something else is to be edited: what was typed here is asked about first. */
  readonly isAskedToLeave: boolean;
  readonly onTouched: (isTouched: boolean) => void;
  readonly onSaved: (edit: Edit) => void;
  /** The form is over, and whatever waited for it begins. */
  readonly onClose: () => void;
  readonly onStay: () => void;
  readonly onDuplicate: (rule: Rule) => void;
  readonly onShowText: (rule: Rule) => void;
  readonly onDelete: (rule: Rule) => void;
}

export function RuleEditor(props: RuleEditorProps): ReactNode {
  const { first, place, visit, rules, ownUid, mayChange, onSaved, onClose, onTouched } = props;
  const words = useWords();
  const open = useRuleForm({ first, rules, onSaved });
  const panel = useRef<HTMLElement>(null);
  const titleId = useId();
  const [isAsking, setIsAsking] = useState(false);
  const { isTouched } = open;
  useEffect(() => focusField(panel.current, place), [place, visit]);
  useEffect(() => onTouched(isTouched), [isTouched, onTouched]);
  const close = (): void => (isTouched ? setIsAsking(true) : onClose());
  const stay = (): void => {
    setIsAsking(false);
    props.onStay();
  };
  const save = async (): Promise<void> => {
    const field = await open.save();
    if (field !== undefined) focusField(panel.current, field);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') close();
    else if (event.key === 'Enter' && (event.ctrlKey || isOneLine(event.target))) void save();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const { edited } = open.form;
  return (
    <aside ref={panel} className={styles['panel']} aria-labelledby={titleId} onKeyDown={onKeyDown}>
      <header className={styles['head']}>
        <h2 id={titleId}>{words(edited === undefined ? 'rules.editor.new' : 'rules.editor.edit')}</h2>
        <IconButton label={words('close')} icon="close" hasTooltip={false} onClick={close} />
      </header>
      <div className={styles['body']}>
        <EditorSays reading={open.reading} ownUid={ownUid} warning={warningOf(edited, rules)} />
        <fieldset disabled={!mayChange} className={styles['fields']}>
          <EditorFields open={open} ownUid={ownUid} isMoreOpen={isMore(place)} />
        </fieldset>
        {edited !== undefined && <RuleActions {...props} rule={edited} />}
      </div>
      <footer className={styles['foot']}>
        {open.refusal !== undefined && (
          <p role="alert" className={styles['refusal']}>
            {open.refusal}
          </p>
        )}
        {isAsking || props.isAskedToLeave ? (
          <Discard onYes={onClose} onNo={stay} />
        ) : (
          <>
            <Button onClick={close}>{words('rules.editor.cancel')}</Button>
            <Button kind="primary" disabled={!mayChange} onClick={() => void save()}>
              {words('rules.editor.save')}
            </Button>
          </>
        )}
      </footer>
    </aside>
  );
}

function Discard({ onYes, onNo }: { readonly onYes: () => void; readonly onNo: () => void }): ReactNode {
  const words = useWords();
  const keep = useRef<HTMLSpanElement>(null);
  useEffect(() => keep.current?.querySelector('button')?.focus(), []);
  return (
    <>
      <p role="alert" className={styles['question']}>
        {words('rules.editor.discard')}
      </p>
      <Button kind="deny" onClick={onYes}>
        {words('rules.editor.discard.yes')}
      </Button>
      <span ref={keep}>
        <Button onClick={onNo}>{words('rules.editor.discard.no')}</Button>
      </span>
    </>
  );
}

type RuleActionsProps = Pick<RuleEditorProps, 'mayChange' | 'onDuplicate' | 'onShowText' | 'onDelete'>;

function RuleActions({ rule, mayChange, ...on }: RuleActionsProps & { readonly rule: Rule }): ReactNode {
  const words = useWords();
  return (
    <div className={styles['actions']}>
      {mayChange && (
        <Button kind="quiet" icon="add" onClick={() => on.onDuplicate(rule)}>
          {words('rules.duplicate')}
        </Button>
      )}
      {rule.file !== undefined && (
        <Button kind="quiet" icon="rules" onClick={() => on.onShowText(rule)}>
          {words('rules.text')}
        </Button>
      )}
      {mayChange && (
        <Button kind="quiet" icon="delete" onClick={() => on.onDelete(rule)}>
          {words('rules.delete')}
        </Button>
      )}
    </div>
  );
}

/** What happened to the rule while its form is open. */
function warningOf(
  edited: Rule | undefined,
  rules: readonly Rule[],
): 'rules.editor.gone' | 'rules.editor.changed' | undefined {
  if (edited === undefined) return undefined;
  const current = rules.find(({ id }) => id === edited.id);
  if (current === undefined) return 'rules.editor.gone';
  const before = { ...edited, enabled: current.enabled };
  const isSame = mayApply({ ruleId: edited.id, before, after: undefined }, current);
  return isSame ? undefined : 'rules.editor.changed';
}

function isMore(place: EditorPlace): boolean {
  return place === 'id' || place === 'note' || place === 'priority';
}

/** Return in a field of one line saves; elsewhere it does what it does everywhere. */
function isOneLine(target: EventTarget): boolean {
  return target instanceof HTMLInputElement && target.type !== 'radio';
}

function focusField(panel: HTMLElement | null, place: EditorPlace): void {
  const field = panel?.querySelector(`[data-field="${place}"]`);
  const control =
    field?.querySelector<HTMLElement>(':checked:not(option)') ??
    field?.querySelector<HTMLElement>('input, select, textarea');
  control?.focus();
  if (control instanceof HTMLInputElement && control.type === 'text') control.select();
}
