// `npm test`: everything that can be tested here, in order, each part with its time. `npm test -- PATTERN...` runs only the test
// files whose path contains a pattern. The last line is "N passed, N failed" with ", N skipped" where there is something to say.
import { setupOrExit } from './setup.mjs';
import { rootFolder } from './setup/privileges.mjs';
import { durationText } from './setup/progress.mjs';
import { PARTS } from './test/parts.mjs';
import { runCheck, runSuite } from './test/run-part.mjs';
import { addTotals, findTestFiles, NO_TOTALS, totalsLine } from './test/totals.mjs';

const patterns = process.argv.slice(2);
await setupOrExit({ profile: 'test' });

let totals = NO_TOTALS;
const failedParts = [];
const skippedParts = [];
for (const part of PARTS) await runPart(part);

for (const line of skippedParts) console.log(line);
if (failedParts.length > 0) console.log(`Failed: ${failedParts.join(', ')}`);
const ranNothing = totals.passed + totals.failed + totals.skipped === 0;
if (ranNothing)
  console.log(patterns.length > 0 ? `No test file matches ${patterns.join(' ')}.` : 'No test ran.');
console.log(totalsLine(totals));
process.exitCode = failedParts.length > 0 || totals.failed > 0 || ranNothing ? 1 : 0;

async function runPart(part) {
  const files = part.kind === 'suite' ? findTestFiles(rootFolder, { folders: part.folders, patterns }) : [];
  if (part.kind === 'suite' ? files.length === 0 : patterns.length > 0) return;
  console.log(`\n── ${part.title}`);
  const startedMs = Date.now();
  const result = part.kind === 'check' ? await runCheck(part) : await runSuite(part, files);
  totals = addTotals(totals, result.totals);
  if (result.skipped) {
    const what = `${part.title}: ${files.length} test file${files.length === 1 ? '' : 's'} skipped`;
    skippedParts.push(
      `${what}, they need root and sudo would ask for a password. Run: sudo env "PATH=$PATH" npm test`,
    );
  } else if (!result.ok) {
    failedParts.push(part.title);
  }
  const outcome = result.skipped ? 'skipped' : result.ok ? 'ok' : 'FAILED';
  console.log(`── ${part.title}: ${outcome}, ${durationText(Date.now() - startedMs)}`);
}
