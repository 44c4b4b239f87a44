// What must hold for every ruleset and every flow.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Address, NetworkName } from '../domain/address.ts';
import { crowdedRules, crowdedValues } from '../domain/rule.arbitrary.ts';
import type { Rule } from '../domain/rule.ts';
import { evaluate } from './evaluate.ts';
import { explain } from './explain.ts';
import { crowdedFacts } from './flow-facts.arbitrary.ts';
import type { FlowField } from './flow-subject.ts';
import type { Cidr } from './prefix.ts';
import { referenceDecider, subjectOf } from './reference-evaluator.ts';
import type { FlowFacts } from './reference-evaluator.ts';
import { compileRuleset, rulesOf } from './ruleset.ts';

const options = {
  generation: 1,
  networks: new Map<NetworkName, readonly Cidr[]>([
    ['resolvers', [{ address: '10.0.0.2' as Address, prefixLength: 32 }]],
  ]),
};

/** Both plain lists (few rules) and every kind of index section (many). */
const rules = fc.oneof(
  crowdedRules({ maxLength: 6 }),
  crowdedRules({ minLength: 20, maxLength: 150, size: 'max' }),
);

const twoFlows = fc.record({ flow: crowdedFacts, other: crowdedFacts });

const RUNS = { numRuns: 400 };

function decider(list: readonly Rule[], flow: FlowFacts, nowMs: number): string | undefined {
  const { outcome } = evaluate(compileRuleset(list, options), subjectOf(flow), nowMs);
  return outcome.kind === 'verdict' ? outcome.rule.id : undefined;
}

function withFieldsOf(base: FlowFacts, fields: ReadonlySet<FlowField>, other: FlowFacts): FlowFacts {
  return Object.fromEntries(
    Object.entries(other).map(([name, value]) => [
      name,
      fields.has(name as FlowField) ? base[name as FlowField] : value,
    ]),
  ) as unknown as FlowFacts;
}

/** The same facts, which write down each reading. */
function recorded(flow: FlowFacts, read: string[]): FlowFacts {
  return new Proxy(flow, {
    get: (target, name) => {
      read.push(String(name));
      return target[name as FlowField];
    },
  });
}

describe('policy, for every ruleset and flow', () => {
  test('the index decides as a walk through the sorted list does', () => {
    fc.assert(
      fc.property(rules, crowdedFacts, crowdedValues.nowMs, (list, flow, nowMs) => {
        const expected = referenceDecider(list, { facts: flow, nowMs, networks: options.networks });
        assert.equal(decider(list, flow, nowMs), expected?.id);
      }),
      RUNS,
    );
  });

  test('two flows that are equal in the consulted fields get the same outcome, fields and expiry', () => {
    fc.assert(
      fc.property(rules, twoFlows, crowdedValues.nowMs, (list, { flow, other }, nowMs) => {
        const ruleset = compileRuleset(list, options);
        const evaluation = evaluate(ruleset, subjectOf(flow), nowMs);
        const sibling = withFieldsOf(flow, evaluation.consulted, other);
        assert.deepEqual(evaluate(ruleset, subjectOf(sibling), nowMs), evaluation);
      }),
      RUNS,
    );
  });

  test('the outcome stays the same for a sibling flow until it says it may change', () => {
    fc.assert(
      fc.property(rules, twoFlows, fc.integer({ min: 0, max: 3000 }), (list, { flow, other }, laterByMs) => {
        const ruleset = compileRuleset(list, options);
        const evaluation = evaluate(ruleset, subjectOf(flow), 0);
        fc.pre(laterByMs < (evaluation.validUntilMs ?? Infinity));
        const sibling = withFieldsOf(flow, evaluation.consulted, other);
        assert.deepEqual(evaluate(ruleset, subjectOf(sibling), laterByMs).outcome, evaluation.outcome);
      }),
      RUNS,
    );
  });

  test('only consulted fields are read, each once', () => {
    fc.assert(
      fc.property(rules, crowdedFacts, crowdedValues.nowMs, (list, flow, nowMs) => {
        const read: string[] = [];
        const recordedFlow = recorded(flow, read);
        const { consulted } = evaluate(compileRuleset(list, options), subjectOf(recordedFlow), nowMs);
        assert.deepEqual(read.toSorted(), [...consulted].toSorted());
      }),
      RUNS,
    );
  });

  test('the order does not depend on the order of input', () => {
    const shuffled = rules.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
    );
    fc.assert(
      fc.property(shuffled, ([list, other]) => {
        const idsOf = (input: readonly Rule[]): readonly string[] =>
          rulesOf(compileRuleset(input, options)).map(({ id }) => id);
        assert.deepEqual(idsOf(other), idsOf(list));
      }),
      RUNS,
    );
  });

  test('explain names the deciding rule, and the rule that would decide without it', () => {
    fc.assert(
      fc.property(rules, crowdedFacts, crowdedValues.nowMs, (list, flow, nowMs) => {
        const { decidingRule, beaten } = explain(compileRuleset(list, options), subjectOf(flow), nowMs);
        assert.equal(decidingRule?.id, decider(list, flow, nowMs));
        const without = list.filter((rule) => rule !== decidingRule);
        assert.equal(beaten[0]?.rule.id, decidingRule && decider(without, flow, nowMs));
      }),
      RUNS,
    );
  });
});
