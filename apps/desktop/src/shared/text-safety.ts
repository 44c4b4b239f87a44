// Text that was chosen by the very programs that are asked about, made safe to show: nothing in it reorders, hides or overlaps,
// and what only looks like other letters is flagged. Everything foreign that a page shows goes through here.

export type TextPart =
  | { readonly kind: 'plain'; readonly text: string }
  /** Stands for a character that would not be seen, or would change what is seen around it. */
  | { readonly kind: 'escape'; readonly text: string }
  /** So many characters of the original are left out here. */
  | { readonly kind: 'left-out'; readonly characters: number };

export interface ShownText {
  readonly parts: readonly TextPart[];
  /** The whole text with escapes, for details and for copying. */
  readonly full: string;
  readonly hasEscapes: boolean;
  /** Words whose letters come from scripts that look alike, e.g. a Cyrillic а in a Latin word. */
  readonly mixedWords: readonly string[];
}

// Controls, formatting (bidi overrides, zero width), surrogates, private and unassigned characters, line separators.
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u;
// Spaces that are not the ASCII one, letters that look like nothing, selectors that change the character before them.
const MISLEADING =
  /[\u00a0\u034f\u1680\u180b-\u180f\u2000-\u200a\u202f\u205f\u3000\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2800\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/u;
const MARK = /\p{M}/u;
const NEEDS_CARE = new RegExp(`${INVISIBLE.source}|${MISLEADING.source}|${MARK.source}`, 'u');
// A letter with two marks is ordinary in several scripts; a tower of them spills over the neighbouring lines.
const MOST_MARKS = 2;

/** The text as it may be shown, cut in the middle where it is longer than `mostCharacters`. */
export function shownText(text: string, mostCharacters = Infinity): ShownText {
  const whole = partsOf(text);
  return {
    parts: text.length > mostCharacters ? cutMiddle(text, mostCharacters) : whole,
    full: plainText(whole),
    hasEscapes: whole.some((part) => part.kind === 'escape'),
    mixedWords: mixedWords(text),
  };
}

/** The same as one string. What is left out is told as `…`. */
export function plainText(parts: readonly TextPart[]): string {
  return parts.map((part) => (part.kind === 'left-out' ? '…' : part.text)).join('');
}

/** The whole text with everything that an eye would miss written as an escape. */
export function safeText(text: string): string {
  return NEEDS_CARE.test(text) ? plainText(partsOf(text)) : text;
}

function partsOf(text: string): TextPart[] {
  if (!NEEDS_CARE.test(text)) return text === '' ? [] : [{ kind: 'plain', text }];
  const parts: TextPart[] = [];
  let plain = '';
  let marks = 0;
  for (const character of text) {
    marks = MARK.test(character) ? marks + 1 : 0;
    if (isSeen(character, marks, plain !== '')) {
      plain += character;
      continue;
    }
    if (plain !== '') parts.push({ kind: 'plain', text: plain });
    parts.push({ kind: 'escape', text: escapeOf(character) });
    plain = '';
  }
  return plain === '' ? parts : [...parts, { kind: 'plain', text: plain }];
}

/** A mark needs a letter to stand on: at the start, or after an escape, it would change what we wrote. */
function isSeen(character: string, marks: number, hasLetterBefore: boolean): boolean {
  if (INVISIBLE.test(character) || MISLEADING.test(character)) return false;
  return marks === 0 || (marks <= MOST_MARKS && hasLetterBefore);
}

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\t': '\\t', '\r': '\\r' };

function escapeOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  return NAMED[character] ?? (code < 0x100 ? `\\x${hex.padStart(2, '0')}` : `\\u{${hex}}`);
}

/** Beginning and end say most of a path or a command line. Never splits a surrogate pair. */
function cutMiddle(text: string, mostCharacters: number): TextPart[] {
  const tailLength = Math.floor(mostCharacters / 2);
  const headEnd = outsidePair(text, mostCharacters - tailLength);
  const tailStart = outsidePair(text, text.length - tailLength);
  const leftOut: TextPart = { kind: 'left-out', characters: tailStart - headEnd };
  return [...partsOf(text.slice(0, headEnd)), leftOut, ...partsOf(text.slice(tailStart))];
}

function outsidePair(text: string, index: number): number {
  const splits = /^[\ud800-\udbff][\udc00-\udfff]$/.test(text.slice(index - 1, index + 1));
  return splits ? index - 1 : index;
}

const WORD = /[\p{L}\p{N}\p{M}]+/gu;
/** Scripts with letters that cannot be told from Latin ones, and Latin itself. */
const ALIKE: readonly RegExp[] = [
  /\p{Script=Latin}/u,
  /\p{Script=Cyrillic}/u,
  /\p{Script=Greek}/u,
  /\p{Script=Armenian}/u,
  /\p{Script=Cherokee}/u,
  /\p{Script=Coptic}/u,
  /\p{Script=Lisu}/u,
  // Mathematical letters and full-width forms look like their plain Latin ones.
  /[\u{1d400}-\u{1d7ff}\uff21-\uff3a\uff41-\uff5a]/u,
];
const ASCII_ONLY = /^\p{ASCII}*$/u;
const MOST_WORDS = 20;

function mixedWords(text: string): readonly string[] {
  if (ASCII_ONLY.test(text)) return [];
  const words = [...new Set(text.match(WORD))].filter(
    (word) => ALIKE.filter((script) => script.test(word)).length > 1,
  );
  return words.slice(0, MOST_WORDS).map(safeText);
}
