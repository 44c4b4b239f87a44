// Text from elsewhere made safe for a terminal: names, paths and command lines are chosen by the very programs that are asked about.
// Everything that is printed and was not written in this program goes through here.

// Controls, formatting (bidi overrides, zero width), surrogates, private and unassigned characters, line separators.
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u;
// Spaces that are not the ASCII one, letters that look like nothing, and the frame characters that cards are drawn with.
const MISLEADING =
  /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2800\u2500-\u259f]/u;
const MARK = /\p{M}/u;
const PLAIN_WORD = /^[\p{L}\p{N}\p{M}_@%+=:,./~-]+$/u;
// A letter with two marks is ordinary in several scripts; a tower of them spills over the neighbouring lines.
const MOST_MARKS = 2;

/** The same text with everything that a terminal would act on, or that an eye would miss, written as an escape. */
export function safeText(text: string): string {
  let safe = '';
  let marks = 0;
  for (const character of text) {
    marks = MARK.test(character) ? marks + 1 : 0;
    const escape =
      INVISIBLE.test(character) ||
      MISLEADING.test(character) ||
      marks > MOST_MARKS ||
      (marks > 0 && safe === '');
    safe += escape ? escapeOf(character) : character;
  }
  return safe;
}

function escapeOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (character === '\n') return '\\n';
  if (character === '\t') return '\\t';
  if (character === '\r') return '\\r';
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}

/** One word of a list, quoted unless it is plain, so that no file name can look like two words or like a separator. */
export function safeWord(text: string): string {
  const safe = safeText(text);
  return PLAIN_WORD.test(safe) ? safe : `'${safe.replaceAll("'", "\\'")}'`;
}

/** A command line as one would type it; `(none)` where there is none. */
export function safeCommandLine(words: readonly string[]): string {
  return words.length === 0 ? '(none)' : words.map(safeWord).join(' ');
}

/** A sentence of the agent in which the given name stands: the name is quoted unless it is one plain word. */
export function safeSentence(sentence: string, name: string): string {
  const at = name === '' ? -1 : sentence.indexOf(name);
  if (at < 0) return safeText(sentence);
  return `${safeText(sentence.slice(0, at))}${safeWord(name)}${safeText(sentence.slice(at + name.length))}`;
}
