// `npm run check`: what must hold before a commit lands, besides the tests.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setupOrExit } from './setup.mjs';
import { nodeBinary, rootFolder } from './setup/privileges.mjs';
import { outputTail } from './setup/command.mjs';
import { failureRows, missingRows } from './check/failure-table.mjs';
import { fileSizeProblems } from './check/file-size.mjs';
import { layoutProblems } from './check/layout.mjs';
import { lockProblems, machinePathProblems } from './check/machine-paths.mjs';
import { packagingProblems } from './check/packaging.mjs';
import { textOf, trackedFiles } from './check/tracked-files.mjs';

const FAILURE_POLICY = 'apps/agent/src/domain/failure-policy.ts';
const SECURITY_PAGE = 'docs/security.md';

await setupOrExit({ profile: 'test' });
const paths = trackedFiles(rootFolder);
const texts = paths.map((path) => [path, textOf(rootFolder, path)]).filter(([, text]) => text !== undefined);

const CHECKS = [
  ['no path or host of a machine', () => texts.flatMap(([path, text]) => machinePathProblems(path, text))],
  [
    'package-lock.json names no download address',
    () => ['', 'packaging/'].flatMap((at) => lockProblems(JSON.parse(readText(`${at}package-lock.json`)))),
  ],
  ['package-lock.json is in sync', lockSyncProblems],
  ['files are small', () => texts.flatMap(([path, text]) => fileSizeProblems(path, text))],
  ['electron-builder.yml is valid', () => packagingProblems(rootFolder)],
  ['folders are those of the layout', () => layoutProblems(paths)],
  [
    'arrows between folders hold',
    () => commandProblems(['depcruise', '--config', '.dependency-cruiser.mjs', 'apps', 'native', 'proto']),
  ],
];
if (existsSync(join(rootFolder, SECURITY_PAGE)))
  CHECKS.push([`${SECURITY_PAGE} shows the failure table`, failureTableProblems]);
else console.log(`note   ${SECURITY_PAGE} does not exist yet; the failure table is not compared`);

let failed = 0;
for (const [title, find] of CHECKS) {
  const problems = find();
  console.log(`${problems.length === 0 ? 'ok    ' : 'FAILED'} ${title}`);
  for (const problem of problems) console.log(`         ${problem}`);
  if (problems.length > 0) failed += 1;
}
process.exitCode = failed > 0 ? 1 : 0;

function readText(path) {
  return readFileSync(join(rootFolder, path), 'utf8');
}

function commandProblems([command, ...commandArguments]) {
  const env = { ...process.env, PATH: `${dirname(nodeBinary)}:${process.env.PATH ?? ''}`, NO_COLOR: '1' };
  const { status, stdout, stderr, error } = spawnSync(command, commandArguments, {
    cwd: rootFolder,
    env,
    encoding: 'utf8',
  });
  return status === 0 ? [] : [`${command}:\n${outputTail(error?.message ?? `${stdout}${stderr}`, 30)}`];
}

/** npm compares the lock file with every package.json before it does anything; a dry run needs no network for that. */
function lockSyncProblems() {
  return commandProblems([
    'npm',
    'ci',
    '--dry-run',
    '--offline',
    '--ignore-scripts',
    '--json=false',
    '--loglevel=error',
  ]);
}

function failureTableProblems() {
  const program = `console.log(JSON.stringify((await import(${JSON.stringify(join(rootFolder, FAILURE_POLICY))})).FAILURE_TABLE))`;
  const { status, stdout, stderr } = spawnSync(nodeBinary, ['--input-type=module', '--eval', program], {
    encoding: 'utf8',
  });
  if (status !== 0) return [`${FAILURE_POLICY} cannot be loaded:\n${outputTail(stderr)}`];
  return missingRows(failureRows(JSON.parse(stdout)), readText(SECURITY_PAGE)).map(
    (row) => `missing row: ${row}`,
  );
}
