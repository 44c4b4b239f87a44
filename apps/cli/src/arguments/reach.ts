// How far an answer reaches: scope and lifetime as words on the command line.
import type { RuleLifetime } from '@sallyport/proto';
import type { DecisionLifetime, DecisionScope } from '../../../agent/src/domain/prompt.ts';
import { wrongUsage } from '../exit-codes.ts';
import { parseDuration, parseMoment } from './time.ts';

export const SCOPES = [
  'endpoint',
  'address',
  'network',
  'port',
  'app',
] as const satisfies readonly DecisionScope[];
export const HOUR: DecisionLifetime = { kind: 'duration', durationMs: 3_600_000 };
const NAMED_LIFETIMES = {
  once: { kind: 'once' },
  process: { kind: 'process', withChildren: false },
  tree: { kind: 'process', withChildren: true },
  restart: { kind: 'restart' },
  always: { kind: 'always' },
} as const satisfies Readonly<Record<string, DecisionLifetime>>;
const LIFETIME_NAMES = Object.keys(NAMED_LIFETIMES);
/** What completion offers for `--for`. */
export const LIFETIME_SUGGESTIONS: readonly string[] = [...LIFETIME_NAMES, '1h', '1d'];

/** `once`, `process`, `tree`, `restart`, `always` or a duration. Throws wrong usage. */
export function parseLifetime(text: string, option: string): DecisionLifetime {
  if (isLifetimeName(text)) return NAMED_LIFETIMES[text];
  if (!/^\d/.test(text))
    throw wrongUsage(
      `${option}: "${text}" is not one of ${LIFETIME_NAMES.join(', ')} or a duration such as 1h.`,
      'once: the waiting flows only; process: until the program ends; tree: the same, also for what it starts; restart: until the firewall restarts.',
    );
  return { kind: 'duration', durationMs: parseDuration(text, option) };
}

function isLifetimeName(text: string): text is keyof typeof NAMED_LIFETIMES {
  return Object.hasOwn(NAMED_LIFETIMES, text);
}

export interface RuleTerm {
  readonly for: string | undefined;
  readonly until: string | undefined;
}

/** The lifetime of a rule that somebody writes; `always` unless said. Throws wrong usage. */
export function parseRuleLifetime(term: RuleTerm, nowMs: number): RuleLifetime {
  if (term.for !== undefined && term.until !== undefined)
    throw wrongUsage('Give --for or --until, not both.');
  if (term.until !== undefined) return { lifetime: 'untilMs', untilMs: futureMoment(term.until, nowMs) };
  if (term.for === undefined || term.for === 'always') return { lifetime: 'always', always: {} };
  if (term.for === 'restart') return { lifetime: 'untilRestart', untilRestart: {} };
  return { lifetime: 'untilMs', untilMs: nowMs + parseDuration(term.for, '--for') };
}

function futureMoment(text: string, nowMs: number): number {
  const untilMs = parseMoment(text, '--until', nowMs);
  if (untilMs <= nowMs) throw wrongUsage(`--until: ${text} is over already.`);
  return untilMs;
}
