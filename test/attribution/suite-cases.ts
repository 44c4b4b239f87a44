// Each case a few times, as tests: `npm run test:attribution` does it many times and with load.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { atThisPaceMs } from '../lab/pace.ts';
import { needsRoot } from '../lab/root.ts';
import { CASES } from './cases.ts';
import type { AttributionCase } from './cases.ts';
import { isAsExpected, tableLine } from './report.ts';
import { AttributionSuite } from './suite.ts';

/** Each takes programs that are started one after the other, and answers. */
const RUNS_OF_A_PLAY = 2;

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
        test(`${one.name} over IPv${family}: ${expectationText(one)}`, async (context) => {
          const result = await suite.run(one, family, 'play' in one ? Math.min(runs, RUNS_OF_A_PLAY) : runs);
          if (result.notHere !== undefined) return context.skip(result.notHere);
          context.diagnostic(tableLine(result));
          assert.ok(isAsExpected(result), tableLine(result));
        });
  });
}

function expectationText(one: AttributionCase): string {
  if (one.unseenBecause !== undefined) return `unknown, because ${one.unseenBecause}`;
  return 'play' in one ? one.expectation : 'the process that made it';
}
