// What the page says of the order of rules, against the agent's own order and its evaluation.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { writeRule } from '../../../../agent/src/api/wire/rule.ts';
import { containerPart } from '../../../../agent/src/domain/container.ts';
import type { NetworkName } from '../../../../agent/src/domain/address.ts';
import { crowdedRules, crowdedValues } from '../../../../agent/src/domain/rule.arbitrary.ts';
import type { Rule as AgentRule } from '../../../../agent/src/domain/rule.ts';
import type { Cidr } from '../../../../agent/src/policy/prefix.ts';
import { referenceDecider } from '../../../../agent/src/policy/reference-evaluator.ts';
import type { FlowFacts } from '../../../../agent/src/policy/reference-evaluator.ts';
import { compareRules, orderedRule } from '../../../../agent/src/policy/rule-order.ts';
import { readRule } from '../../host/read-wire.ts';
import type { Rule } from '../../shared/model.ts';
import { ruleOf } from '../../test-support/samples.ts';
import { compareRanks, rankOf } from './order.ts';
import { Shadows } from './shadows.ts';

function shown(rule: AgentRule): Rule {
  return readRule(writeRule({ rule, file: undefined, sentence: '' }));
}

const optional = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.option(value, { nil: undefined });

const anyFacts: fc.Arbitrary<FlowFacts> = fc.record({
  app: optional(crowdedValues.app),
  container: optional(crowdedValues.container),
  direction: crowdedValues.direction,
  uid: optional(crowdedValues.uid),
  protocol: crowdedValues.protocol,
  address: crowdedValues.address,
  port: crowdedValues.port,
  lineage: optional(crowdedValues.lineage),
  processInstance: optional(
    fc
      .record({ app: optional(crowdedValues.app), process: crowdedValues.process })
      .map(({ app, process }) => ({
        ...process,
        unprovenApp: app,
      })),
  ),
});

/** A lineage begins with the process itself, and a program that is known to be in a container is in that one. */
const facts = anyFacts.map((one): FlowFacts => {
  const { processInstance, lineage } = one;
  const isKnown = processInstance !== undefined && lineage !== undefined;
  const container = (one.app === undefined ? undefined : containerPart(one.app)) ?? one.container;
  return { ...one, container, lineage: isKnown ? [processInstance, ...lineage] : undefined };
});

const networks: ReadonlyMap<NetworkName, readonly Cidr[]> = new Map();

describe('the order', () => {
  test('is the agent’s', () => {
    fc.assert(
      fc.property(crowdedRules({ minLength: 2, maxLength: 40, size: 'max' }), (rules) => {
        const ours = rules.map((rule) => rankOf(shown(rule))).sort(compareRanks);
        const theirs = rules.map(orderedRule).sort(compareRules);
        assert.deepEqual(
          ours.map(({ rule }) => rule.id),
          theirs.map(({ rule }) => rule.id),
        );
      }),
    );
  });
});

describe('a rule that is told to be shadowed', () => {
  test('decides about no flow, now or while it is in force', () => {
    let shadowed = 0;
    fc.assert(
      fc.property(
        crowdedRules({ minLength: 20, maxLength: 60, size: 'max' }),
        fc.array(facts, { minLength: 30, maxLength: 30 }),
        crowdedValues.nowMs,
        (rules, flows, nowMs) => {
          const shadows = new Shadows(rules.map(shown), nowMs);
          const found = rules
            .filter((rule) => shadows.shadowOf(shown(rule)) !== undefined)
            .map(({ id }) => id);
          shadowed += found.length;
          for (const flow of flows)
            for (const laterMs of [nowMs, nowMs + 1500]) {
              const decider = referenceDecider(rules, { facts: flow, nowMs: laterMs, networks });
              assert.ok(decider === undefined || !found.includes(decider.id), decider?.id);
            }
        },
      ),
      { numRuns: 200 },
    );
    assert.ok(shadowed > 10, `only ${shadowed} rules were shadowed`);
  });

  test('is one for a program in a container that a rule for the container comes before', () => {
    const none = { protocols: [], addresses: [], ports: [] };
    const whole = ruleOf('whole', {
      action: 'deny',
      priority: 1,
      matcher: { app: 'container:docker/web', ...none },
    });
    const one = ruleOf('one', { matcher: { app: 'container:docker/web:/usr/bin/curl', ...none } });
    assert.equal(new Shadows([one, whole], 0).shadowOf(one)?.id, 'whole');
    // Of one priority the App is asked first.
    assert.equal(new Shadows([one, { ...whole, priority: 0 }], 0).shadowOf(one), undefined);
  });

  test('is named with the rule that comes before it', () => {
    const wide = ruleOf('wide', {
      priority: 5,
      matcher: { protocols: [], addresses: ['10.0.0.0/8'], ports: [] },
    });
    const narrow = ruleOf('narrow', { matcher: { ...ruleOf('x').matcher, addresses: ['10.1.2.3'] } });
    assert.equal(new Shadows([narrow, wide], 0).shadowOf(narrow)?.id, 'wide');
    assert.equal(new Shadows([narrow, { ...wide, enabled: false }], 0).shadowOf(narrow), undefined);
    assert.equal(new Shadows([narrow, wide], 0).shadowOf(wide), undefined);
  });

  test('is found among fifty thousand within a frame for a screen of rows', () => {
    const rules = Array.from({ length: 50_000 }, (_, index) =>
      ruleOf(`rule-${index}`, {
        priority: index % 2,
        matcher: {
          ...ruleOf('x').matcher,
          addresses: [`10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`],
        },
      }),
    );
    const shadows = new Shadows(rules, 0);
    const screensMs = Array.from({ length: 5 }, (_, screen) => {
      const startMs = performance.now();
      for (const rule of rules.slice(30 * screen, 30 * (screen + 1))) shadows.shadowOf(rule);
      return performance.now() - startMs;
    });
    // The quickest counts: other processes take the processor at times.
    const tookMs = Math.min(...screensMs);
    assert.ok(tookMs < 50, `${tookMs.toFixed(0)} ms`);
  });
});
