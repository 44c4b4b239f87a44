// Packet sockets have no remote end: which rules speak of them, and that no rule for them changes what flows get.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { NO_ADDRESS } from '../domain/address.ts';
import type { NetworkName } from '../domain/address.ts';
import { PACKET } from '../domain/flow-key.ts';
import { ruleOf } from '../domain/rule.fixture.ts';
import { crowdedRules, crowdedValues } from '../domain/rule.arbitrary.ts';
import { reachesPacketSockets } from '../domain/rule.ts';
import type { Rule } from '../domain/rule.ts';
import { evaluate } from './evaluate.ts';
import type { Evaluation } from './evaluate.ts';
import { explain } from './explain.ts';
import { crowdedFacts } from './flow-facts.arbitrary.ts';
import type { FlowFacts } from './reference-evaluator.ts';
import { referenceDecider, subjectOf } from './reference-evaluator.ts';
import { compileRuleset } from './ruleset.ts';

const options = { generation: 1, networks: new Map<NetworkName, never>() };
const RUNS = { numRuns: 400 };

/** Some of them name packet sockets, alone or beside protocols. */
const rules = fc
  .oneof(crowdedRules({ maxLength: 6 }), crowdedRules({ minLength: 20, maxLength: 150, size: 'max' }))
  .chain((list) =>
    fc
      .array(fc.constantFrom('as it is', 'packets alone', 'packets, too'), {
        minLength: list.length,
        maxLength: list.length,
      })
      .map((kinds) => list.map((rule, index) => named(rule, kinds[index]))),
  );

function named(rule: Rule, kind: string | undefined): Rule {
  const { matcher } = rule;
  if (kind === 'as it is') return rule;
  const others = kind === 'packets alone' ? [] : (matcher.protocols ?? ['tcp']);
  return { ...rule, matcher: { ...matcher, protocols: [...others, PACKET] } };
}

const packetSocket = crowdedFacts.map((facts): FlowFacts => ({
  ...facts,
  direction: 'out',
  protocol: PACKET,
  address: NO_ADDRESS,
  port: 0,
}));

function evaluated(list: readonly Rule[], facts: FlowFacts, nowMs: number): Evaluation {
  return evaluate(compileRuleset(list, options), subjectOf(facts, facts.protocol === PACKET), nowMs);
}

function decider({ outcome }: Evaluation): string | undefined {
  return outcome.kind === 'verdict' ? outcome.rule.id : undefined;
}

describe('policy of packet sockets', () => {
  test('the index decides as a walk through the sorted list of those rules does that speak of them', () => {
    fc.assert(
      fc.property(rules, packetSocket, crowdedValues.nowMs, (list, facts, nowMs) => {
        const question = { facts, nowMs, networks: options.networks };
        const expected = referenceDecider(list.filter(reachesPacketSockets), question);
        assert.equal(decider(evaluated(list, facts, nowMs)), expected?.id);
        const explained = explain(compileRuleset(list, options), subjectOf(facts, true), nowMs);
        assert.equal(explained.decidingRule?.id, expected?.id);
      }),
      RUNS,
    );
  });

  test('an allow decides only where it names them, and nothing with an address or a port does', () => {
    fc.assert(
      fc.property(rules, packetSocket, crowdedValues.nowMs, (list, facts, nowMs) => {
        const { outcome } = evaluated(list, facts, nowMs);
        if (outcome.kind !== 'verdict') return;
        const { action, matcher } = outcome.rule;
        assert.ok(action === 'deny' || matcher.protocols?.includes(PACKET) === true);
        assert.deepEqual([matcher.addresses, matcher.ports], [undefined, undefined]);
        if (matcher.protocols !== undefined) assert.ok(matcher.protocols.includes(PACKET));
      }),
      RUNS,
    );
  });

  test('a deny of everything that an App does holds for them, an allow of everything does not', () => {
    fc.assert(
      fc.property(packetSocket, crowdedValues.nowMs, (facts, nowMs) => {
        const rule = (action: Rule['action']): Rule => everything(action);
        assert.equal(decider(evaluated([rule('deny')], facts, nowMs)), 'everything');
        assert.equal(decider(evaluated([rule('allow')], facts, nowMs)), undefined);
      }),
    );
  });

  test('rules for packet sockets alone change nothing for any flow', () => {
    fc.assert(
      fc.property(rules, crowdedFacts, crowdedValues.nowMs, (list, facts, nowMs) => {
        const others = list.filter(
          ({ matcher }) => matcher.protocols?.every((one) => one === PACKET) !== true,
        );
        const [all, without] = [list, others].map((some) => evaluated(some, facts, nowMs));
        assert.deepEqual(all?.outcome, without?.outcome);
      }),
      RUNS,
    );
  });
});

function everything(action: Rule['action']): Rule {
  return ruleOf('everything', {}, { action });
}
