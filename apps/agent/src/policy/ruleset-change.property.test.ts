// A ruleset that came about by changes is the one that is compiled from nothing, and no change touches the ruleset before it.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Address, NetworkName } from '../domain/address.ts';
import type { AppId } from '../domain/app.ts';
import { crowdedRules, crowdedValues } from '../domain/rule.arbitrary.ts';
import type { Rule, RuleId } from '../domain/rule.ts';
import { evaluate } from './evaluate.ts';
import type { Evaluation } from './evaluate.ts';
import { crowdedFacts } from './flow-facts.arbitrary.ts';
import type { Cidr } from './prefix.ts';
import { referenceDecider, subjectOf } from './reference-evaluator.ts';
import type { FlowFacts } from './reference-evaluator.ts';
import { changedRuleset, changingRuleset, compileRuleset, rulesetWithNetworks, rulesOf } from './ruleset.ts';
import type { Ruleset, RulesetOptions } from './ruleset.ts';

type Networks = RulesetOptions['networks'];

/** What somebody does to the rules: some are written (new, or others under their ids), some removed; or the name servers change. */
type Step =
  | { readonly kind: 'rules'; readonly put: readonly Rule[]; readonly removed: readonly number[] }
  | { readonly kind: 'networks'; readonly resolvers: readonly Address[] };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('rules' as const),
      put: fc.oneof(crowdedRules({ maxLength: 3 }), crowdedRules({ maxLength: 40, size: 'max' })),
      removed: fc.oneof(
        fc.array(fc.nat(), { maxLength: 3 }),
        fc.array(fc.nat(), { maxLength: 60, size: 'max' }),
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('networks' as const),
      resolvers: fc.subarray(['10.0.0.1', '10.0.0.2', '2001:db8::1'] as Address[]),
    }),
  },
);

const story = fc.record({
  first: fc.oneof(
    crowdedRules({ maxLength: 20 }),
    crowdedRules({ minLength: 20, maxLength: 120, size: 'max' }),
  ),
  steps: fc.array(step, { minLength: 1, maxLength: 6 }),
  flows: fc.array(crowdedFacts, { minLength: 1, maxLength: 8 }),
  nowMs: crowdedValues.nowMs,
});

interface State {
  readonly rules: readonly Rule[];
  readonly networks: Networks;
  readonly ruleset: Ruleset;
}

function networksOf(resolvers: readonly Address[]): Networks {
  const whole = (address: Address): Cidr => ({ address, prefixLength: address.includes(':') ? 128 : 32 });
  return new Map<NetworkName, readonly Cidr[]>([['resolvers', resolvers.map(whole)]]);
}

function begin(rules: readonly Rule[]): State {
  const networks = networksOf(['10.0.0.2' as Address]);
  return { rules, networks, ruleset: compileRuleset(rules, { generation: 1, networks }) };
}

function after(
  state: State,
  { step: taken, generation }: { readonly step: Step; readonly generation: number },
): State {
  if (taken.kind === 'networks') {
    const networks = networksOf(taken.resolvers);
    return { ...state, networks, ruleset: rulesetWithNetworks(state.ruleset, { generation, networks }) };
  }
  const { rules } = state;
  const written = new Set(taken.put.map(({ id }) => id));
  const places = new Set(taken.removed.map((number) => number % Math.max(rules.length, 1)));
  const removed = rules.filter(({ id }, place) => written.has(id) || places.has(place));
  const left = rules.filter((rule) => !removed.includes(rule));
  const ruleset = changedRuleset(state.ruleset, { removed, added: taken.put }, generation);
  return { ...state, rules: [...left, ...taken.put], ruleset };
}

function fresh({ rules, networks, ruleset }: State): Ruleset {
  return compileRuleset(rules, { generation: ruleset.generation, networks });
}

function allAnswers(ruleset: Ruleset, flows: readonly FlowFacts[], nowMs: number): readonly Evaluation[] {
  return flows.map((flow) => evaluate(ruleset, subjectOf(flow), nowMs));
}

const NO_STEP: Step = { kind: 'rules', put: [], removed: [] };

const RUNS = { numRuns: 300 };

describe('a ruleset after any sequence of changes', () => {
  test('answers, consults and orders as the same rules compiled from nothing do, and as the reference decides', () => {
    fc.assert(
      fc.property(story, ({ first, steps, flows, nowMs }) => {
        let state = begin(first);
        for (const [index, taken] of steps.entries()) {
          state = after(state, { step: taken, generation: index + 2 });
          const expected = fresh(state);
          assert.deepEqual(allAnswers(state.ruleset, flows, nowMs), allAnswers(expected, flows, nowMs));
          assert.deepEqual(rulesOf(state.ruleset), rulesOf(expected));
          assert.deepEqual(summary(state.ruleset), summary(expected));
          assertAsReference(state, flows, nowMs);
        }
      }),
      RUNS,
    );
  });

  test('leaves the rulesets before it as they were', () => {
    fc.assert(
      fc.property(story, ({ first, steps, flows, nowMs }) => {
        const states = [begin(first)];
        for (const [index, taken] of steps.entries())
          states.push(after(states.at(-1) ?? begin(first), { step: taken, generation: index + 2 }));
        for (const state of states)
          assert.deepEqual(allAnswers(state.ruleset, flows, nowMs), allAnswers(fresh(state), flows, nowMs));
      }),
      RUNS,
    );
  });

  test('is made in steps, and whoever asks in between is answered by the ruleset before it', () => {
    fc.assert(
      fc.property(story, fc.nat(40), ({ first, steps, flows, nowMs }, pause) => {
        const before = begin(first);
        const [taken] = steps.filter(({ kind }) => kind === 'rules');
        const state = after(before, { step: taken ?? NO_STEP, generation: 2 });
        const change = { removed: before.rules, added: state.rules };
        const making = changingRuleset(before.ruleset, change, 2);
        let count = 0;
        let step = making.next();
        for (; step.done !== true; step = making.next(), count += 1)
          if (count === pause)
            assert.deepEqual(
              allAnswers(before.ruleset, flows, nowMs),
              allAnswers(fresh(before), flows, nowMs),
            );
        assert.deepEqual(allAnswers(step.value, flows, nowMs), allAnswers(fresh(state), flows, nowMs));
        assert.deepEqual(rulesOf(step.value), rulesOf(fresh(state)));
      }),
      RUNS,
    );
  });

  test('is empty again when every rule was removed', () => {
    fc.assert(
      fc.property(story, ({ first, flows, nowMs }) => {
        const { ruleset } = begin(first);
        const emptied = changedRuleset(ruleset, { removed: first, added: [] }, 2);
        assert.deepEqual(
          [emptied.index, emptied.denies, emptied.ending.size],
          [begin([]).ruleset.index, 0, 0],
        );
        assert.ok(allAnswers(emptied, flows, nowMs).every(({ outcome }) => outcome.kind === 'ask'));
      }),
      RUNS,
    );
  });
});

function summary({ generation, denies, ending }: Ruleset): readonly unknown[] {
  return [generation, denies, new Set([...ending].map(({ id }) => id))];
}

function assertAsReference(
  { rules, networks, ruleset }: State,
  flows: readonly FlowFacts[],
  nowMs: number,
): void {
  for (const facts of flows) {
    const { outcome } = evaluate(ruleset, subjectOf(facts), nowMs);
    const expected = referenceDecider(rules, { facts, nowMs, networks });
    assert.equal(outcome.kind === 'verdict' ? outcome.rule.id : undefined, expected?.id);
  }
}

test('a change that does not fit the rules is a fault', () => {
  fc.assert(
    fc.property(crowdedRules({ minLength: 1, maxLength: 40 }), (list) => {
      const enabled = list.map((rule) => ({ ...rule, enabled: true }));
      const { ruleset } = begin(enabled);
      assert.throws(
        () => changedRuleset(ruleset, { removed: [], added: enabled.slice(0, 1) }, 2),
        /two rules/,
      );
      const strange = { ...enabled[0], id: 'strange' } as Rule;
      assert.throws(
        () => changedRuleset(ruleset, { removed: [strange], added: [] }, 2),
        /is not in the ruleset/,
      );
    }),
    RUNS,
  );
});

test('a change of very many rules takes many steps', () => {
  const many = Array.from({ length: 5000 }, (_, number) => ruleAbout(number));
  const { ruleset } = begin(many);
  const denied = many.map((rule): Rule => ({ ...rule, action: 'deny' }));
  assert.ok([...changingRuleset(ruleset, { removed: many, added: denied }, 2)].length > 200);
});

function ruleAbout(number: number): Rule {
  const address = `10.0.${number >> 8}.${number & 255}` as Address;
  return {
    id: `r${number}` as RuleId,
    ...{ enabled: true, action: 'allow', priority: 0 },
    matcher: {
      app: `/usr/bin/${number % 100}` as AppId,
      addresses: [{ kind: 'address', address }],
      ...{ uid: undefined, direction: undefined, protocols: undefined, ports: undefined },
    },
    lifetime: { kind: 'always' },
    ...{ origin: 'user', createdAtMs: 0, note: undefined },
  };
}
