// Rules as tests write them: what a test is about, and the usual for all else.
import type { Rule, RuleId, RuleMatcher } from './rule.ts';

const ANYTHING: RuleMatcher = {
  app: undefined,
  uid: undefined,
  direction: undefined,
  protocols: undefined,
  addresses: undefined,
  ports: undefined,
};

/** A lasting allow of whatever the matcher does not bound. */
export function ruleOf(id: string, matcher: Partial<RuleMatcher> = {}, rest: Partial<Rule> = {}): Rule {
  return {
    id: id as RuleId,
    enabled: true,
    action: 'allow',
    priority: 0,
    matcher: { ...ANYTHING, ...matcher },
    lifetime: { kind: 'always' },
    origin: 'user',
    createdAtMs: 0,
    note: undefined,
    ...rest,
  };
}
