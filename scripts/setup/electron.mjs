// Electron's binary, which does not come with its npm package: the package fetches it from a host that not every machine reaches.
// It is fetched where somebody can see a window, tried once for each version, and missed by nobody: other front ends do.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { outputTail } from './command.mjs';
import { runAsOwner } from './npm.mjs';
import { nodeBinary, rootFolder } from './privileges.mjs';
import { say, stepLine } from './progress.mjs';

const PACKAGE = join(rootFolder, 'node_modules/electron');
const GIVE_UP_SECONDS = 120;

/** Whether the binary of this version is there. */
export function hasElectron(folder = PACKAGE) {
  return existsSync(join(folder, 'dist/electron'));
}

/**
 * Fetches it where it is missing. `always`: though an earlier try failed. Never fails the setup. Returns true when it did something
 * that a person waited for.
 */
export async function fetchElectron({ verbose = false, always = false } = {}) {
  if (hasElectron()) return false;
  const failed = join(rootFolder, `.cache/electron-${electronVersion()}-not-fetched`);
  if (!always && existsSync(failed)) return false;
  const step = stepLine('Fetching Electron', verbose);
  step.begin();
  const words = ['timeout', String(GIVE_UP_SECONDS), nodeBinary, join(PACKAGE, 'install.js')];
  const { code, output } = await runAsOwner(words, { verbose });
  if (code === 0) {
    step.end();
    return true;
  }
  step.fail();
  note(failed, output);
  say(`Electron could not be fetched (${reasonOf(output)}). A browser window or the terminal asks instead;`);
  say('`npm run setup -- --electron` tries again.');
  return true;
}

/** The first line that says what went wrong, without a stack. */
export function reasonOf(output) {
  const lines = outputTail(output, 50)
    .split('\n')
    .map((line) => line.trim());
  return lines.find((line) => /error|failed|timed out|ENOTFOUND/i.test(line)) ?? 'no answer in time';
}

function electronVersion() {
  return JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')).version;
}

function note(file, output) {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, output);
  } catch {
    // In somebody else's checkout: then the next start tries again.
  }
}
