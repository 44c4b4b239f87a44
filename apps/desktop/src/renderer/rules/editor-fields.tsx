// The fields of a rule: what happens, each condition of the table, how long, and what else a rule carries.
import type { ReactNode } from 'react';
import type { Action, RuleLifetime } from '../../shared/model.ts';
import { Chips } from '../design/chips.tsx';
import { Disclosure } from '../design/disclosure.tsx';
import { Select } from '../design/select.tsx';
import { TextField } from '../design/text-field.tsx';
import { useWords } from '../language/words.tsx';
import type { RulesMessageId } from '../messages/message-id.ts';
import { useNowMs } from '../use-now.ts';
import { ConditionField } from './condition-field.tsx';
import { ALL_CONDITIONS } from './conditions.ts';
import type { EditorPlace } from './rule-editor.tsx';
import styles from './rule-editor.module.css';
import type { LifetimeKind } from './rule-form.ts';
import { localTimeText } from './rule-form.ts';
import type { OpenForm } from './use-rule-form.ts';

interface EditorFieldsProps {
  readonly open: OpenForm;
  readonly ownUid: number;
  readonly isMoreOpen: boolean;
}

export function EditorFields({ open, ownUid, isMoreOpen }: EditorFieldsProps): ReactNode {
  const words = useWords();
  const { form, change } = open;
  return (
    <>
      <Field name="action" open={open}>
        <Chips<Action>
          label={words('rules.field.action')}
          isLabelHidden
          options={(['allow', 'deny'] as const).map((value) => ({
            value,
            label: words(`rules.action.${value}`),
          }))}
          value={form.action}
          onChange={(action) => change({ action })}
        />
      </Field>
      {ALL_CONDITIONS.map((condition) => (
        <Field key={condition.key} name={condition.key} open={open}>
          <ConditionField
            condition={condition}
            value={form.conditions[condition.key]}
            problem={open.problemOf(condition.key)}
            ownUid={ownUid}
            onChange={(value) => change({ conditions: { ...form.conditions, [condition.key]: value } })}
          />
        </Field>
      ))}
      <LifetimeFields open={open} />
      <Disclosure summary={words('rules.editor.more')} isOpenAtFirst={isMoreOpen || form.note !== ''}>
        <MoreFields open={open} />
      </Disclosure>
    </>
  );
}

interface FieldProps {
  readonly name: EditorPlace;
  readonly open: OpenForm;
  readonly children: ReactNode;
}

/** Where the focus can be sent; a problem is shown once the field was left. */
function Field({ name, open, children }: FieldProps): ReactNode {
  return (
    <div
      data-field={name}
      className={styles['field']}
      onBlur={() => {
        if (name !== 'action' && name !== 'lifetime') open.leave(name);
      }}
    >
      {children}
    </div>
  );
}

const HOUR_MS = 3_600_000;

function LifetimeFields({ open }: { readonly open: OpenForm }): ReactNode {
  const words = useWords();
  const { form, change } = open;
  const nowMs = useNowMs(30_000);
  const process = form.edited?.lifetime.kind === 'process' ? form.edited.lifetime : undefined;
  const kinds: readonly LifetimeKind[] = [
    'always',
    'until',
    'restart',
    ...(process ? ['process' as const] : []),
  ];
  const choose = (lifetime: LifetimeKind): void => {
    const until =
      form.until === '' ? localTimeText(Math.ceil(nowMs / HOUR_MS) * HOUR_MS + HOUR_MS) : form.until;
    change(lifetime === 'until' ? { lifetime, until } : { lifetime });
  };
  const isPast = form.lifetime === 'until' && new Date(form.until).getTime() <= nowMs;
  return (
    <>
      <Field name="lifetime" open={open}>
        <Select
          label={words('rules.field.lifetime')}
          options={kinds.map((value) => ({
            value,
            label: words(lifetimeLabel(value, process), { pid: process?.pid ?? '' }),
          }))}
          value={form.lifetime}
          onChange={(value) => choose(value as LifetimeKind)}
        />
      </Field>
      {form.lifetime === 'until' && (
        <Field name="until" open={open}>
          <TextField
            label={words('rules.field.until')}
            value={form.until}
            isMoment
            problem={open.problemOf('until')}
            hint={words(isPast ? 'rules.until-past' : 'rules.hint.until')}
            onChange={(until) => change({ until })}
          />
        </Field>
      )}
    </>
  );
}

function lifetimeLabel(
  kind: LifetimeKind,
  process: Extract<RuleLifetime, { kind: 'process' }> | undefined,
): RulesMessageId {
  return kind === 'process' && process?.withChildren === true
    ? 'rules.lifetime.tree'
    : `rules.lifetime.${kind}`;
}

function MoreFields({ open }: { readonly open: OpenForm }): ReactNode {
  const words = useWords();
  const { form, change, problemOf } = open;
  return (
    <div className={styles['more']}>
      {form.edited === undefined && (
        <Field name="id" open={open}>
          <TextField
            label={words('rules.field.id')}
            value={form.id}
            isCode
            problem={problemOf('id')}
            hint={words('rules.hint.id')}
            onChange={(id) => change({ id })}
          />
        </Field>
      )}
      <Field name="note" open={open}>
        <TextField
          label={words('rules.field.note')}
          value={form.note}
          lines={3}
          problem={problemOf('note')}
          hint={words('rules.hint.note')}
          onChange={(note) => change({ note })}
        />
      </Field>
      <Field name="priority" open={open}>
        <TextField
          label={words('rules.field.priority')}
          value={form.priority}
          problem={problemOf('priority')}
          hint={words('rules.hint.priority')}
          onChange={(priority) => change({ priority })}
        />
      </Field>
    </div>
  );
}
