// Which known word somebody most likely meant.

/** The nearest candidate by edits (a swap of neighbours counts as one); undefined where none is near. */
export function nearest(typed: string, candidates: readonly string[]): string | undefined {
  let best: { readonly word: string; readonly edits: number } | undefined;
  for (const word of candidates) {
    const edits = editDistance(typed, word);
    if (edits < (best?.edits ?? Number.POSITIVE_INFINITY)) best = { word, edits };
  }
  if (best === undefined) return undefined;
  const prefixed = typed.length >= 2 ? candidates.find((word) => word.startsWith(typed)) : undefined;
  return best.edits <= Math.max(1, Math.floor(typed.length / 3)) ? best.word : prefixed;
}

/** ` Did you mean X?`, or nothing. */
export function suggestion(typed: string, candidates: readonly string[]): string {
  const word = nearest(typed, candidates);
  return word === undefined ? '' : ` Did you mean ${word}?`;
}

// Typed words are short; beyond this nobody means a known one, and the table below would grow with the square.
const LONGEST_WORD = 64;

function editDistance(left: string, right: string): number {
  if (left.length > LONGEST_WORD) return Number.POSITIVE_INFINITY;
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1)
      current.push(cheapest({ left, right, row, column }, { beforeLast, last, current }));
    beforeLast = last;
    last = current;
  }
  return last[right.length] ?? 0;
}

interface Place {
  readonly left: string;
  readonly right: string;
  readonly row: number;
  readonly column: number;
}

interface Rows {
  readonly beforeLast: readonly number[];
  readonly last: readonly number[];
  readonly current: readonly number[];
}

function cheapest({ left, right, row, column }: Place, rows: Rows): number {
  const at = (line: readonly number[], index: number): number => line[index] ?? Number.POSITIVE_INFINITY;
  const same = left[row - 1] === right[column - 1] ? 0 : 1;
  const swapped =
    row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
  return Math.min(
    at(rows.last, column) + 1,
    at(rows.current, column - 1) + 1,
    at(rows.last, column - 1) + same,
    swapped ? at(rows.beforeLast, column - 2) + 1 : Number.POSITIVE_INFINITY,
  );
}
