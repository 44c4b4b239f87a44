// `npm run setup`: from a fresh clone to something that runs. Every other entry point calls it first; where nothing is missing it
// says nothing. Needs Node >= 20.19 and npm, and nothing from node_modules.
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildNative } from './setup/build.mjs';
import { fetchElectron } from './setup/electron.mjs';
import { orExplain, SetupFailure } from './setup/failure.mjs';
import { installNpmPackages } from './setup/npm.mjs';
import { installPackages } from './setup/packages.mjs';
import { blocker, platformWarnings, readPlatform } from './setup/platform.mjs';
import { say } from './setup/progress.mjs';
import { graphicalSession, hasDisplay } from './start/display.mjs';

/** Does what is missing, once. `electron`: fetch its binary though there is no display, or an earlier try failed. `profile`: 'run'; 'test' with what the tests need besides; 'vm' to boot other kernels too. Throws SetupFailure. */
export async function setup({ profile = 'run', verbose = false, electron = false } = {}) {
  const platform = readPlatform();
  const reason = blocker(platform);
  if (reason !== undefined) throw new SetupFailure(reason, {});
  const options = { profile, verbose };
  const worked = [
    await installPackages(options),
    await installNpmPackages(options),
    await buildNative(options),
  ];
  const isForAPerson = profile === 'run' && !process.env.CI && hasDisplay(graphicalSession());
  if (electron || isForAPerson) worked.push(await fetchElectron({ verbose, always: electron }));
  if (worked.includes(true) || verbose)
    for (const warning of platformWarnings(platform)) say(`Note: ${warning}`);
}

/** setup() for an entry point: a failure is explained and ends the process. */
export function setupOrExit(options) {
  return orExplain(() => setup(options));
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const words = process.argv.slice(2);
  const unknown = words.find((word) => !['--verbose', '--test', '--vm', '--electron'].includes(word));
  if (unknown !== undefined) {
    say(`Unknown argument ${unknown}. Usage: npm run setup -- [--test | --vm] [--electron] [--verbose]`);
    process.exit(2);
  }
  await setupOrExit({
    profile: words.includes('--vm') ? 'vm' : words.includes('--test') ? 'test' : 'run',
    verbose: words.includes('--verbose'),
    electron: words.includes('--electron'),
  });
}
