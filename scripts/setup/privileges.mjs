// As whom a command runs: system packages as root, everything that writes into the checkout as the checkout's owner.
import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const rootFolder = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
export const nodeBinary = join(rootFolder, 'node_modules/.bin/node');

// What the kernel shows for an owner that has no name in this user namespace: nobody can act as it.
const UNMAPPED_UID = 65534;

export const isRoot = () => process.getuid() === 0;

/** A person who can type a password is there. */
export const hasTerminal = () =>
  process.stdin.isTTY === true && process.stderr.isTTY === true && !process.env.CI;

/** Where a command lives; root's usual folders count even where PATH lacks them, as after a plain `su`. */
export function findCommand(name) {
  const folders = [
    ...(process.env.PATH ?? '').split(delimiter),
    '/usr/local/sbin',
    '/usr/sbin',
    '/sbin',
    '/usr/bin',
    '/bin',
  ];
  return folders.map((folder) => join(folder || '.', name)).find((file) => existsSync(file));
}

/** Account of a uid as /etc/passwd has it: name, uid, gid, home; undefined where it has none. */
export function accountOf(uid, passwd = readFileSync('/etc/passwd', 'utf8')) {
  const fields = passwd
    .split('\n')
    .map((line) => line.split(':'))
    .find((candidate) => candidate.length >= 6 && candidate[2] === String(uid));
  return fields && { name: fields[0], uid, gid: Number(fields[3]), home: fields[5] };
}

/** How this process may become root: 'root', 'sudo' (may ask for a password), 'sudo -n', or undefined. */
export function rootAccess({ mayAsk = hasTerminal() } = {}) {
  if (isRoot()) return 'root';
  if (findCommand('sudo') === undefined) return undefined;
  if (spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0) return 'sudo -n';
  return mayAsk ? 'sudo' : undefined;
}

/** The words of a command that runs as root, for the access that rootAccess() found. */
export function asRoot(access, words) {
  return access === 'root' ? words : [...access.split(' '), ...words];
}

/** The invoking user of `sudo npm ...`, if there is one. */
export function sudoUser(environment = process.env) {
  const uid = Number(environment.SUDO_UID ?? 0);
  return isRoot() && Number.isInteger(uid) && uid > 0
    ? (accountOf(uid) ?? { name: `#${uid}`, uid, gid: Number(environment.SUDO_GID ?? uid), home: '/' })
    : undefined;
}

function isWritable(folder) {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** The environment in which a command runs as another user: that user's home, and nothing of npm's own settings. */
export function environmentFor(account, environment = process.env) {
  const kept = Object.entries(environment).filter(
    ([name]) => !/^(npm_|SUDO_|XDG_|INIT_CWD$)/i.test(name) || /^npm_(execpath|node_execpath)$/.test(name),
  );
  return { ...Object.fromEntries(kept), HOME: account.home, USER: account.name, LOGNAME: account.name };
}

/**
 * Who writes into the checkout: `{ kind: 'self' }`, `{ kind: 'drop', account }` for root in another user's checkout,
 * or `{ kind: 'sudo', account }` for a user in a checkout that is not theirs.
 */
export function checkoutWriter() {
  const { uid, gid } = statSync(rootFolder);
  const self = process.getuid();
  if (uid === self || (self === 0 && uid === UNMAPPED_UID)) return { kind: 'self' };
  const account = accountOf(uid) ?? { name: `#${uid}`, uid, gid, home: join(rootFolder, '.cache') };
  if (self === 0) return { kind: 'drop', account };
  return isWritable(rootFolder) ? { kind: 'self' } : { kind: 'sudo', account };
}
