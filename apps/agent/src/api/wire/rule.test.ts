// Rules survive the wire, and whatever else comes over it is refused with the name of the field.
import { loadFirewallService } from '@sallyport/proto';
import type { Rule as WireRule } from '@sallyport/proto';
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Address } from '../../domain/address.ts';
import type { AppId } from '../../domain/app.ts';
import { ruleOf } from '../../domain/rule.fixture.ts';
import type { Rule, RuleId } from '../../domain/rule.ts';
import { InvalidField } from './field.ts';
import { readRuleDraft, writeRule } from './rule.ts';

const port = fc.nat(65_535);
const list = <T>(item: fc.Arbitrary<T>): fc.Arbitrary<readonly T[] | undefined> =>
  fc.option(fc.array(item, { minLength: 1, maxLength: 3 }), { nil: undefined });

const record = <T>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> =>
  fc.record(fields, { noNullPrototype: true });

const rules: fc.Arbitrary<Rule> = record({
  id: fc.constantFrom('curl-443', 'a', '0.x_Y').map((id) => id as RuleId),
  enabled: fc.boolean(),
  action: fc.constantFrom('allow', 'deny'),
  priority: fc.integer({ min: -1000, max: 1000 }),
  matcher: record({
    app: fc.constantFrom(undefined, ...(['/usr/bin/curl', '/opt/ä b/x', 'memfd:x', 'unknown'] as AppId[])),
    uid: fc.option(fc.nat(100_000), { nil: undefined }),
    direction: fc.constantFrom(undefined, 'in', 'out'),
    protocols: list(fc.constantFrom('tcp', 'udp', 'icmpv6', 'ip-0', 'ip-255')),
    addresses: list(
      fc.constantFrom(
        { kind: 'address', address: '1.2.3.4' as Address },
        { kind: 'cidr', address: '10.0.0.0' as Address, prefixLength: 8 },
        { kind: 'cidr', address: '::' as Address, prefixLength: 0 },
        { kind: 'cidr', address: '2001:db8::' as Address, prefixLength: 33 },
        { kind: 'network', network: 'loopback' },
      ),
    ),
    ports: list(fc.tuple(port, port).map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }))),
  }),
  lifetime: fc.oneof(
    fc.constant({ kind: 'always' } as const),
    fc.constant({ kind: 'restart' } as const),
    record({ kind: fc.constant('until' as const), untilMs: fc.nat() }),
    record({
      kind: fc.constant('process' as const),
      withChildren: fc.boolean(),
      process: record({
        pid: fc.integer({ min: 1, max: 4_194_304 }),
        startNs: fc.bigInt(0n, 2n ** 64n - 1n),
      }),
    }),
  ),
  origin: fc.constantFrom('user', 'import'),
  createdAtMs: fc.integer({ min: 1, max: 2e12 }),
  note: fc.constantFrom(undefined, 'two\nlines'),
});

/** As it arrives at the other side. */
function overTheWire(rule: WireRule): WireRule {
  const { requestSerialize, requestDeserialize } = loadFirewallService().putRule;
  const arrived = requestDeserialize(requestSerialize({ rule })).rule;
  assert.ok(arrived);
  return arrived;
}

describe('rules', () => {
  test('are the same after a way over the wire and back', () => {
    fc.assert(
      fc.property(rules, (rule) => {
        const wire = overTheWire(writeRule({ rule, file: undefined, sentence: 'x' }));
        assert.deepEqual(readRuleDraft('rule', wire), rule);
      }),
    );
  });

  const wire = writeRule({
    rule: ruleOf('a', {}, { createdAtMs: 1 }),
    file: undefined,
    sentence: '',
  });
  const { matcher } = wire;
  assert.ok(matcher);
  const refused: readonly (readonly [string, WireRule, RegExp])[] = [
    ['an id with a slash', { ...wire, id: '../x' }, /`rule.id` is "..\/x"/],
    ['an id with a line break', { ...wire, id: 'a\nb' }, /`rule.id`/],
    ['no action', { ...wire, action: 'ACTION_UNSPECIFIED' }, /`rule.action`.*ACTION_ALLOW, ACTION_DENY/],
    ['no matcher', { ...wire, matcher: undefined }, /`rule.matcher` is missing/],
    ['no lifetime', { ...wire, lifetime: undefined }, /`rule.lifetime` is missing/],
    ['a time that is none', { ...wire, lifetime: { lifetime: 'untilMs', untilMs: NaN } }, /until_ms` is NaN/],
    ['an endless time', { ...wire, lifetime: { lifetime: 'untilMs', untilMs: Infinity } }, /until_ms/],
    ['a negative time', { ...wire, lifetime: { lifetime: 'untilMs', untilMs: -1 } }, /until_ms/],
    ['an origin of its own', { ...wire, origin: 'root' }, /`rule.origin`/],
    ['a relative path', { ...wire, matcher: { ...matcher, app: 'curl' } }, /`rule.matcher.app` is "curl"/],
    ['a NUL in a path', { ...wire, matcher: { ...matcher, app: '/a\0b' } }, /matcher.app/],
    ['bad UTF-8', { ...wire, note: 'a\u{fffd}' }, /`rule.note` is not valid UTF-8/],
    ['no user', { ...wire, matcher: { ...matcher, uid: 0xffff_ffff } }, /matcher.uid/],
    [
      'a protocol of another name',
      { ...wire, matcher: { ...matcher, protocols: ['tcp', 'toString'] } },
      /protocols\[1\]/,
    ],
    [
      'a protocol number too high',
      { ...wire, matcher: { ...matcher, protocols: ['ip-256'] } },
      /protocols\[0\]/,
    ],
    [
      'a port too high',
      { ...wire, matcher: { ...matcher, ports: [{ from: 1, to: 65_536 }] } },
      /ports\[0\].to/,
    ],
    [
      'ports backwards',
      { ...wire, matcher: { ...matcher, ports: [{ from: 2, to: 1 }] } },
      /lower port first/,
    ],
    [
      'too many ports',
      { ...wire, matcher: { ...matcher, ports: Array(1001).fill({ from: 1, to: 1 }) } },
      /1001 entries/,
    ],
    ...[
      '10.0.0.1/8',
      '1.2.3',
      '010.0.0.1',
      'fe80::1%eth0',
      '1.2.3.4/33',
      '::/129',
      '::ffff:1.2.3.0/120',
      'x',
      '',
    ].map(
      (text) =>
        [
          `the address ${text}`,
          { ...wire, matcher: { ...matcher, addresses: [{ text }] } },
          /addresses\[0\].text/,
        ] as const,
    ),
  ];
  for (const [what, rule, message] of refused)
    test(`with ${what} are refused, by field`, () => {
      assert.throws(
        () => readRuleDraft('rule', overTheWire(rule)),
        (error) => {
          assert.ok(error instanceof InvalidField);
          assert.match(error.message, message);
          return true;
        },
      );
    });

  test('with an IPv4-mapped address mean the IPv4 address', () => {
    const mapped = { ...wire, matcher: { ...matcher, addresses: [{ text: '::ffff:1.2.3.4' }] } };
    assert.deepEqual(readRuleDraft('rule', mapped).matcher.addresses, [
      { kind: 'address', address: '1.2.3.4' },
    ]);
  });

  test('that say no direction are about what goes out', () => {
    const silent = { ...wire, matcher: { ...matcher, direction: 'DIRECTION_UNSPECIFIED' } } as const;
    assert.equal(matcher.direction, 'DIRECTION_ANY');
    assert.equal(readRuleDraft('rule', overTheWire(silent)).matcher.direction, 'out');
  });
});
