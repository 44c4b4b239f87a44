// Which rules cover which where packet sockets are concerned, which an allow means only by name and a deny always; and containers.
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

const WEB = 'container:docker/web';

function inContainer(action: Rule['action'], app: string): Rule {
  return rule(action, [], { app });
}

const CONTAINER_CASES: readonly (readonly [Rule, Rule, boolean])[] = [
  [inContainer('deny', WEB), inContainer('allow', `${WEB}:/usr/bin/curl`), true],
  [inContainer('allow', WEB), inContainer('allow', `${WEB}:/usr/bin/curl`), true],
  [inContainer('deny', WEB), inContainer('deny', WEB), true],
  // What is not known of a program elsewhere matches this deny, and no rule for a container that it is known not to be in.
  [inContainer('deny', WEB), inContainer('deny', `${WEB}:/usr/bin/curl`), false],
  [inContainer('allow', WEB), inContainer('deny', `${WEB}:/usr/bin/curl`), false],
  [inContainer('deny', WEB), inContainer('allow', 'container:docker/web2:/usr/bin/curl'), false],
  [inContainer('deny', WEB), inContainer('allow', 'container:podman/web:/usr/bin/curl'), false],
  [inContainer('deny', WEB), inContainer('allow', '/usr/bin/curl'), false],
  [inContainer('deny', `${WEB}:/usr/bin/curl`), inContainer('allow', WEB), false],
];

for (const [wide, narrow, expected] of CONTAINER_CASES) {
  const name = ({ action, matcher }: Rule): string => `${action} ${matcher.app ?? ''}`;
  test(`${name(wide)} ${expected ? 'covers' : 'does not cover'} ${name(narrow)}`, () => {
    assert.equal(covers(wide, narrow), expected);
  });
}

test('a rule for a container covers no rule for one process in it, whose program needs no proof', () => {
  const lifetime = { kind: 'process', pid: 7, startNs: '1', withChildren: false } as const;
  const one = { ...inContainer('allow', `${WEB}:/usr/bin/curl`), lifetime };
  assert.ok(!covers(inContainer('deny', WEB), one));
});

for (const [wide, narrow, expected] of CASES) {
  const name = ({ action, matcher }: Rule): string =>
    `${action} ${matcher.protocols.join('+') || 'everything'}${matcher.addresses.join()}`;
  test(`${name(wide)} ${expected ? 'covers' : 'does not cover'} ${name(narrow)}`, () => {
    assert.equal(covers(wide, narrow), expected);
  });
}
