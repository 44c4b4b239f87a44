// Native addons, BPF objects and pages, by make, which does only what is out of date.
import { availableParallelism } from 'node:os';
import { outputTail, runCommand } from './command.mjs';
import { SetupFailure } from './failure.mjs';
import { runAsOwner } from './npm.mjs';
import { checkoutWriter, nodeBinary, rootFolder } from './privileges.mjs';
import { stepLine } from './progress.mjs';

const IDLE =
  /^make(?:\[\d+\])?: (?:Nothing to be done for|.* is up to date|Entering directory|Leaving directory)/;

/** True where make's output shows that it did something. */
export function showsWork(output) {
  return output.split('\n').some((line) => line.trim() !== '' && !IDLE.test(line));
}

/** Runs make as the checkout's owner. Throws SetupFailure. Returns true when something was out of date. */
export async function buildNative({ verbose }) {
  const step = stepLine('Compiling native addons, BPF programs and pages', verbose);
  // In another user's checkout make runs through sudo: look first, so that nobody is asked for a password in vain.
  if (checkoutWriter().kind === 'sudo' && !(await isOutOfDate())) return false;
  const make = ['make', `--jobs=${availableParallelism()}`, '--output-sync=line'];
  let worked = false;
  const onOutput = (text) => {
    if (worked || !showsWork(text)) return;
    worked = true;
    step.begin();
  };
  // npm sets NODE to the Node that runs it, which may be too old for the build's own scripts.
  const result = await runAsOwner(make, {
    verbose,
    onOutput,
    environment: { LC_ALL: 'C', NODE: nodeBinary },
  });
  if (result.code !== 0) {
    step.fail();
    throw new SetupFailure('Could not compile the native addons, BPF programs and pages.', {
      happened: `make said:\n${outputTail(result.output, 25)}`,
      remedy: `To see everything, run:\n  make -C ${rootFolder}`,
    });
  }
  step.end();
  return worked;
}

async function isOutOfDate() {
  const result = await runCommand('make', ['--question'], { cwd: rootFolder });
  return result.code !== 0;
}
