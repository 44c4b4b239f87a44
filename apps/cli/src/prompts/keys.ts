// From the bytes of a terminal to keys. A cursor key must never look like letters, also when its bytes come in two reads.

export type Key =
  | { readonly kind: 'character'; readonly text: string }
  | { readonly kind: 'return' | 'escape' | 'interrupt' | 'suspend' | 'redraw' | 'paste' | 'other' };

export interface Decoded {
  readonly keys: readonly Key[];
  /** The beginning of a sequence whose rest has not arrived. */
  readonly rest: string;
}

const ESCAPE = '\u001b';
const PASTE_START = `${ESCAPE}[200~`;
const PASTE_END = `${ESCAPE}[201~`;
// A control sequence, a function key, a string sequence, or Alt with one character. What only begins so is kept.
const SEQUENCE =
  /^(?:\u001b\[[0-?]*[ -/]*[@-~]|\u001bO.|\u001b[PX^_\]][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b[^[OPX^_\]])/su;
// One read holds what was typed within a few milliseconds. Nobody types so much: it was pasted or sent by a program.
const MOST_TYPED_AT_ONCE = 8;

/** Keys of one read, after what was left of the one before. */
export function decodeKeys(before: string, chunk: string): Decoded {
  const keys: Key[] = [];
  let text = before + chunk;
  while (text !== '') {
    const step = nextKey(text);
    if (step === undefined) break;
    keys.push(step.key);
    text = text.slice(step.length);
  }
  return { keys: keys.length > MOST_TYPED_AT_ONCE ? [{ kind: 'paste' }] : keys, rest: bounded(text) };
}

/** What an unfinished sequence was after all, once nothing followed it for a while: a lone Escape, or nothing. */
export function flushKeys(rest: string): readonly Key[] {
  if (rest === '') return [];
  return [{ kind: rest === ESCAPE ? 'escape' : 'other' }];
}

// A paste without an end must not grow for ever; its beginning is enough to keep it a paste.
function bounded(rest: string): string {
  return rest.startsWith(PASTE_START)
    ? PASTE_START + rest.slice(PASTE_START.length).slice(-PASTE_END.length)
    : rest;
}

function nextKey(text: string): { readonly key: Key; readonly length: number } | undefined {
  if (text.startsWith(PASTE_START)) {
    const end = text.indexOf(PASTE_END);
    return end < 0 ? undefined : { key: { kind: 'paste' }, length: end + PASTE_END.length };
  }
  if (text.startsWith(ESCAPE)) return escapeSequence(text);
  const character = String.fromCodePoint(text.codePointAt(0) ?? 0);
  return { key: plainKey(character), length: character.length };
}

const LONGEST_SEQUENCE = 64;

function escapeSequence(text: string): { readonly key: Key; readonly length: number } | undefined {
  const sequence = SEQUENCE.exec(text)?.[0];
  if (sequence !== undefined) return { key: { kind: 'other' }, length: sequence.length };
  return text.length > LONGEST_SEQUENCE ? { key: { kind: 'other' }, length: text.length } : undefined;
}

const CONTROLS: Readonly<Record<string, Key>> = {
  '\r': { kind: 'return' },
  '\n': { kind: 'return' },
  '\u0003': { kind: 'interrupt' },
  '\u0004': { kind: 'interrupt' },
  '\u001a': { kind: 'suspend' },
  '\u000c': { kind: 'redraw' },
};

function plainKey(character: string): Key {
  const control = CONTROLS[character];
  if (control !== undefined) return control;
  return /^\p{C}$/u.test(character) ? { kind: 'other' } : { kind: 'character', text: character };
}
