// Rules as sentences in a list, and one rule with all its fields.
import type { Rule, RuleLifetime, RuleProblem } from '@sallyport/proto';
import { safeText } from './safe-text.ts';
import type { Style } from './style.ts';
import { dateTimeText, untilText } from './time.ts';
import { pad, textWidth, wrap } from './width.ts';
import { actionWord } from './words.ts';

export interface RuleView {
  readonly style: Style;
  readonly columns: number;
  readonly nowMs: number;
}

export function ruleListLines(rules: readonly Rule[], view: RuleView): readonly string[] {
  if (rules.length === 0)
    return ['There are no rules. sallyport rules add makes one; so does every lasting answer.'];
  const idColumns = Math.min(24, Math.max(...rules.map((rule) => textWidth(safeText(rule.id))))) + 2;
  return rules.flatMap((rule) => ruleLines(rule, idColumns, view));
}

function ruleLines(rule: Rule, idColumns: number, view: RuleView): readonly string[] {
  const [first = '', ...others] = wrap(ruleSentence(rule, view.nowMs), {
    columns: Math.max(20, view.columns - idColumns),
  });
  const head = pad(safeText(rule.id), idColumns);
  // A long id stands on a line of its own rather than being cut: it is what the other commands take.
  const isLong = textWidth(head) > idColumns;
  const indent = ' '.repeat(idColumns);
  const paint = rule.enabled ? (text: string): string => text : view.style.dim;
  const lines = isLong ? [head, `${indent}${first}`] : [`${head}${first}`];
  return [...lines, ...others.map((line) => `${indent}${line}`)].map(paint);
}

/** The agent's sentence with what it does not say: that the rule is off. */
export function ruleSentence(rule: Rule, nowMs: number): string {
  const sentence = rule.sentence === '' ? fallbackSentence(rule, nowMs) : safeText(rule.sentence);
  return rule.enabled ? sentence : `(off) ${sentence}`;
}

function fallbackSentence(rule: Rule, nowMs: number): string {
  const matcher = rule.matcher;
  const app = matcher?.app ?? '';
  const addresses = (matcher?.addresses ?? []).map(({ text }) => safeText(text)).join(', ');
  return [
    actionWord(rule.action),
    app === '' ? 'every program' : safeText(app),
    addresses === '' ? 'to any address' : `to ${addresses}`,
    portsText(rule),
    ruleLifetimeText(rule.lifetime, nowMs),
  ]
    .filter((part) => part !== '')
    .join(' ');
}

function portsText(rule: Rule): string {
  const ports = (rule.matcher?.ports ?? []).map(({ from, to }) =>
    from === to ? `${from}` : `${from}-${to}`,
  );
  return ports.length === 0 ? '' : `port ${ports.join(', ')}`;
}

export function ruleLifetimeText(lifetime: RuleLifetime | undefined, nowMs: number): string {
  switch (lifetime?.lifetime) {
    case 'always':
      return 'always';
    case 'untilMs':
      return `until ${untilText(lifetime.untilMs, nowMs)}`;
    case 'process':
      return `until PID ${lifetime.process.pid} ends`;
    case 'processTree':
      return `until PID ${lifetime.processTree.pid} ends, for what it starts`;
    case 'untilRestart':
      return 'until the firewall restarts';
    case undefined:
      return '';
  }
}

/** Every field on a line of its own. */
export function ruleDetailLines(rule: Rule, view: RuleView): readonly string[] {
  const { matcher } = rule;
  const rows: readonly (readonly [string, string])[] = [
    ['id', rule.id],
    ['state', rule.enabled ? 'on' : 'off'],
    ['action', actionWord(rule.action)],
    ['app', matcher?.app ?? ''],
    ['user', matcher?.uid === undefined ? '' : String(matcher.uid)],
    ['direction', matcher?.direction.replace('DIRECTION_', '').toLowerCase() ?? ''],
    ['protocol', matcher?.protocols.join(', ') ?? ''],
    ['to', matcher?.addresses.map(({ text }) => text).join(', ') ?? ''],
    ['port', portsText(rule).replace('port ', '')],
    ['lifetime', ruleLifetimeText(rule.lifetime, view.nowMs)],
    ['priority', String(rule.priority)],
    ['origin', `${rule.origin}, ${dateTimeText(rule.createdAtMs)}`],
    ['note', rule.note],
    ['file', rule.file],
  ];
  const fields = rows.filter(([, text]) => text !== '');
  return [
    view.style.bold(ruleSentence(rule, view.nowMs)),
    ...fields.map(([label, text]) => `  ${view.style.dim(pad(label, 11))}${safeText(text)}`),
  ];
}

export function problemLines(problems: readonly RuleProblem[], view: RuleView): readonly string[] {
  return problems.map((problem) => {
    const force = problem.lastGoodVersionInForce
      ? 'its last good version stays in force'
      : 'nothing of it is in force';
    const place = problem.line > 0 ? `${problem.file}:${problem.line}` : problem.file;
    return view.style.caution(`${safeText(place)}: ${safeText(problem.reason)} (${force})`);
  });
}
