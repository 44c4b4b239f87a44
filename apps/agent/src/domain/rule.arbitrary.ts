// Rules and their parts at random, for the property tests of every folder that handles rules.
import fc from 'fast-check';
import { NETWORK_NAMES, formatAddress } from './address.ts';
import type { Address } from './address.ts';
import type { AppId } from './app.ts';
import { hasPorts, PACKET, protocolOf } from './flow-key.ts';
import type { Protocol } from './flow-key.ts';
import type { ProcessInstance } from './owner.ts';
import type { AddressMatcher, PortRange, Rule, RuleId, RuleLifetime, RuleMatcher } from './rule.ts';

const PROCESSES: readonly ProcessInstance[] = [
  { pid: 7, startNs: 10_000_000n },
  { pid: 7, startNs: 20_000_000n },
];
const APPS = [
  '/usr/bin/curl',
  '/usr/bin/firefox',
  '/usr/bin/ssh',
  'container:docker/web:/usr/bin/curl',
] as AppId[];
const CONTAINERS = ['container:docker/web', 'container:docker/db'] as AppId[];
const ADDRESSES = [
  '10.0.0.1',
  '10.0.0.2',
  '10.9.0.1',
  '127.0.0.1',
  '2001:db8::1',
  '::1',
  'fe80::1',
] as Address[];
const NETWORKS: readonly (readonly [string, number])[] = [
  ['10.0.0.0', 8],
  ['10.0.0.0', 31],
  ['10.0.0.0', 24],
  ['0.0.0.0', 0],
  ['2001:db8::', 33],
  ['::', 0],
];
const RANGES: readonly PortRange[] = [
  { from: 53, to: 53 },
  { from: 443, to: 443 },
  { from: 50, to: 500 },
  { from: 1, to: 65_535 },
];

/** Records as object literals make them, so that they compare equal. */
const PLAIN = { noNullPrototype: true } as const;

const optional = <Value>(arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.option(arbitrary, { nil: undefined });

/** Values of which there are so few that rules and flows meet often. */
export const crowdedValues = {
  app: fc.constantFrom(...APPS),
  container: fc.constantFrom('none', ...CONTAINERS),
  uid: fc.constantFrom(0, 1000),
  direction: fc.constantFrom('in' as const, 'out' as const),
  protocol: fc.constantFrom<Protocol>('tcp', 'udp', 'icmp'),
  address: fc.constantFrom(...ADDRESSES),
  port: fc.constantFrom(0, 53, 443, 8443),
  process: fc.constantFrom(...PROCESSES),
  lineage: fc.uniqueArray(fc.constantFrom(...PROCESSES)),
  nowMs: fc.constantFrom(0, 999, 1000, 1001, 5000),
};

const crowdedMatcher: fc.Arbitrary<RuleMatcher> = fc.record(
  {
    app: optional(fc.constantFrom(...APPS, ...CONTAINERS)),
    uid: optional(crowdedValues.uid),
    direction: optional(crowdedValues.direction),
    protocols: optional(fc.array(crowdedValues.protocol, { minLength: 1, maxLength: 2 })),
    addresses: optional(
      fc.array(
        fc.oneof<fc.Arbitrary<AddressMatcher>[]>(
          crowdedValues.address.map((address) => ({ kind: 'address', address })),
          fc.constantFrom(...NETWORKS).map(([address, prefixLength]) => cidr(address, prefixLength)),
          fc.constantFrom(...NETWORK_NAMES).map((network) => ({ kind: 'network', network })),
        ),
        { minLength: 1, maxLength: 4 },
      ),
    ),
    ports: optional(fc.array(fc.constantFrom(...RANGES), { minLength: 1, maxLength: 3 })),
  },
  PLAIN,
);

const crowdedLifetime: fc.Arbitrary<RuleLifetime> = fc.oneof(
  fc.constantFrom<RuleLifetime>({ kind: 'always' }, { kind: 'restart' }),
  fc.constantFrom(1000, 2000).map((untilMs): RuleLifetime => ({ kind: 'until', untilMs })),
  fc
    .tuple(crowdedValues.process, fc.boolean())
    .map(([process, withChildren]): RuleLifetime => ({ kind: 'process', process, withChildren })),
);

function cidr(address: string, prefixLength: number): AddressMatcher {
  return { kind: 'cidr', address: address as Address, prefixLength };
}

function rulesOf(rule: fc.Arbitrary<Rule>, constraints: fc.ArrayConstraints): fc.Arbitrary<Rule[]> {
  return fc.uniqueArray(rule, { ...constraints, selector: ({ id }) => id });
}

/** Rules of every kind, few values, many conflicts. Not all of them may be written to disk. */
export function crowdedRules(constraints: fc.ArrayConstraints): fc.Arbitrary<Rule[]> {
  const rule: fc.Arbitrary<Rule> = fc.record(
    {
      id: fc.nat(999).map((number) => `rule-${number}` as RuleId),
      enabled: fc.integer({ min: 0, max: 9 }).map((number) => number > 0),
      action: fc.constantFrom('allow' as const, 'deny' as const),
      priority: fc.constantFrom(0, 0, 0, 1, -1),
      matcher: crowdedMatcher,
      lifetime: crowdedLifetime,
      origin: fc.constant('user' as const),
      createdAtMs: fc.constant(0),
      note: fc.constant(undefined),
    },
    PLAIN,
  );
  return rulesOf(rule, constraints);
}

const anyAddress = fc
  .oneof(fc.uint8Array({ minLength: 4, maxLength: 4 }), fc.uint8Array({ minLength: 16, maxLength: 16 }))
  .map((bytes) => formatAddress(bytes));

const anyCidr: fc.Arbitrary<AddressMatcher> = fc
  .oneof(fc.uint8Array({ minLength: 4, maxLength: 4 }), fc.uint8Array({ minLength: 16, maxLength: 16 }))
  .filter((bytes) => bytes.length === 4 || !formatAddress(bytes).includes('.'))
  .chain((bytes) =>
    fc.nat(bytes.length * 8).map((length) => cidr(formatAddress(withoutHostBits(bytes, length)), length)),
  )
  .filter(
    (matcher) => matcher.kind === 'cidr' && (matcher.prefixLength <= 32 || matcher.address.includes(':')),
  );

function withoutHostBits(bytes: Uint8Array, length: number): Uint8Array {
  return bytes.map((byte, index) => byte & (0xff << Math.max(0, Math.min(8, 8 * (index + 1) - length))));
}

const anyRange = fc
  .tuple(fc.integer({ min: 1, max: 65_535 }), fc.integer({ min: 1, max: 65_535 }))
  .map(([one, other]): PortRange => ({ from: Math.min(one, other), to: Math.max(one, other) }));

const anyMatcher: fc.Arbitrary<RuleMatcher> = fc
  .record(
    {
      app: optional(
        fc
          .array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 4 })
          .map((names) => names.map((name) => name.replaceAll(/[/\0]/g, '_')))
          .filter((names) => !names.some((name) => name === '.' || name === '..'))
          .map((names) => `/${names.join('/')}`)
          .chain((path) => fc.constantFrom(path, `container:lxc/a.b-1:${path}`, 'container:podman@7/a/b/c'))
          .map((app) => app as AppId),
      ),
      uid: optional(fc.integer({ min: 0, max: 0xffff_fffe })),
      direction: optional(crowdedValues.direction),
      protocols: optional(
        fc.uniqueArray(fc.oneof(fc.nat(255).map(protocolOf), fc.constant(PACKET)), {
          minLength: 1,
          maxLength: 3,
        }),
      ),
      addresses: optional(
        fc.array(
          fc.oneof(
            anyAddress.map((address): AddressMatcher => ({ kind: 'address', address })),
            anyCidr,
            fc
              .constantFrom(...NETWORK_NAMES)
              .map((network): AddressMatcher => ({ kind: 'network', network })),
          ),
          { minLength: 1, maxLength: 4 },
        ),
      ),
      ports: optional(fc.array(anyRange, { minLength: 1, maxLength: 3 })),
    },
    PLAIN,
  )
  .map((matcher) =>
    matcher.protocols?.every(hasPorts) === false ? { ...matcher, ports: undefined } : matcher,
  )
  .map((matcher) =>
    matcher.protocols?.includes(PACKET) === true ? { ...matcher, addresses: undefined } : matcher,
  );

const anyTimeMs = fc
  .date({ min: new Date(0), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true })
  .map((date) => date.getTime());

/** Rules that may be written to disk, of the whole range of values. */
export function storableRules(constraints: fc.ArrayConstraints): fc.Arbitrary<Rule[]> {
  const rule: fc.Arbitrary<Rule> = fc.record(
    {
      id: fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,127}$/).map((id) => id as RuleId),
      enabled: fc.boolean(),
      action: fc.constantFrom('allow' as const, 'deny' as const),
      priority: fc.integer({ min: -1_000_000, max: 1_000_000 }),
      matcher: anyMatcher,
      lifetime: fc.oneof(
        fc.constant<RuleLifetime>({ kind: 'always' }),
        anyTimeMs.map((untilMs): RuleLifetime => ({ kind: 'until', untilMs })),
      ),
      origin: fc.constantFrom('prompt' as const, 'user' as const, 'import' as const, 'default' as const),
      createdAtMs: anyTimeMs,
      note: optional(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 })),
    },
    PLAIN,
  );
  return rulesOf(rule, constraints);
}
