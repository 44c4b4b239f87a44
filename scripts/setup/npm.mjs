// The npm packages, Node 24 among them. npm writes down what it installed in node_modules/.package-lock.json as its last act;
// as long as that agrees with package-lock.json there is nothing to do.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { outputTail, runCommand } from './command.mjs';
import { SetupFailure } from './failure.mjs';
import {
  checkoutWriter,
  environmentFor,
  hasTerminal,
  nodeBinary,
  rootAccess,
  rootFolder,
} from './privileges.mjs';
import { stepLine } from './progress.mjs';

/** True where every package that the lock file wants is installed in that very version. Takes the parsed lock files. */
export function isSatisfied(wanted, installed) {
  return Object.entries(wanted.packages ?? {})
    .filter(([path]) => path.startsWith('node_modules/'))
    .every(([path, entry]) => {
      const present = installed.packages?.[path];
      if (present === undefined) return entry.optional === true || entry.peer === true;
      return (
        present.version === entry.version &&
        present.integrity === entry.integrity &&
        present.link === entry.link
      );
    });
}

function readLock(file) {
  try {
    return JSON.parse(readFileSync(join(rootFolder, file), 'utf8'));
  } catch {
    return {};
  }
}

function isInstalled() {
  return (
    existsSync(nodeBinary) &&
    isSatisfied(readLock('package-lock.json'), readLock('node_modules/.package-lock.json'))
  );
}

/** Runs `npm ci` as the checkout's owner where something is missing. Throws SetupFailure. Returns true when it ran. */
export async function installNpmPackages({ verbose }) {
  if (isInstalled()) return false;
  const step = stepLine('Installing npm packages', verbose);
  step.begin();
  // `include` outweighs an `omit` of the user's settings: Node 24 itself is an optional package, the tests are development ones.
  const words = [
    'ci',
    '--include=optional',
    '--include=dev',
    '--json=false',
    '--loglevel=error',
    '--fetch-retry-mintimeout=1000',
  ];
  const result = await runAsOwner([...npmCommand(), ...words], { verbose });
  if (result.code !== 0) {
    step.fail();
    throw new SetupFailure('Could not install the npm packages.', {
      happened: `npm ci said:\n${outputTail(result.output)}`,
      remedy: `If the network was away, repeat the command when it is back. To see more, run:\n  cd ${rootFolder} && npm ci --include=optional --include=dev`,
    });
  }
  if (!existsSync(nodeBinary)) await linkNode();
  step.end();
  return true;
}

/** The npm that started this script, or else the one in PATH. */
function npmCommand() {
  const started = process.env.npm_execpath;
  return started !== undefined && /npm-cli\.c?js$/.test(started) ? [process.execPath, started] : ['npm'];
}

/** npm 9 installs the package and then removes its link together with the one of the other architecture, which has the same name. */
async function linkNode() {
  const name = `node-linux-${process.arch}`;
  if (existsSync(join(rootFolder, 'node_modules', name, 'bin/node'))) {
    await runAsOwner(['ln', '-sf', `../${name}/bin/node`, nodeBinary], {});
  }
  if (existsSync(nodeBinary)) return;
  throw new SetupFailure('Node 24 is not there after npm ci.', {
    happened: `It comes from the optional npm package ${name}, which npm left out.`,
    remedy:
      'Look at `npm config get omit`, `npm config get os` and `npm config get cpu`, remove what leaves it out, then repeat the command.',
  });
}

/** Runs a command in the checkout as its owner, Node 24 first in PATH. */
export async function runAsOwner(words, { verbose, onOutput, environment = {} }) {
  const writer = checkoutWriter();
  if (writer.kind === 'sudo' && rootAccess() === undefined) throw notTheOwner(writer.account);
  const path = `${dirname(nodeBinary)}:${process.env.PATH ?? ''}`;
  const own = writer.kind === 'self' ? process.env : environmentFor(writer.account);
  const options = {
    cwd: rootFolder,
    env: { ...own, PATH: path, ...environment },
    ...(writer.kind === 'drop' && { uid: writer.account.uid, gid: writer.account.gid }),
    onOutput: (text) => {
      if (verbose) process.stderr.write(text);
      onOutput?.(text);
    },
  };
  const [command, ...rest] =
    writer.kind === 'sudo' ? sudoWords(writer.account, words, { PATH: path, ...environment }) : words;
  return runCommand(command, rest, options);
}

function notTheOwner(account) {
  return new SetupFailure(`Something in ${rootFolder} has to be brought up to date.`, {
    happened: `The folder belongs to ${account.name}, and this user may not write there.`,
    remedy: `Run \`npm run setup\` there as ${account.name} or as root, or clone the repository into a folder of your own.`,
  });
}

function sudoWords(account, words, environment) {
  const settings = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  return [
    'sudo',
    ...(hasTerminal() ? [] : ['-n']),
    '-u',
    `#${account.uid}`,
    '-H',
    'env',
    ...settings,
    ...words,
  ];
}
