// Verdict: what was applied to a Flow, with its reason.
import { failureAction } from './failure-policy.ts';
import type { FailureCase } from './failure-policy.ts';
import type { PromptId } from './prompt.ts';
import type { Action, RuleId } from './rule.ts';

export type VerdictReason =
  | {
      readonly kind: 'rule';
      readonly ruleId: RuleId;
      /** A deny that applies because its conditions on the program could not be evaluated. */
      readonly isProgramUnknown?: true;
      /** The flow was open already: its socket was ended when the rules changed. */
      readonly isCut?: true;
    }
  | { readonly kind: 'prompt'; readonly promptId: PromptId }
  /** A line of the failure table. */
  | { readonly kind: 'failure'; readonly failure: FailureCase }
  /** Unknown flows are not asked about in this mode: the default action. */
  | { readonly kind: 'default' }
  | { readonly kind: 'paused' }
  /** The application closed its socket while the question was open; the packet was dropped. */
  | { readonly kind: 'withdrawn' }
  /** The agent's own packet, such as the ICMP error by which it tells of a refusal. */
  | { readonly kind: 'own' }
  /** The kernel's own packet: it has no process behind it. */
  | { readonly kind: 'kernel' };

export interface Verdict {
  readonly action: Action;
  readonly reason: VerdictReason;
}

/** What a line of the failure table says under the given strictness. */
export function failureVerdict(failure: FailureCase, strict: boolean): Verdict {
  return { action: failureAction(failure, strict), reason: { kind: 'failure', failure } };
}

const RULE_REASON = /^rule (\S+)/;

/** The rule of a reason that `reasonText` wrote; undefined for reasons of other kinds. */
export function ruleOfReason(text: string): RuleId | undefined {
  return RULE_REASON.exec(text)?.[1] as RuleId | undefined;
}

/** A short stable text for history, logs and scripts, such as `rule curl-443` or `failure promptTimeout`. */
export function reasonText(reason: VerdictReason): string {
  switch (reason.kind) {
    case 'rule':
      return `rule ${reason.ruleId}${ruleNote(reason)}`;
    case 'prompt':
      return `prompt ${reason.promptId}`;
    case 'failure':
      return `failure ${reason.failure}`;
    default:
      return reason.kind;
  }
}

function ruleNote({ isProgramUnknown, isCut }: Extract<VerdictReason, { readonly kind: 'rule' }>): string {
  if (isCut === true) return ' (cut)';
  return isProgramUnknown === true ? ' (program not known)' : '';
}
