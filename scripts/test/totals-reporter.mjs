// A node:test reporter that prints one JSON document at the end: how many tests passed, failed and were skipped.
// A test file without a single test counts as a failure: it looks like cover and is none.
import { relative } from 'node:path';

export default async function* totalsReporter(events) {
  const totals = { passed: 0, failed: 0, skipped: 0 };
  for await (const { type, data } of events) {
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    if (data.details?.type === 'suite') continue;
    totals[outcomeOf(type, data)] += 1;
  }
  yield JSON.stringify(totals);
}

function outcomeOf(type, data) {
  if (type === 'test:fail' && data.todo === undefined) return 'failed';
  if (data.skip !== undefined || data.todo !== undefined) return 'skipped';
  return standsForFile(data) ? 'failed' : 'passed';
}

/** The runner reports a file that registered no test as one passing test with the file's name. */
function standsForFile({ name, file, nesting }) {
  return nesting === 0 && file !== undefined && (name === file || name === relative(process.cwd(), file));
}
