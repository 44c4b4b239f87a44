// Lifetimes in words, with units and times as the language writes them.
import { useMemo } from 'react';
import { useIntl } from 'react-intl';
import type { DecisionLifetime } from '../../shared/desktop-api.ts';
import { useWords } from './words.tsx';

export interface LifetimeWords {
  /** As a choice: `1 hour`, `until curl ends`. */
  readonly label: (lifetime: DecisionLifetime, appName: string) => string;
  /** As a part of a sentence that names the App: `for 1 hour`, `until it ends`. */
  readonly phrase: (lifetime: DecisionLifetime) => string;
}

const UNITS = [
  { unit: 'day', ms: 86_400_000 },
  { unit: 'hour', ms: 3_600_000 },
  { unit: 'minute', ms: 60_000 },
] as const;

export function useLifetimeWords(): LifetimeWords {
  const words = useWords();
  const intl = useIntl();
  return useMemo(() => {
    const duration = (durationMs: number): string => {
      const { unit, ms } = UNITS.find((candidate) => durationMs % candidate.ms === 0) ?? UNITS[2];
      return intl.formatNumber(durationMs / ms, { style: 'unit', unit, unitDisplay: 'long' });
    };
    const time = (untilMs: number): string =>
      intl.formatDate(untilMs, { dateStyle: 'medium', timeStyle: 'short' });
    return {
      label: (lifetime, appName) => {
        if (lifetime.kind === 'duration') return duration(lifetime.durationMs);
        if (lifetime.kind === 'until') return words('lifetime.until', { time: time(lifetime.untilMs) });
        return words(`lifetime.${nameOf(lifetime)}`, { app: appName });
      },
      phrase: (lifetime) => {
        if (lifetime.kind === 'duration')
          return words('done.lifetime.duration', { duration: duration(lifetime.durationMs) });
        if (lifetime.kind === 'until') return words('done.lifetime.until', { time: time(lifetime.untilMs) });
        return words(`done.lifetime.${nameOf(lifetime)}`);
      },
    };
  }, [intl, words]);
}

type NamedLifetime = Exclude<DecisionLifetime, { readonly kind: 'duration' | 'until' }>;

/** As the messages name it. */
function nameOf(lifetime: NamedLifetime): NamedLifetime['kind'] | 'tree' {
  return lifetime.kind === 'process' && lifetime.withChildren ? 'tree' : lifetime.kind;
}
