// How many terminal columns a text takes, and fitting text into columns. Takes text that safeText made safe.

const MARK = /\p{M}/u;
// East Asian Wide and Fullwidth, and emoji shown as pictures (Unicode Standard Annex 11). Inclusive ranges.
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x231a, 0x231b],
  [0x2329, 0x232a],
  [0x23e9, 0x23f3],
  [0x25fd, 0x25fe],
  [0x2614, 0x2615],
  [0x2648, 0x2653],
  [0x267f, 0x267f],
  [0x2693, 0x2693],
  [0x26a1, 0x26a1],
  [0x26aa, 0x26ab],
  [0x26bd, 0x26be],
  [0x26c4, 0x26ce],
  [0x26d4, 0x26ea],
  [0x26f2, 0x26fd],
  [0x2705, 0x2728],
  [0x274c, 0x2757],
  [0x2795, 0x27bf],
  [0x2b1b, 0x2b55],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18aff],
  [0x1b000, 0x1b2ff],
  [0x1f004, 0x1f004],
  [0x1f0cf, 0x1f0cf],
  [0x1f18e, 0x1f320],
  [0x1f32d, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f7e0, 0x1f7eb],
  [0x1f900, 0x1f9ff],
  [0x1fa70, 0x1faff],
  [0x20000, 0x3fffd],
];

function characterWidth(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x300) return 1;
  if (MARK.test(character)) return 0;
  return WIDE.some(([from, to]) => code >= from && code <= to) ? 2 : 1;
}

/** Columns of one line of safe text. */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/** The text itself where it fits, otherwise its beginning with an ellipsis, never wider than `columns`. */
export function clip(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  return columns < 1 ? '' : `${head(text, columns - 1)}…`;
}

/** Clips in the middle, which keeps both the directory and the file name of a path readable. */
export function clipMiddle(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  if (columns < 5) return clip(text, columns);
  const tailColumns = Math.ceil((columns - 1) / 2);
  const tail = reversed(head(reversed(text), tailColumns));
  return `${head(text, columns - 1 - textWidth(tail))}…${tail}`;
}

function reversed(text: string): string {
  return Array.from(text).reverse().join('');
}

function head(text: string, columns: number): string {
  let kept = '';
  let width = 0;
  for (const character of text) {
    width += characterWidth(character);
    if (width > columns) break;
    kept += character;
  }
  return kept;
}

/** The text and blanks up to `columns`. */
export function pad(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - textWidth(text)));
}

export interface WrapOptions {
  readonly columns: number;
  /** More lines than this are cut, with an ellipsis at the end of the last one. */
  readonly mostLines?: number;
}

/** Breaks at blanks where it can and inside a word where it must. Never returns an empty list. */
export function wrap(text: string, options: WrapOptions): readonly string[] {
  const columns = Math.max(2, options.columns);
  const mostLines = options.mostLines ?? Number.POSITIVE_INFINITY;
  const lines: string[] = [];
  let rest = text;
  while (textWidth(rest) > columns && lines.length + 1 < mostLines) {
    const line = lineOf(rest, columns);
    lines.push(line.trimEnd());
    rest = rest.slice(line.length).trimStart();
  }
  return [...lines, clip(rest, columns)];
}

function lineOf(text: string, columns: number): string {
  const fits = head(text, columns);
  if (text.charAt(fits.length) === ' ') return fits;
  const blank = fits.lastIndexOf(' ');
  return blank > columns / 3 ? fits.slice(0, blank + 1) : fits;
}
