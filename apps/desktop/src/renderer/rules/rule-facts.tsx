// The quiet line below a rule: where it comes from, how often it decided, and what keeps it from deciding.
import type { ReactNode } from 'react';
import { useIntl } from 'react-intl';
import type { IntlShape } from 'react-intl';
import type { Rule, RuleUse } from '../../shared/model.ts';
import { safeText } from '../../shared/text-safety.ts';
import { useWords } from '../language/words.tsx';
import { writeRoute } from '../window/route.ts';
import styles from './rule-row.module.css';
import { isOver } from './shadows.ts';
import type { Shadows } from './shadows.ts';

interface RuleFactsProps {
  readonly rule: Rule;
  readonly use: RuleUse | 'never' | 'unknown';
  readonly shadows: Shadows;
  readonly nowMs: number;
}

export function RuleFacts({ rule, use, shadows, nowMs }: RuleFactsProps): ReactNode {
  const words = useWords();
  const intl = useIntl();
  const shadow = shadows.shadowOf(rule);
  const date = dayText(intl, rule.createdAtMs, nowMs);
  const facts = [
    words('rules.origin', { origin: rule.origin, date }),
    usesText(intl, use, nowMs),
    rule.file === undefined ? words('rules.in-memory') : undefined,
    rule.enabled ? undefined : words('rules.off'),
    isOver(rule, nowMs) ? words('rules.over') : undefined,
  ];
  return (
    <p className={styles['facts']}>
      {facts.filter((fact) => fact !== undefined).join(' · ')}
      {shadow !== undefined && <Shadowed other={shadow} />}
    </p>
  );
}

/** The year only where it is another one: a row has one line, if it can. */
function dayText(intl: IntlShape, atMs: number, nowMs: number): string {
  const isThisYear = new Date(atMs).getFullYear() === new Date(nowMs).getFullYear();
  return intl.formatDate(atMs, isThisYear ? { month: 'short', day: 'numeric' } : { dateStyle: 'medium' });
}

function usesText(intl: IntlShape, use: RuleFactsProps['use'], nowMs: number): string | undefined {
  if (use === 'unknown') return undefined;
  if (use === 'never') return intl.formatMessage({ id: 'rules.never-used' });
  const last = agoText(intl, nowMs - use.lastAtMs);
  return intl.formatMessage({ id: 'rules.uses' }, { count: use.flows, last });
}

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

function agoText(intl: IntlShape, ageMs: number): string {
  const [unit, unitMs] = UNITS.find(([, ms]) => ageMs >= ms) ?? (['second', 1000] as const);
  return intl.formatRelativeTime(-Math.max(0, Math.floor(ageMs / unitMs)), unit, { style: 'short' });
}

function Shadowed({ other }: { readonly other: Rule }): ReactNode {
  const intl = useIntl();
  const href = writeRoute({ page: 'rules', query: { q: `id:${other.id}` } });
  return (
    <span className={styles['shadowed']}>
      {' · '}
      {intl.formatMessage(
        { id: 'rules.shadowed' },
        {
          rule: safeText(other.id),
          other: (chunks) => (
            <a key="other" href={href}>
              {chunks}
            </a>
          ),
        },
      )}
    </span>
  );
}
