// Rules as somebody's computer has them, for the tests and pictures of the Rules page.
import type { Rule, RuleMatcher, RuleProblem } from '../../apps/desktop/src/shared/model.ts';
import type { Change } from '../../apps/desktop/src/shared/state.ts';
import { agentOf, ruleOf } from '../../apps/desktop/src/test-support/samples.ts';

const DAY_MS = 86_400_000;

export function matcherOf(changes: Partial<RuleMatcher>): RuleMatcher {
  return { direction: 'out', protocols: [], addresses: [], ports: [], ...changes };
}

function made(daysAgo: number): number {
  return Date.now() - daysAgo * DAY_MS;
}

function port(from: number, to = from): RuleMatcher['ports'] {
  return [{ from, to }];
}

function stored(id: string, changes: Partial<Rule>): Rule {
  return ruleOf(id, { file: `/etc/sallyport/rules/${id}.yaml`, sentence: '', ...changes });
}

export const RULES: readonly Rule[] = [
  stored('curl-443', {
    matcher: matcherOf({
      app: '/usr/bin/curl',
      protocols: ['tcp'],
      addresses: ['93.184.215.14'],
      ports: port(443),
    }),
    origin: 'prompt',
    createdAtMs: made(2),
    lifetime: { kind: 'until', untilMs: Date.now() + 2 * DAY_MS },
  }),
  stored('curl-local', {
    matcher: matcherOf({ app: '/usr/bin/curl', addresses: ['private', 'loopback'] }),
    createdAtMs: made(40),
    note: 'The test servers in the cellar.',
  }),
  stored('curl-mail', {
    action: 'deny',
    matcher: matcherOf({
      app: '/usr/bin/curl',
      protocols: ['tcp'],
      ports: [25, 465, 587].map((from) => ({ from, to: from })),
    }),
    createdAtMs: made(90),
    origin: 'import',
  }),
  stored('firefox', {
    matcher: matcherOf({ app: '/usr/lib/firefox/firefox', uid: 1000 }),
    origin: 'prompt',
    createdAtMs: made(120),
  }),
  stored('git-ssh', {
    matcher: matcherOf({
      app: '/usr/bin/git',
      protocols: ['tcp'],
      addresses: ['140.82.112.0/20'],
      ports: [22, 443].map((from) => ({ from, to: from })),
    }),
    createdAtMs: made(12),
  }),
  stored('git-old', {
    enabled: false,
    action: 'deny',
    matcher: matcherOf({ app: '/usr/bin/git', ports: port(9418) }),
    createdAtMs: made(200),
    note: 'The old protocol without encryption.',
  }),
  ruleOf('python3-8000', {
    matcher: matcherOf({
      app: '/usr/bin/python3.11',
      direction: 'in',
      protocols: ['tcp'],
      ports: port(8000, 8100),
    }),
    lifetime: { kind: 'restart' },
    createdAtMs: made(0),
    origin: 'prompt',
  }),
  stored('telemetry', {
    action: 'deny',
    priority: 10,
    matcher: matcherOf({ app: '/opt/vendor/telemetry' }),
    createdAtMs: made(300),
  }),
  stored('telemetry-update', {
    matcher: matcherOf({ app: '/opt/vendor/telemetry', addresses: ['198.51.100.7'], ports: port(443) }),
    createdAtMs: made(5),
    origin: 'prompt',
  }),
  stored('default-dns', {
    matcher: matcherOf({ addresses: ['resolvers'], protocols: ['udp', 'tcp'], ports: port(53) }),
    origin: 'default',
    createdAtMs: made(400),
  }),
  stored('default-loopback', {
    matcher: matcherOf({ direction: undefined, addresses: ['loopback'] }),
    origin: 'default',
    createdAtMs: made(400),
  }),
  stored('ping', {
    matcher: matcherOf({ app: '/usr/bin/ping', protocols: ['icmp', 'icmpv6'] }),
    createdAtMs: made(30),
  }),
];

export const PROBLEM: RuleProblem = {
  file: '/etc/sallyport/rules/office.yaml',
  line: 12,
  reason: '10.1.2.3/16 has bits set behind its prefix: write 10.1.0.0/16 for the network',
  lastGoodVersionInForce: true,
};

export const USES = [
  { ruleId: 'curl-443', flows: 12, lastAtMs: Date.now() - 180_000 },
  { ruleId: 'curl-local', flows: 340, lastAtMs: Date.now() - 3 * 3_600_000 },
  { ruleId: 'firefox', flows: 18_230, lastAtMs: Date.now() - 4000 },
  { ruleId: 'git-ssh', flows: 1, lastAtMs: Date.now() - 2 * DAY_MS },
  { ruleId: 'default-dns', flows: 52_110, lastAtMs: Date.now() - 2000 },
  { ruleId: 'default-loopback', flows: 8114, lastAtMs: Date.now() - 9000 },
  { ruleId: 'telemetry', flows: 77, lastAtMs: Date.now() - 5 * 3_600_000 },
];

export function withRules(
  rules: readonly Rule[] = RULES,
  problems: readonly RuleProblem[] = [],
): readonly Change[] {
  return [{ kind: 'agent', agent: agentOf({ rules: [...rules], problems: [...problems] }) }];
}
