// What can be said about this machine without the agent: the parts that Sallyport needs, each with a remedy where it is missing.
import { execFileSync } from 'node:child_process';
import { accessSync, constants, lstatSync, readFileSync } from 'node:fs';
import { release, userInfo } from 'node:os';
import { join } from 'node:path';
import { serviceHints } from '@sallyport/proto';
import type { HealthCheck } from '@sallyport/proto';
import { missingModules, NEEDED_MODULES, QUEUE_MODULE } from './kernel-modules.ts';

/** Where to look; tests give a directory of their own. */
export interface Machine {
  /** Prefix of every file that is read. */
  readonly root: string;
  readonly kernelRelease: string;
  readonly uid: number;
  readonly groupIds: readonly number[];
  readonly userName: string;
  readonly socketPath: string;
}

export function thisMachine(socketPath: string): Machine {
  return {
    root: '/',
    kernelRelease: release(),
    uid: process.getuid?.() ?? -1,
    groupIds: process.getgroups?.() ?? [],
    userName: userName(),
    socketPath,
  };
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A user id without an entry in the user database, as in some containers.
    return 'you';
  }
}

/** Never throws: what cannot be found out is a finding too. */
export function checkMachine(machine: Machine): readonly HealthCheck[] {
  return [
    kernelCheck(machine),
    typesCheck(machine),
    cgroupCheck(machine),
    modulesCheck(machine),
    programCheck(machine, 'iptables'),
    programCheck(machine, 'ip6tables'),
    socketCheck(machine),
    groupCheck(machine),
    rightsCheck(machine),
  ];
}

const OLDEST_KERNEL = [5, 15] as const;

function kernelCheck({ kernelRelease }: Machine): HealthCheck {
  const [major = 0, minor = 0] = kernelRelease.split('.').map((part) => Number.parseInt(part, 10));
  const isNewEnough = major > OLDEST_KERNEL[0] || (major === OLDEST_KERNEL[0] && minor >= OLDEST_KERNEL[1]);
  if (isNewEnough) return ok('kernel', `Linux ${kernelRelease}`);
  return broken(
    'kernel',
    `Linux ${kernelRelease} is too old`,
    `Use a kernel from ${OLDEST_KERNEL.join('.')} on.`,
  );
}

function typesCheck(machine: Machine): HealthCheck {
  const path = '/sys/kernel/btf/vmlinux';
  if (isReadable(machine, path)) return ok('btf', `the kernel describes its types in ${path}`);
  return broken(
    'btf',
    `${path} is missing`,
    'Use a kernel built with CONFIG_DEBUG_INFO_BTF=y, as distributions ship.',
  );
}

function cgroupCheck(machine: Machine): HealthCheck {
  const mountPoint = cgroupMount(readText(machine, '/proc/self/mountinfo') ?? '');
  if (mountPoint !== undefined) return ok('cgroup', `cgroup v2 is mounted at ${mountPoint}`);
  if (hasFileSystem(machine, 'cgroup2'))
    return ok('cgroup', 'cgroup v2 is not mounted; the agent mounts it for itself');
  return degraded(
    'cgroup',
    'this kernel has no cgroup v2: processes are found in a lesser way',
    'Use a kernel built with CONFIG_CGROUPS=y and CONFIG_CGROUP_BPF=y, as distributions ship.',
  );
}

function hasFileSystem(machine: Machine, name: string): boolean {
  const lines = (readText(machine, '/proc/filesystems') ?? '').split('\n');
  return lines.some((line) => line.split('\t')[1] === name);
}

function modulesCheck(machine: Machine): HealthCheck {
  const { kernelRelease } = machine;
  const directory = `/lib/modules/${kernelRelease}`;
  const missing = missingModules({
    available: readText(machine, `${directory}/modules.dep`),
    builtIn: readText(machine, `${directory}/modules.builtin`),
    loaded: readText(machine, '/proc/modules'),
  });
  if (missing === undefined)
    return ok('modules', `${directory} lists none; the agent says at its start what the kernel lacks`);
  if (missing.length === 0) return ok('modules', `${NEEDED_MODULES.join(', ')} are there`);
  const isNeeded = missing.includes(QUEUE_MODULE);
  const text = `this kernel has no ${missing.join(', no ')}`;
  return (isNeeded ? broken : degraded)(
    'modules',
    isNeeded ? text : `${text}: processes are found in a lesser way`,
    `Install all modules of ${kernelRelease} (Ubuntu: linux-modules-extra-${kernelRelease}), or start a kernel that has them.`,
  );
}

/** Mount point of the first cgroup2 file system in the text of mountinfo (proc_pid_mountinfo(5)). */
export function cgroupMount(mountinfo: string): string | undefined {
  for (const line of mountinfo.split('\n')) {
    const [mount = '', fileSystem = ''] = line.split(' - ', 2);
    if (fileSystem.startsWith('cgroup2 ')) return mount.split(' ')[4];
  }
  return undefined;
}

const PROGRAM_DIRECTORIES = ['/usr/sbin', '/usr/bin', '/sbin', '/bin', '/usr/local/sbin', '/usr/local/bin'];

function programCheck(machine: Machine, name: string): HealthCheck {
  const path = PROGRAM_DIRECTORIES.map((directory) => `${directory}/${name}`).find((candidate) =>
    isExecutable(machine, candidate),
  );
  if (path !== undefined) return ok(name, path);
  return broken(name, `${name} is not installed`, 'Install the package iptables; it brings both.');
}

function socketCheck({ socketPath, uid }: Machine): HealthCheck {
  try {
    const file = lstatSync(socketPath);
    if (!file.isSocket())
      return broken('socket', `${socketPath} is not a socket`, `Look at it: ls -l ${socketPath}`);
    if (file.uid !== 0 && file.uid !== uid)
      return broken(
        'socket',
        `${socketPath} belongs to the user id ${file.uid}, not to root`,
        `Look at it: ls -l ${socketPath}`,
      );
    return ok('socket', `${socketPath} is there and belongs to ${file.uid === 0 ? 'root' : 'you'}`);
  } catch {
    const remedy = `Start the agent: ${serviceHints().start}.`;
    return broken('socket', `nothing is at ${socketPath}: the agent is not running`, remedy);
  }
}

function groupCheck(machine: Machine): HealthCheck {
  const line = (readText(machine, '/etc/group') ?? '')
    .split('\n')
    .find((entry) => entry.startsWith('sallyport:'));
  const entry = line ?? groupFromDirectory(machine);
  if (entry === undefined) return noGroup(machine);
  const [, , id = '', members = ''] = entry.trim().split(':');
  if (machine.groupIds.includes(Number(id)))
    return ok('group', `${machine.userName} is in the group sallyport`);
  return membership(machine, members.split(','));
}

/** As after every first start: whoever calls `npm start` needs no group. */
function noGroup({ uid, userName }: Machine): HealthCheck {
  if (uid === 0) return ok('group', 'there is no group sallyport; root needs none');
  return degraded(
    'group',
    'there is no group sallyport: root decides, and whoever started the agent by npm start',
    `For others to decide, too: sudo groupadd --system sallyport && sudo usermod -aG sallyport ${userName}, then log in again.`,
  );
}

/** The agent answers only those who may decide, whatever the group says. */
export function withAnswerOfAgent(checks: readonly HealthCheck[]): readonly HealthCheck[] {
  return checks.map((check) =>
    check.name === 'group' && check.state !== 'HEALTH_STATE_OK'
      ? ok('group', 'not needed: the agent lets you decide')
      : check,
  );
}

/** The group database may live elsewhere than in /etc/group. */
function groupFromDirectory({ root }: Machine): string | undefined {
  if (root !== '/') return undefined;
  try {
    return execFileSync('getent', ['group', 'sallyport'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch {
    return undefined;
  }
}

function membership(machine: Machine, members: readonly string[]): HealthCheck {
  if (machine.uid === 0) return ok('group', 'the group sallyport exists; root needs no membership');
  if (members.includes(machine.userName))
    return degraded(
      'group',
      `${machine.userName} was added to the group sallyport after logging in`,
      'Log out and in again.',
    );
  const remedy = `Ask root: usermod -aG sallyport ${machine.userName}, then log in again.`;
  return degraded('group', `${machine.userName} is not in the group sallyport and may not decide`, remedy);
}

function rightsCheck({ uid }: Machine): HealthCheck {
  return uid === 0
    ? ok('rights', 'you are root and can start the agent')
    : ok('rights', 'you are not root: starting the agent needs sudo');
}

function readText({ root }: Machine, path: string): string | undefined {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch {
    return undefined;
  }
}

function isReadable(machine: Machine, path: string): boolean {
  return mayAccess(machine, path, constants.R_OK);
}

function isExecutable(machine: Machine, path: string): boolean {
  return mayAccess(machine, path, constants.X_OK);
}

function mayAccess({ root }: Machine, path: string, access: number): boolean {
  try {
    accessSync(join(root, path), access);
    return true;
  } catch {
    return false;
  }
}

function ok(name: string, text: string): HealthCheck {
  return { name, state: 'HEALTH_STATE_OK', text, remedy: '' };
}

function degraded(name: string, text: string, remedy: string): HealthCheck {
  return { name, state: 'HEALTH_STATE_DEGRADED', text, remedy };
}

function broken(name: string, text: string, remedy: string): HealthCheck {
  return { name, state: 'HEALTH_STATE_BROKEN', text, remedy };
}
