// Runs one part of `npm test`. A part ends as { ok, totals, skipped? }.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { exitCodeOf } from '../setup/child.mjs';
import { nodeFlags } from '../setup/node.mjs';
import { asRoot, nodeBinary, rootAccess, rootFolder } from '../setup/privileges.mjs';
import { NO_TOTALS } from './totals.mjs';

const REPORTER = join(rootFolder, 'scripts/test/totals-reporter.mjs');
// A file that hangs fails after this instead of holding up everything.
const FILE_TIMEOUT_MS = 120_000;
// A file whose tests have ended but left something open is waited for without end by the runner. Told to end, it ends its files.
const SUITE_TIMEOUT_MS = 15 * 60_000;

export async function runCheck({ words }) {
  const ok = (await run(words)) === 0;
  return { ok, totals: NO_TOTALS };
}

/** Runs the test files of a suite; where root is needed and cannot be had, nothing runs and `skipped` is set. */
export async function runSuite({ privilege, oneAtATime = false }, files) {
  const access = privilege === 'none' ? undefined : rootAccess({ mayAsk: false });
  if (privilege === 'needed' && access === undefined) return { ok: true, totals: NO_TOTALS, skipped: true };
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-test-'));
  try {
    const totalsFile = join(folder, 'totals.json');
    const words = [nodeBinary, ...nodeFlags, ...runnerOptions(oneAtATime, totalsFile), ...files];
    const code = await run(access === undefined ? words : asRoot(access, words));
    return { ok: code === 0, totals: readTotals(totalsFile) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function runnerOptions(oneAtATime, totalsFile) {
  return [
    '--test',
    `--test-concurrency=${oneAtATime ? 1 : availableParallelism()}`,
    `--test-timeout=${FILE_TIMEOUT_MS}`,
    '--test-reporter=spec',
    '--test-reporter-destination=stdout',
    `--test-reporter=${REPORTER}`,
    `--test-reporter-destination=${totalsFile}`,
  ];
}

/** Without a readable total the runner itself broke down: that is one failure. */
function readTotals(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { ...NO_TOTALS, failed: 1 };
  }
}

function run([command, ...commandArguments]) {
  const env = { ...process.env, PATH: `${dirname(nodeBinary)}:${process.env.PATH ?? ''}` };
  return exitCodeOf(
    spawn(command, commandArguments, {
      cwd: rootFolder,
      env,
      stdio: ['ignore', 'inherit', 'inherit'],
      timeout: SUITE_TIMEOUT_MS,
    }),
  );
}
