// A failed call in one text: our words for its kind, then what the host tells.
import type { DesktopError } from '../shared/state.ts';
import { safeText } from '../shared/text-safety.ts';
import type { Words } from './language/words.tsx';

export function errorText(words: Words, { kind, text, remedy }: DesktopError): string {
  return [words(`error.${kind}`), safeText(text), safeText(remedy)].filter((part) => part !== '').join(' ');
}
