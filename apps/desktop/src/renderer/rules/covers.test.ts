// Which rules cover which where packet sockets are concerned: an allow means them only by name, a deny always.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Rule, RuleMatcher } from '../../shared/model.ts';
import { ruleOf } from '../../test-support/samples.ts';
import { covers } from './covers.ts';

function rule(action: Rule['action'], protocols: readonly string[], rest: Partial<RuleMatcher> = {}): Rule {
  return ruleOf('x', {
    action,
    matcher: { app: '/usr/bin/nmap', protocols, addresses: [], ports: [], ...rest },
  });
}

const CASES: readonly (readonly [Rule, Rule, boolean])[] = [
  [rule('allow', []), rule('allow', ['packet']), false],
  [rule('allow', []), rule('deny', []), false],
  [rule('allow', ['packet', 'tcp']), rule('allow', ['packet']), true],
  [rule('deny', []), rule('deny', ['packet']), true],
  [rule('deny', []), rule('allow', ['packet', 'tcp']), true],
  [rule('deny', [], { addresses: ['0.0.0.0/0'] }), rule('allow', ['packet']), false],
  [rule('allow', ['packet']), rule('allow', ['tcp']), false],
  [rule('allow', []), rule('allow', ['tcp']), true],
];

for (const [wide, narrow, expected] of CASES) {
  const name = ({ action, matcher }: Rule): string =>
    `${action} ${matcher.protocols.join('+') || 'everything'}${matcher.addresses.join()}`;
  test(`${name(wide)} ${expected ? 'covers' : 'does not cover'} ${name(narrow)}`, () => {
    assert.equal(covers(wide, narrow), expected);
  });
}
