// Health checks as doctor lists them: the state as a word, what was found, what to do.
import type { HealthCheck } from '@sallyport/proto';
import { safeText } from './safe-text.ts';
import type { Style } from './style.ts';
import { pad, wrap } from './width.ts';

export interface ChecksView {
  readonly style: Style;
  readonly columns: number;
}

const STATE_WORDS = {
  HEALTH_STATE_UNSPECIFIED: 'not known',
  HEALTH_STATE_OK: 'ok',
  HEALTH_STATE_DEGRADED: 'degraded',
  HEALTH_STATE_BROKEN: 'broken',
} as const satisfies Record<HealthCheck['state'], string>;

const STATE_COLUMNS = 10;

export function checkLines(checks: readonly HealthCheck[], view: ChecksView): readonly string[] {
  const nameColumns = Math.min(20, Math.max(...checks.map((check) => check.name.length), 4)) + 2;
  return checks.flatMap((check) => {
    const indent = ' '.repeat(STATE_COLUMNS + nameColumns);
    const columns = view.columns - indent.length;
    const remedy = check.remedy === '' ? [] : wrap(`→ ${safeText(check.remedy)}`, { columns });
    const [first = '', ...others] = wrap(safeText(check.text), { columns });
    const head = `${paintState(check, view.style)}${pad(safeText(check.name), nameColumns)}`;
    return [`${head}${first}`, ...[...others, ...remedy].map((line) => `${indent}${line}`)];
  });
}

function paintState(check: HealthCheck, style: Style): string {
  const word = pad(STATE_WORDS[check.state], STATE_COLUMNS);
  if (check.state === 'HEALTH_STATE_OK') return style.good(word);
  return check.state === 'HEALTH_STATE_BROKEN' ? style.bad(word) : style.caution(word);
}
