// What a guest's run counts for, and the lines that say so. Pure.
import { durationText } from '../../scripts/setup/progress.mjs';

/**
 * `run` is `{ end: 'off' | 'timeout', exitCode, totals }`. Totals to add, and what is wrong with the guest itself, if anything is:
 * a guest that does not come to its end is one failure, and so is a runner that fails though no test did.
 */
export function judge({ end, exitCode, totals }) {
  const counted = totals ?? { passed: 0, failed: 0, skipped: 0 };
  const problem = guestProblem({ end, exitCode, totals });
  return problem === undefined
    ? { totals: counted, problem }
    : { totals: { ...counted, failed: counted.failed + 1 }, problem };
}

function guestProblem({ end, exitCode, totals }) {
  if (end === 'timeout') return 'The guest did not end in time.';
  if (exitCode === undefined) return 'The guest ended before its tests did.';
  if (totals === undefined) return `The test runner ended with ${exitCode} and counted nothing.`;
  if (totals.passed + totals.failed === 0) return 'No test ran in the guest.';
  if (exitCode !== 0 && totals.failed === 0)
    return `The test runner ended with ${exitCode} though no test failed.`;
  return undefined;
}

export function kernelLine(release, { totals, durationMs }) {
  return `${release}: ${countsText(totals)}, ${durationText(durationMs)}`;
}

export function countsText({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** The last lines of what the guest's kernel printed, without the codes for a screen. */
export function consoleTail(text, lines = 30) {
  const plain = text.replace(/\x1b(?:\[[0-9;?=]*[A-Za-z]|c)/g, '').replaceAll('\r', '');
  const kept = plain
    .trimEnd()
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-lines);
  return kept.map((line) => `    ${line}`).join('\n');
}
