import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Flow } from '../domain/flow.ts';
import { hasPorts } from '../domain/flow-key.ts';
import type { DecisionScope } from '../domain/prompt.ts';
import type { RuleMatcher } from '../domain/rule.ts';
import { draftRules } from './rule-draft.ts';
import { container, flowOf, inContainer, WALL_START_MS } from './test-flows.ts';

const NOW_MS = WALL_START_MS;

function drafted(
  scope: DecisionScope,
  flows: readonly Flow[],
  { ownUserOnly = false, forContainer = false } = {},
): RuleMatcher[] {
  const lifetime = { kind: 'always' } as const;
  const decision = { action: 'allow', scope, lifetime, ownUserOnly, forContainer } as const;
  return draftRules(decision, flows, NOW_MS).map((draft) => draft.matcher);
}

/** The meaning of a matcher, written apart from the engine and from the drafts. */
function matches(matcher: RuleMatcher, flow: Flow): boolean {
  const { protocol } = flow.key;
  return (
    matcher.app === flow.process.app.id &&
    matcher.direction === flow.direction &&
    (matcher.protocols?.includes(protocol) ?? true) &&
    (matcher.addresses?.some(
      (entry) => entry.kind === 'address' && entry.address === flow.endpoint.address,
    ) ??
      true) &&
    (matcher.ports?.some(
      ({ from, to }) => hasPorts(protocol) && from <= flow.endpoint.port && flow.endpoint.port <= to,
    ) ??
      true)
  );
}

describe('drafts', () => {
  test('reach as far as the scope says, bound to the App and to the direction', () => {
    const bound = { app: '/usr/bin/curl', uid: undefined, direction: 'out' };
    const address = [{ kind: 'address', address: '1.2.3.4' }];
    const ports = [{ from: 443, to: 443 }];
    const flow = flowOf();
    assert.deepEqual(drafted('endpoint', [flow]), [
      { ...bound, protocols: ['tcp'], addresses: address, ports },
    ]);
    assert.deepEqual(drafted('address', [flow]), [
      { ...bound, protocols: undefined, addresses: address, ports: undefined },
    ]);
    const network = [{ kind: 'cidr', address: '1.2.3.0', prefixLength: 24 }];
    assert.deepEqual(drafted('network', [flow]), [
      { ...bound, protocols: undefined, addresses: network, ports: undefined },
    ]);
    assert.deepEqual(drafted('port', [flow]), [
      { ...bound, protocols: ['tcp'], addresses: undefined, ports },
    ]);
    assert.deepEqual(drafted('app', [flow]), [
      { ...bound, protocols: undefined, addresses: undefined, ports: undefined },
    ]);
  });

  test('of a network are one for each, whatever address of it asked', () => {
    const flows = ['1.2.3.4', '1.2.3.200', '2001:db8::1', '2001:db8::2', '2001:db8:0:1::2'];
    const [matcher, ...others] = drafted(
      'network',
      flows.map((address) => flowOf({ address })),
    );
    assert.deepEqual(others, []);
    assert.deepEqual(matcher?.addresses, [
      { kind: 'cidr', address: '1.2.3.0', prefixLength: 24 },
      { kind: 'cidr', address: '2001:db8:0:1::', prefixLength: 64 },
      { kind: 'cidr', address: '2001:db8::', prefixLength: 64 },
    ]);
  });

  test('of one user alone name that user, at every scope', () => {
    for (const scope of ['endpoint', 'address', 'network', 'port', 'app'] as const) {
      const flow = flowOf();
      assert.equal(drafted(scope, [flow], { ownUserOnly: true })[0]?.uid, flow.process.uid);
      assert.equal(drafted(scope, [flow])[0]?.uid, undefined);
    }
  });

  test('for a whole container name it and no App, at every scope', () => {
    const flow = flowOf({ identity: inContainer('web') });
    for (const scope of ['endpoint', 'address', 'network', 'port', 'app'] as const) {
      const [own] = drafted(scope, [flow]);
      const [whole, ...others] = drafted(scope, [flow], { forContainer: true, ownUserOnly: true });
      assert.equal(own?.app, 'container:docker/web:/usr/bin/curl');
      assert.deepEqual(whole, { ...own, app: 'container:docker/web', uid: flow.process.uid });
      assert.deepEqual(others, []);
    }
  });

  test('for whole containers are one for each of them, also where the program has no file', () => {
    const flows = ['web', 'db', 'web'].map((name) =>
      flowOf({ identity: { kind: 'memfd', name: 'x' }, container: container(name) }),
    );
    const apps = drafted('app', flows, { forContainer: true }).map(({ app }) => app);
    assert.deepEqual(apps, ['container:docker/web', 'container:docker/db']);
  });

  test('of a protocol without ports name no port', () => {
    const [matcher] = drafted('endpoint', [flowOf({ protocol: 'icmp' })]);
    assert.deepEqual([matcher?.protocols, matcher?.ports], [['icmp'], undefined]);
  });

  test('merge endpoints into one rule only where nothing is added', () => {
    const grid = [
      ['1.1.1.1', 80],
      ['1.1.1.1', 443],
      ['2.2.2.2', 80],
      ['2.2.2.2', 443],
    ] as const;
    const flows = grid.map(([address, port]) => flowOf({ address, port }));
    assert.equal(drafted('endpoint', flows).length, 1);
    assert.equal(drafted('endpoint', flows.slice(1)).length, 2, 'a grid with a hole takes two rules');
    assert.equal(drafted('endpoint', [flowOf(), flowOf({ direction: 'in' })]).length, 2);
    assert.equal(drafted('endpoint', [flowOf(), flowOf({ protocol: 'udp' })]).length, 1);
  });

  test('until the process ends make one rule for each process', () => {
    const flows = [flowOf({ pid: 10 }), flowOf({ pid: 11 }), flowOf({ pid: 10, port: 80 })];
    const drafts = draftRules(
      {
        action: 'deny',
        scope: 'app',
        lifetime: { kind: 'process', withChildren: false },
        ...{ ownUserOnly: false, forContainer: false },
      },
      flows,
      NOW_MS,
    );
    assert.deepEqual(
      drafts.map((draft) => draft.lifetime),
      [10, 11].map((pid) => ({ kind: 'process', process: { pid, startNs: 99n }, withChildren: false })),
    );
    assert.deepEqual(
      drafts.map((draft) => draft.action),
      ['deny', 'deny'],
    );
  });

  test('for what a process starts name the process and no App', () => {
    const flow = flowOf();
    const [draft, ...others] = draftRules(
      {
        action: 'allow',
        scope: 'endpoint',
        lifetime: { kind: 'process', withChildren: true },
        ...{ ownUserOnly: false, forContainer: false },
      },
      [flow],
      NOW_MS,
    );
    const process = { pid: flow.process.pid, startNs: flow.process.startNs };
    assert.ok(draft);
    assert.deepEqual(draft.lifetime, { kind: 'process', process, withChildren: true });
    assert.deepEqual(
      [draft.matcher.app, draft.matcher.ports, others.length],
      [undefined, [{ from: 443, to: 443 }], 0],
    );
  });

  test('for a duration end at a date', () => {
    const lifetime = { kind: 'duration', durationMs: 3_600_000 } as const;
    const [draft] = draftRules(
      { action: 'allow', scope: 'app', lifetime, ownUserOnly: false, forContainer: false },
      [flowOf()],
      NOW_MS,
    );
    assert.deepEqual(draft?.lifetime, { kind: 'until', untilMs: NOW_MS + 3_600_000 });
  });

  test('keep the names that were known, for who reads the rule later', () => {
    const flows = [flowOf({ name: 'example.com' }), flowOf({ address: '5.6.7.8' })];
    const [draft] = draftRules(
      {
        action: 'allow',
        scope: 'endpoint',
        lifetime: { kind: 'always' },
        ownUserOnly: false,
        forContainer: false,
      },
      flows,
      NOW_MS,
    );
    assert.equal(draft?.note, 'asked about as example.com');
  });
});

const protocol = fc.constantFrom('tcp' as const, 'udp' as const, 'icmp' as const);
const anyFlow = fc
  .record({
    protocol,
    address: fc.constantFrom('1.1.1.1', '2.2.2.2', '2001:db8::1'),
    port: fc.constantFrom(80, 443, 8080),
    direction: fc.constantFrom('out' as const, 'in' as const),
  })
  .map((parts) => flowOf(parts.protocol === 'icmp' ? { ...parts, port: 0 } : parts));

test('the rules of an endpoint answer match the answered endpoints and nothing else', () => {
  fc.assert(
    fc.property(fc.array(anyFlow, { minLength: 1, maxLength: 12 }), anyFlow, (answered, other) => {
      const rules = drafted('endpoint', answered);
      const same = (flow: Flow): boolean =>
        flow.direction === other.direction &&
        flow.key.protocol === other.key.protocol &&
        flow.endpoint.address === other.endpoint.address &&
        flow.endpoint.port === other.endpoint.port;
      assert.equal(
        rules.some((rule) => matches(rule, other)),
        answered.some(same),
      );
      assert.ok(answered.every((flow) => rules.some((rule) => matches(rule, flow))));
    }),
    { numRuns: 500 },
  );
});
