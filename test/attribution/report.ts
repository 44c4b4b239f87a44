// A case in a line, and whether it went as is written down for it.
import type { CaseResult } from './suite.ts';

const WIDTHS = [32, 7, 6, 6, 6, 8, 11, 11] as const;

export const TABLE_HEAD = columns(['case', 'family', 'runs', 'right', 'wrong', 'missing', 'median', 'worst']);

export function tableLine(result: CaseResult): string {
  const { name, family, runs, right, wrong, missing, byFileOnly, notHere } = result;
  if (notHere !== undefined) return `${columns([name, `IPv${family}`])} ${notHere}`;
  const times = [result.medianUs, result.worstUs].map((us) =>
    us === undefined ? '-' : `${us.toFixed(0)} us`,
  );
  const line = columns([name, `IPv${family}`, runs, right, wrong, missing, ...times].map(String));
  const notes = [
    byFileOnly > 0 ? `${byFileOnly} by file only` : '',
    isAsExpected(result) ? '' : `expected: ${result.expected}`,
  ];
  return [line, ...notes.filter((note) => note !== '')].join('  ');
}

/** Where a flow cannot be seen, it must be nobody's. */
export function isAsExpected({ notHere, expected, runs, right, wrong, missing }: CaseResult): boolean {
  if (notHere !== undefined) return true;
  return wrong === 0 && { right, missing, 'right or missing': right + missing }[expected] === runs;
}

function columns(cells: readonly string[]): string {
  return cells
    .map((cell, index) => cell.padEnd(WIDTHS[index] ?? 0))
    .join('')
    .trimEnd();
}
