// Flows at random that rules at random often match, for the property tests of policy.
import fc from 'fast-check';
import { crowdedValues } from '../domain/rule.arbitrary.ts';
import type { FlowFacts } from './reference-evaluator.ts';

const unknownSometimes = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.option(value, { nil: undefined, freq: 4 });

export const crowdedFacts: fc.Arbitrary<FlowFacts> = fc.record({
  app: unknownSometimes(crowdedValues.app),
  container: unknownSometimes(crowdedValues.container),
  direction: crowdedValues.direction,
  uid: unknownSometimes(crowdedValues.uid),
  protocol: crowdedValues.protocol,
  address: crowdedValues.address,
  port: crowdedValues.port,
  lineage: unknownSometimes(crowdedValues.lineage),
  processInstance: unknownSometimes(
    fc.tuple(crowdedValues.process, unknownSometimes(crowdedValues.app)).map(([instance, unprovenApp]) => ({
      ...instance,
      unprovenApp,
    })),
  ),
});
