// What a guest is told to do, and what it says came of it: files in the folder that it shares with the host.
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { shellText } from '../../scripts/setup/command.mjs';
import { nodeFlags } from '../../scripts/setup/node.mjs';
import { rootFolder } from '../../scripts/setup/privileges.mjs';

const RUN = fileURLToPath(new URL('guest/run.sh', import.meta.url));
/** Where guest/init mounts the folder. */
const IN_GUEST = '/run/exchange';
const FILE_TIMEOUT_MS = 600_000;

export function writeJob({ exchange, kernel, files }) {
  copyFileSync(RUN, join(exchange, 'run.sh'));
  const lines = [
    `root_folder=${shellText([rootFolder])}`,
    `modules_folder=${shellText([kernel.modules])}`,
    `test_command=(${shellText(testCommand(files))})`,
    '',
  ];
  writeFileSync(join(exchange, 'job.sh'), lines.join('\n'));
}

function testCommand(files) {
  return [
    'node',
    ...nodeFlags,
    '--test',
    '--test-concurrency=1',
    `--test-timeout=${FILE_TIMEOUT_MS}`,
    '--test-reporter=spec',
    '--test-reporter-destination=stdout',
    `--test-reporter=${join(rootFolder, 'scripts/test/totals-reporter.mjs')}`,
    `--test-reporter-destination=${IN_GUEST}/totals.json`,
    ...files,
  ];
}

export const logFile = (exchange) => join(exchange, 'log');

/** `exitCode` and `totals`, each undefined where the guest did not come so far. */
export function readOutcome(exchange) {
  const textOf = (name) => {
    const file = join(exchange, name);
    return existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  };
  return parseOutcome({ exitCode: textOf('exit-code'), totals: textOf('totals.json') });
}

export function parseOutcome(texts) {
  return {
    exitCode: /^\d+$/.test(texts.exitCode) ? Number(texts.exitCode) : undefined,
    totals: parseTotals(texts.totals),
  };
}

function parseTotals(text) {
  try {
    const { passed, failed, skipped } = JSON.parse(text);
    return [passed, failed, skipped].every(Number.isInteger) ? { passed, failed, skipped } : undefined;
  } catch {
    return undefined;
  }
}
