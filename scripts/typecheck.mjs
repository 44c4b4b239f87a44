// `npm run typecheck`: the compiler once for each tsconfig.json. A folder that runs in a runtime of its own has one of its own.
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { nodeBinary, rootFolder } from './setup/privileges.mjs';

const compiler = join(rootFolder, 'node_modules/typescript/bin/tsc');
const waiting = ['tsconfig.json', ...projectsBelow('apps'), ...projectsBelow('test')];
const noted = [...waiting];

let failed = false;
await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, work));
console.log(`${failed ? 'FAILED' : 'ok'}: ${noted.join(', ')}`);
process.exitCode = failed ? 1 : 0;

function projectsBelow(folder) {
  return readdirSync(join(rootFolder, folder), { recursive: true })
    .filter((path) => /(?:^|\/)tsconfig\.json$/.test(path) && !/(?:^|\/)(?:node_modules|build)\//.test(path))
    .map((path) => join(folder, path));
}

async function work() {
  for (let project = waiting.shift(); project !== undefined; project = waiting.shift())
    if (!(await passes(project))) failed = true;
}

function passes(project) {
  const child = spawn(nodeBinary, [compiler, '--noEmit', ...remembering(project), '--project', project], {
    cwd: rootFolder,
    stdio: 'inherit',
  });
  return new Promise((resolve) => child.on('close', (code) => resolve(code === 0)));
}

/** What did not change since the last time is not checked again: the compiler compares contents, not times. */
function remembering(project) {
  const folder = dirname(project).replaceAll('/', '-');
  return ['--incremental', '--tsBuildInfoFile', join(rootFolder, `.cache/typecheck/${folder}.json`)];
}
