// The answers that a prompt offers, compared with what the agent itself takes.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { appOf as agentApp, mayCarryLastingRule } from '../../../agent/src/domain/app.ts';
import type { AppIdentity } from '../../../agent/src/domain/app.ts';
import type { Address } from '../../../agent/src/domain/address.ts';
import { networkAround, networkText } from '../../../agent/src/domain/network-around.ts';
import type { Flow as AgentFlow } from '../../../agent/src/domain/flow.ts';
import { refuseContainer } from '../../../agent/src/prompts/answering.ts';
import { refuseLifetime } from '../../../agent/src/prompts/lifetime-check.ts';
import { scopeKey } from '../../../agent/src/prompts/rule-draft.ts';
import { container, decisionOf, flowOf as agentFlow } from '../../../agent/src/prompts/test-flows.ts';
import { appOf, flowOf, promptOf } from '../test-support/samples.ts';
import {
  coveredFlows,
  DAY,
  following,
  HOUR,
  offeredLifetimes,
  firstEndpoint,
  offeredScopes,
  preferredChoice,
  preselection,
} from './answer-options.ts';
import { DEFAULT_PREFERENCES } from './preference-defaults.ts';
import { preferencesSchema } from './preferences.ts';
import type { App, Flow } from './model.ts';

function containerised(name: string | undefined): AppIdentity {
  const container = { runtime: 'docker', id: 'a1', name, uid: undefined, image: undefined } as const;
  return { kind: 'container', container, path: '/x' };
}

const IDENTITIES: readonly AppIdentity[] = [
  { kind: 'path', path: '/x' },
  containerised('web'),
  containerised(undefined),
  { kind: 'deleted', path: '/x' },
  { kind: 'memfd', name: 'x' },
  { kind: 'foreign', mountNamespace: 1n, path: '/x' },
  { kind: 'inode', device: '8:1', inode: 1n },
  { kind: 'unknown', reason: 'no record' },
];
const EVERY_LIFETIME = [
  ...[
    { kind: 'once' },
    { kind: 'process', withChildren: false },
    { kind: 'process', withChildren: true },
    HOUR,
    DAY,
  ],
  ...[{ kind: 'restart' }, { kind: 'always' }],
] as const;

describe('the lifetimes on offer', () => {
  for (const identity of IDENTITIES)
    test(`for the App ${agentApp(identity).id} are those that the agent takes`, () => {
      const known = agentApp(identity);
      const app = appOf('/x', { identity: identity.kind, mayCarryLastingRule: mayCarryLastingRule(known) });
      const taken = EVERY_LIFETIME.filter(
        (lifetime) => refuseLifetime({ lifetime, forContainer: false }, known, 0) === undefined,
      );
      assert.deepEqual(offeredLifetimes({ app, missed: false }), taken);
      const whenMissed = taken.filter(({ kind }) => kind !== 'once' || taken.length === 1);
      assert.deepEqual(offeredLifetimes({ app, missed: true }), whenMissed);
    });
});

test('the lifetimes on offer for a whole container are those that the agent takes, whatever the App is', () => {
  const identity = { kind: 'memfd', name: 'x' } as const;
  const asking = agentFlow({ identity, container: container('web') });
  const taken = EVERY_LIFETIME.filter((lifetime) => {
    const decision = decisionOf('p', { lifetime, forContainer: true });
    return (
      (refuseLifetime(decision, asking.process.app, 0) ?? refuseContainer(decision, [asking])) === undefined
    );
  });
  const app = appOf('/x', { identity: 'memfd', mayCarryLastingRule: false });
  assert.deepEqual(offeredLifetimes({ app, missed: false }, { forContainer: true }), taken);
});

const flow = fc.record({
  protocol: fc.constantFrom('tcp', 'udp', 'icmp'),
  direction: fc.constantFrom('in', 'out'),
  address: fc.constantFrom('1.1.1.1', '2.2.2.2'),
  port: fc.constantFrom(80, 443),
});

test('an answer covers the flows that the agent treats alike, for every scope on offer', () => {
  fc.assert(
    fc.property(fc.array(flow, { minLength: 1, maxLength: 8 }), (seeds) => {
      const flows = seeds.map((seed, index): Flow => {
        const port = seed.protocol === 'icmp' ? 0 : seed.port;
        const { protocol, direction, address } = seed;
        const endpoint = { address, port, network: networkText(networkAround(address as Address)) };
        return flowOf(address, port, { id: String(index), protocol, direction, endpoint });
      });
      for (const scope of offeredScopes(firstEndpoint({ flows }))) {
        const keys = flows.map(({ protocol, direction, endpoint }) =>
          scopeKey({ key: { protocol }, direction, endpoint } as unknown as AgentFlow, scope),
        );
        const alike = flows.filter((_, index) => keys[index] === keys[0]);
        assert.deepEqual(coveredFlows(flows, scope), alike);
      }
    }),
  );
});

describe('the answers', () => {
  const lasting = { app: appOf('/usr/bin/x'), missed: false };

  test('that reach too far are never preselected, whatever a person prefers', () => {
    const preferred = { scope: 'app', lifetime: { kind: 'always' } } as const;
    const chosen = preselection(
      { ...lasting, flows: [flowOf('1.2.3.4', 1)] },
      { runsOrders: false, preferred },
    );
    assert.deepEqual(chosen, { scope: 'endpoint', lifetime: { kind: 'process', withChildren: false } });
    const day = { scope: 'port', lifetime: DAY } as const;
    assert.deepEqual(
      preselection({ ...lasting, flows: [flowOf('1.2.3.4', 1)] }, { runsOrders: false, preferred: day }),
      day,
    );
  });

  const NAMED = flowOf('1.2.3.4', 443, {
    endpoint: { address: '1.2.3.4', port: 443, network: '1.2.3.0/24' },
  });

  test('can be preferred only where they are neither everything nor for ever', () => {
    for (const promptLifetime of preferencesSchema.shape.promptLifetime.options)
      for (const promptScope of preferencesSchema.shape.promptScope.options) {
        const preferred = preferredChoice({ ...DEFAULT_PREFERENCES, promptScope, promptLifetime });
        const prompt = promptOf({ flows: [NAMED] });
        const chosen = preselection(prompt, { runsOrders: false, preferred });
        assert.deepEqual(chosen, preferred);
        assert.notEqual(chosen.scope, 'app');
        assert.notEqual(chosen.lifetime.kind, 'always');
      }
    assert.deepEqual(preferredChoice(DEFAULT_PREFERENCES), { scope: 'endpoint', lifetime: HOUR });
  });

  test('that are preselected are among those offered, for every App', () => {
    const identity = fc.constantFrom<App['identity']>(
      'path',
      'deleted',
      'memfd',
      'foreign',
      'inode',
      'unknown',
    );
    fc.assert(
      fc.property(identity, fc.boolean(), fc.boolean(), (kind, missed, runsOrders) => {
        const app = appOf('/x', { identity: kind, mayCarryLastingRule: kind === 'path' });
        const prompt = promptOf({ app, missed });
        const { scope, lifetime } = preselection(prompt, { runsOrders });
        assert.equal(scope, 'endpoint');
        assert.ok(offeredLifetimes(prompt).some((offered) => offered.kind === lifetime.kind));
      }),
    );
  });

  test('are gone through round and round', () => {
    assert.equal(
      following(['a', 'b'], (item) => item === 'b'),
      'a',
    );
  });
});
