// `npm run test:attribution`: every way to reach the network, many times under load, and whether the right process was named.
import { parseArgs } from 'node:util';
import { CASES } from './cases.ts';
import { AttributionSuite } from './suite.ts';
import type { CaseResult } from './suite.ts';
import { isAsExpected, tableLine, TABLE_HEAD } from './report.ts';

const USAGE = `Usage: npm run test:attribution -- [--json] [--runs N] [--only PATTERN]

  --json          one document: {rung, kernel, cases: [{name, family, runs, right, wrong, missing, medianUs, worstUs, expected}]}
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
  return report({ runs, only: values.only, isJson: values.json });
}

interface Wanted {
  readonly runs: number;
  readonly only: string;
  readonly isJson: boolean;
}

async function report({ runs, only, isJson }: Wanted): Promise<number> {
  await using parts = new AsyncDisposableStack();
  const suite = parts.use(await AttributionSuite.open());
  parts.use(suite.load());
  const [rung, kernel] = [await suite.rung(), suite.kernel];
  if (!isJson) process.stdout.write(`${rung}, kernel ${kernel}\n${TABLE_HEAD}\n`);
  const cases: CaseResult[] = [];
  for (const one of CASES.filter(({ name }) => name.includes(only)))
    for (const family of one.families) {
      const result = await suite.run(one, family, runs);
      cases.push(result);
      if (!isJson) process.stdout.write(`${tableLine(result)}\n`);
    }
  if (isJson) process.stdout.write(`${JSON.stringify({ rung, kernel, cases }, undefined, 2)}\n`);
  return cases.every(isAsExpected) ? 0 : 1;
}
