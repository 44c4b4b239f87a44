// Why a verdict was what it was: the agent's short text, read and put into words. Pure.
import type { Rule } from '../shared/model.ts';
import type { ReasonMessageId } from './messages/message-id.ts';

export interface ReasonWords {
  readonly id: ReasonMessageId;
  readonly values: Readonly<Record<string, string>>;
}

const FAILURES = [
  'noClient',
  'promptTimeout',
  'promptLimit',
  'ownerUnknown',
  'packetSocketUnknown',
  'packetSocketOpen',
  'malformedPacket',
  'kernelPacket',
  'internalError',
  'queueFull',
  'agentStopped',
  'agentCrashed',
  'rulesInvalid',
  'historyBroken',
  'kernelRefuses',
  'rulesRemoved',
] as const;

const PLAIN = ['default', 'paused', 'withdrawn', 'own', 'kernel'] as const;

export function reasonWords(reason: string, rules: ReadonlyMap<string, Rule>): ReasonWords {
  const [kind = '', name = '', ...rest] = reason.split(' ');
  if (kind === 'rule') return ruleReason(name, rest.join(' '), rules);
  if (kind === 'prompt') return { id: 'reason.prompt', values: {} };
  const failure = FAILURES.find((known) => kind === 'failure' && known === name);
  if (failure !== undefined) return { id: `reason.failure.${failure}`, values: {} };
  const plain = PLAIN.find((known) => known === reason);
  return plain === undefined
    ? { id: 'reason.other', values: { reason } }
    : { id: `reason.${plain}`, values: {} };
}

/** The rule that decided, where the reason names one. */
export function ruleIdOf(reason: string): string | undefined {
  return /^rule (\S+)/.exec(reason)?.[1];
}

function ruleReason(id: string, note: string, rules: ReadonlyMap<string, Rule>): ReasonWords {
  const rule = rules.get(id);
  const values = { rule: rule?.sentence ?? id };
  if (note === '(cut)') return { id: 'reason.rule-cut', values };
  if (note !== '') return { id: 'reason.rule-unknown-program', values };
  return rule === undefined
    ? { id: 'reason.rule-gone', values: { rule: id } }
    : { id: 'reason.rule', values: { rule: rule.sentence } };
}
