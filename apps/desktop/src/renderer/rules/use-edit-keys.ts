// Ctrl+Z takes an edit back, Ctrl+Shift+Z and Ctrl+Y do it again. In a field these keys belong to what is typed.
import { useEffect } from 'react';
import type { RuleEdits } from './use-rule-edits.ts';

export function useEditKeys({ undo, redo }: RuleEdits, mayChange: boolean): void {
  useEffect(() => {
    if (!mayChange) return;
    const onKey = (event: KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || isTyping(event.target)) return;
      const key = event.key.toLowerCase();
      if (key !== 'z' && key !== 'y') return;
      event.preventDefault();
      void (key === 'y' || event.shiftKey ? redo() : undo());
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [undo, redo, mayChange]);
}

function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLTextAreaElement) return true;
  return target instanceof HTMLInputElement && !['checkbox', 'radio'].includes(target.type);
}
