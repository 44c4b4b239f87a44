// Edits of rules from the page: done one after the other, told, and taken back or done again.
import { useCallback, useRef, useState } from 'react';
import type { Rule } from '../../shared/model.ts';
import { errorText } from '../error-text.ts';
import { useWords } from '../language/words.tsx';
import { useDesktop } from '../use-desktop.tsx';
import { useShowToast } from '../show-toast.ts';
import { applyEdit } from './apply-edit.ts';
import type { Applied } from './apply-edit.ts';
import { forgotten, inverse, NO_EDITS, recorded, redone, undone } from './edit-history.ts';
import type { Edit, EditHistory } from './edit-history.ts';

export interface Working {
  readonly done: number;
  readonly count: number;
  readonly stop: () => void;
}

export interface RuleEdits {
  readonly mayUndo: boolean;
  readonly mayRedo: boolean;
  /** An edit that is under way; undefined while none is. */
  readonly working: Working | undefined;
  /** Does it, tells it, and remembers it. */
  readonly run: (edit: Edit) => Promise<void>;
  /** Remembers and tells what the editor did already. */
  readonly note: (edit: Edit) => void;
  readonly undo: () => Promise<void>;
  readonly redo: () => Promise<void>;
}

const SHOW_MS = 10_000;

export function useRuleEdits(): RuleEdits {
  const { api, store } = useDesktop();
  const words = useWords();
  const show = useShowToast();
  const [history, setHistory] = useState<EditHistory>(NO_EDITS);
  const latest = useRef(history);
  const [working, setWorking] = useState<Working>();
  const isBusy = useRef(false);

  const keep = useCallback((next: EditHistory) => {
    latest.current = next;
    setHistory(next);
  }, []);

  const apply = useCallback(
    async (edit: Edit): Promise<Applied> => {
      const rules = new Map<string, Rule>(store.state().rules.map((rule) => [rule.id, rule]));
      const stopping = new AbortController();
      const count = edit.changes.length;
      const tell = (done: number): void => setWorking({ done, count, stop: () => stopping.abort() });
      tell(0);
      isBusy.current = true;
      const applied = await applyEdit(edit, {
        api,
        current: (id) => rules.get(id),
        onProgress: tell,
        signal: stopping.signal,
      });
      isBusy.current = false;
      setWorking(undefined);
      return applied;
    },
    [api, store],
  );

  const tellFailure = useCallback(
    ({ edit, failure }: Applied, count: number) => {
      if (failure === undefined) return;
      const problem =
        failure.kind === 'error' ? errorText(words, failure.error) : words('rules.failed.changed');
      const done = edit.changes.length;
      const text =
        done === 0
          ? words('rules.failed', { problem })
          : words('rules.failed.partly', { done, count, problem });
      show({ icon: 'caution', text, showMs: SHOW_MS });
    },
    [show, words],
  );

  const step = useCallback(
    async (direction: 'undo' | 'redo'): Promise<void> => {
      const from = direction === 'undo' ? latest.current.done : latest.current.undone;
      const edit = from.at(-1);
      if (edit === undefined || isBusy.current) return;
      const applied = await apply(inverse(edit));
      if (applied.failure !== undefined) {
        const isLost = applied.failure.kind === 'changed-elsewhere';
        if (isLost) keep(forgotten(latest.current, direction));
        return tellFailure(applied, edit.changes.length);
      }
      const move = direction === 'undo' ? undone : redone;
      keep(move(latest.current, applied.edit));
      show({
        icon: 'undo',
        text: words(`rules.done.${direction === 'undo' ? 'undone' : 'redone'}`),
        showMs: 4000,
      });
    },
    [apply, keep, show, tellFailure, words],
  );

  const undo = useCallback(() => step('undo'), [step]);
  const redo = useCallback(() => step('redo'), [step]);

  const note = useCallback(
    (edit: Edit) => {
      keep(recorded(latest.current, edit));
      const text = words(`rules.done.${edit.kind}`, { count: edit.changes.length });
      show({ icon: 'info', text, showMs: SHOW_MS, action: { label: words('undo'), run: () => void undo() } });
    },
    [keep, show, undo, words],
  );

  const run = useCallback(
    async (edit: Edit): Promise<void> => {
      if (isBusy.current || edit.changes.length === 0) return;
      const applied = await apply(edit);
      if (applied.edit.changes.length > 0) note(applied.edit);
      tellFailure(applied, edit.changes.length);
    },
    [apply, note, tellFailure],
  );

  return {
    mayUndo: history.done.length > 0,
    mayRedo: history.undone.length > 0,
    ...{ working, run, note, undo, redo },
  };
}
