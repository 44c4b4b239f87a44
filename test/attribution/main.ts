// `npm run test:attribution`: every way to reach the network, many times under load, and whether the right process was named.
import { parseArgs } from 'node:util';
import { CASES } from './cases.ts';
import { AttributionSuite } from './suite.ts';
import type { CaseResult } from './suite.ts';
import { isAsExpected, tableLine, TABLE_HEAD } from './report.ts';

const USAGE = `Usage: npm run test:attribution -- [--json] [--runs N] [--only PATTERN] [--correlator NAME]

  --correlator N  the rung of the ladder that the agent takes: docs/attribution.md (default auto: the best one that works)
  --json          one document: {rung, rungText, kernel, cases: [{name, family, runs, right, wrong, missing, medianUs, worstUs, expected}]}
  --runs N        attempts of each case (default 200)
  --only PATTERN  the cases whose name contains it

Needs root. Works in network namespaces of its own. Ends with 1 where a case is not as expected.
`;

process.exitCode = await main();

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      runs: { type: 'string', default: '200' },
      only: { type: 'string', default: '' },
      correlator: { type: 'string', default: 'auto' },
      help: { type: 'boolean', default: false },
    },
  });
  const runs = Number(values.runs);
  if (values.help || !Number.isInteger(runs) || runs < 1 || runs > 4000) {
    process.stdout.write(USAGE);
    return values.help ? 0 : 2;
  }
  if (process.getuid?.() !== 0) {
    process.stderr.write('network namespaces need root: sudo npm run test:attribution\n');
    return 2;
  }
  const { only, correlator, json: isJson } = values;
  return report({ runs, only, correlator, isJson });
}

interface Wanted {
  readonly runs: number;
  readonly only: string;
  readonly correlator: string;
  readonly isJson: boolean;
}

async function report({ runs, only, correlator, isJson }: Wanted): Promise<number> {
  await using parts = new AsyncDisposableStack();
  const suite = parts.use(await AttributionSuite.open({ correlator }));
  parts.use(suite.load());
  const { kernel } = suite;
  const { name: rung, text: rungText } = suite.rung;
  if (!isJson) process.stdout.write(`${rungText}, kernel ${kernel}\n${TABLE_HEAD}\n`);
  const cases: CaseResult[] = [];
  for (const one of CASES.filter(({ name }) => name.includes(only)))
    for (const family of one.families) {
      const result = await suite.run(one, family, runs);
      cases.push(result);
      if (!isJson) process.stdout.write(`${tableLine(result)}\n`);
    }
  if (isJson) process.stdout.write(`${JSON.stringify({ rung, rungText, kernel, cases }, undefined, 2)}\n`);
  return cases.every(isAsExpected) ? 0 : 1;
}
