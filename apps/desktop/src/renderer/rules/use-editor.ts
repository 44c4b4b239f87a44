// Which form is open beside the list. What was typed is never thrown away without a question.
import { useCallback, useRef, useState } from 'react';
import type { EditorPlace } from './rule-editor.tsx';
import type { RuleForm } from './rule-form.ts';

export interface Editing {
  /** New for each form, so that each begins anew. */
  readonly key: number;
  readonly first: RuleForm;
  readonly place: EditorPlace;
  /** Goes up whenever the focus is sent there. */
  readonly visit: number;
}

export interface Editor {
  readonly editing: Editing | undefined;
  readonly isAskedToLeave: boolean;
  /** The form that is open already only gets the focus at that place. */
  readonly open: (first: RuleForm, place: EditorPlace) => void;
  readonly noteTouched: (isTouched: boolean) => void;
  readonly stay: () => void;
  /** The next form, if one waits, takes its place. */
  readonly close: () => void;
  /** No form is open any more. */
  readonly end: () => void;
}

interface Forms {
  readonly shown: Editing | undefined;
  readonly waiting: Editing | undefined;
}

const NO_FORM: Forms = { shown: undefined, waiting: undefined };

export function useEditor(): Editor {
  const [forms, setForms] = useState<Forms>(NO_FORM);
  const isTouched = useRef(false);
  const open = useCallback((first: RuleForm, place: EditorPlace) => {
    // Read now: React may run what sets the state later, or twice.
    const isAsked = isTouched.current;
    setForms(({ shown }) => nextForms(shown, { first, place }, isAsked));
  }, []);
  const noteTouched = useCallback((now: boolean) => {
    isTouched.current = now;
  }, []);
  const stay = useCallback(() => setForms(({ shown }) => ({ shown, waiting: undefined })), []);
  const close = useCallback(() => {
    isTouched.current = false;
    setForms(({ waiting }) => ({ shown: waiting, waiting: undefined }));
  }, []);
  const end = useCallback(() => {
    isTouched.current = false;
    setForms(NO_FORM);
  }, []);
  const { shown, waiting } = forms;
  return { editing: shown, isAskedToLeave: waiting !== undefined, open, noteTouched, stay, close, end };
}

function nextForms(
  shown: Editing | undefined,
  wanted: Omit<Editing, 'key' | 'visit'>,
  isAsked: boolean,
): Forms {
  const visit = (shown?.visit ?? 0) + 1;
  const next = { ...wanted, visit, key: (shown?.key ?? 0) + 1 };
  if (shown === undefined) return { shown: next, waiting: undefined };
  const edited = wanted.first.edited?.id;
  const isSameRule = edited !== undefined && shown.first.edited?.id === edited;
  if (isSameRule) return { shown: { ...shown, visit, place: wanted.place }, waiting: undefined };
  return isAsked ? { shown, waiting: next } : { shown: next, waiting: undefined };
}
