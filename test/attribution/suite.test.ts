// Each case a few times, without load: `npm run test:attribution` does it many times and with load.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { atThisPaceMs } from '../lab/pace.ts';
import { needsRoot } from '../lab/root.ts';
import { CASES } from './cases.ts';
import { isAsExpected, tableLine } from './report.ts';
import { AttributionSuite } from './suite.ts';

const RUNS = 8;

describe('whose flow it is', { skip: needsRoot, timeout: atThisPaceMs(240_000) }, () => {
  let suite: AttributionSuite;
  before(async () => void (suite = await AttributionSuite.open()));
  after(() => suite[Symbol.asyncDispose]());

  for (const one of CASES)
    for (const family of one.families)
      test(`${one.name} over IPv${family}: ${one.unseenBecause ?? 'the process that made it'}`, async (context) => {
        const result = await suite.run(one, family, RUNS);
        if (result.notHere !== undefined) return context.skip(result.notHere);
        assert.ok(isAsExpected(result), tableLine(result));
      });
});
