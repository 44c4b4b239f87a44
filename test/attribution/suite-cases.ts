// Each case a few times, as tests: `npm run test:attribution` does it many times and with load.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { atThisPaceMs } from '../lab/pace.ts';
import { needsRoot } from '../lab/root.ts';
import { CASES } from './cases.ts';
import { isAsExpected, tableLine } from './report.ts';
import { AttributionSuite } from './suite.ts';

export function checkCases({
  correlator,
  runs,
}: {
  readonly correlator: string;
  readonly runs: number;
}): void {
  describe(`whose flow it is, by ${correlator}`, { skip: needsRoot, timeout: atThisPaceMs(240_000) }, () => {
    let suite: AttributionSuite;
    before(async () => void (suite = await AttributionSuite.open({ correlator })));
    after(() => suite[Symbol.asyncDispose]());

    for (const one of CASES)
      for (const family of one.families)
        test(`${one.name} over IPv${family}: ${one.unseenBecause ?? 'the process that made it'}`, async (context) => {
          const result = await suite.run(one, family, runs);
          if (result.notHere !== undefined) return context.skip(result.notHere);
          context.diagnostic(tableLine(result));
          assert.ok(isAsExpected(result), tableLine(result));
        });
  });
}
