// A message that is encoded in parts is the one that is encoded as a whole.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Rule, RuleProblem, Snapshot, WatchEvent } from './index.ts';
import { loadFirewallService, ruleListInParts, snapshotInParts } from './index.ts';

const rule = fc.record({ id: fc.string(), enabled: fc.boolean(), note: fc.string() }) as fc.Arbitrary<Rule>;
const problem = fc.record({ file: fc.string(), line: fc.nat() }) as fc.Arbitrary<RuleProblem>;
const { listRules, watch } = loadFirewallService();

test('a list of rules', () => {
  fc.assert(
    fc.property(fc.array(fc.array(rule)), fc.array(problem), (parts, problems) => {
      const inParts = ruleListInParts();
      inParts.add({ problems });
      for (const rules of parts) inParts.add({ rules });
      const { bytes } = inParts.finish();
      const whole = listRules.responseSerialize({ rules: parts.flat(), problems });
      assert.deepEqual(listRules.responseDeserialize(bytes), listRules.responseDeserialize(whole));
    }),
  );
});

test('a snapshot, which is the field of an event', () => {
  fc.assert(
    fc.property(fc.array(fc.array(rule)), fc.array(problem), (parts, problems) => {
      const rest = { problems, you: { uid: 1000, pid: 7, mayDecide: true } };
      const inParts = snapshotInParts();
      inParts.add(rest);
      for (const rules of parts) inParts.add({ rules });
      const snapshot = { ...rest, rules: parts.flat() } as unknown as Snapshot;
      const whole = { event: 'snapshot', snapshot } as const;
      assert.deepEqual(
        watch.responseDeserialize(watch.responseSerialize(inParts.finish() as unknown as WatchEvent)),
        watch.responseDeserialize(watch.responseSerialize(whole)),
      );
    }),
  );
});
