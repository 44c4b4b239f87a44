// The system packages: which, why, and how they come onto the machine. What is missing is found by looking for the thing itself
// (a command, a header), so that a compiler from elsewhere counts too and other distributions work once they have everything.
import { existsSync } from 'node:fs';
import { outputTail, runCommand, shellText } from './command.mjs';
import { SetupFailure } from './failure.mjs';
import { asRoot, findCommand, rootAccess } from './privileges.mjs';
import { readPlatform, usesApt } from './platform.mjs';
import { say, stepLine } from './progress.mjs';

/** profile `run`: to build and start; `test`: what the test suites use besides; `vm`: to boot other kernels. */
export const REQUIREMENTS = [
  {
    package: 'clang',
    command: 'clang',
    profile: 'run',
    purpose: 'compiles the programs that run in the kernel',
  },
  { package: 'g++', command: 'g++', profile: 'run', purpose: 'compiles the native addons' },
  { package: 'make', command: 'make', profile: 'run', purpose: 'builds what is out of date' },
  {
    package: 'libbpf-dev',
    header: 'bpf/libbpf.h',
    profile: 'run',
    purpose: 'loads programs into the kernel',
  },
  {
    package: 'libuv1-dev',
    header: 'uv.h',
    profile: 'run',
    purpose: "connects the packet queue to Node's event loop",
  },
  {
    package: 'iptables',
    command: 'iptables',
    profile: 'run',
    purpose: 'sends undecided packets to the agent',
  },
  {
    package: 'iproute2',
    command: 'ip',
    profile: 'run',
    purpose: 'network namespaces of the demo and the tests',
  },
  { package: 'curl', command: 'curl', profile: 'run', purpose: 'the program that the demo asks about' },
  { package: 'iputils-ping', command: 'ping', profile: 'test', purpose: 'ICMP flows in the kernel tests' },
  {
    package: 'nftables',
    command: 'nft',
    profile: 'test',
    purpose: 'changes of other firewalls in the kernel tests',
  },
  { package: 'tmux', command: 'tmux', profile: 'test', purpose: 'a terminal for the tests of the questions' },
  {
    package: 'python3',
    command: 'python3',
    profile: 'test',
    purpose: 'floods of packets in the tests of the queue',
  },
  {
    package: 'chromium',
    command: 'chromium',
    profile: 'test',
    purpose: "a real browser for the tests of the desktop's pages",
  },
  { package: 'procps', command: 'ps', profile: 'test', purpose: 'process lists in the kernel tests' },
  { package: 'openssl', command: 'openssl', profile: 'test', purpose: 'certificates of the test servers' },
  {
    package: 'qemu-system-x86',
    command: 'qemu-system-x86_64',
    profile: 'vm',
    purpose: 'the machine that boots another kernel',
  },
  {
    package: 'busybox-static',
    command: 'busybox',
    profile: 'vm',
    purpose: 'the first program in that machine',
  },
  { package: 'kmod', command: 'modprobe', profile: 'vm', purpose: "finds and loads that kernel's modules" },
  {
    package: 'cpio',
    command: 'cpio',
    profile: 'vm',
    purpose: 'packs the file system that the kernel starts from',
  },
];

/** Each profile includes those before it. */
const PROFILES = ['run', 'test', 'vm'];

/** The requirements of a profile for which `isPresent` says no. */
export function missingRequirements(profile, isPresent = isRequirementPresent) {
  const included = PROFILES.slice(0, PROFILES.indexOf(profile) + 1);
  return REQUIREMENTS.filter((requirement) => included.includes(requirement.profile)).filter(
    (requirement) => !isPresent(requirement),
  );
}

export function isRequirementPresent({ command, header }) {
  if (command !== undefined) return findCommand(command) !== undefined;
  const triplet = process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu';
  return ['/usr/include', `/usr/include/${triplet}`, '/usr/local/include'].some((folder) =>
    existsSync(`${folder}/${header}`),
  );
}

/** The table that a person reads: one requirement in a line with its purpose. */
export function requirementLines(requirements, label = (requirement) => requirement.package) {
  const width = Math.max(...requirements.map((requirement) => label(requirement).length));
  return requirements
    .map((requirement) => `  ${label(requirement).padEnd(width)}  ${requirement.purpose}`)
    .join('\n');
}

/** What aptitude-less people paste: one line that installs everything. */
export function aptCommandText(packages) {
  return `apt-get update && apt-get install -y --no-install-recommends ${packages.join(' ')}`;
}

/** Installs what the profile needs and the machine lacks. Throws SetupFailure. Returns true when something was installed. */
export async function installPackages({ profile, verbose }) {
  const missing = missingRequirements(profile);
  if (missing.length === 0) return false;
  if (!usesApt(readPlatform()))
    throw new SetupFailure('Sallyport needs programs that are missing here:', otherDistribution(missing));
  const packages = missing.map((requirement) => requirement.package);
  const access = rootAccess();
  if (access === undefined) throw new SetupFailure('System packages are missing:', noRoot(missing));
  say(`System packages that are missing:\n${requirementLines(missing)}`);
  if (access === 'sudo') say('sudo may ask for your password to install them.');
  await runApt({ packages, access, verbose });
  const still = missingRequirements(profile);
  if (still.length > 0) {
    throw new SetupFailure('apt reports success, and yet these are not to be found:', {
      happened: requirementLines(still, (requirement) => requirement.command ?? requirement.header),
      remedy: `Repair them, for example: sudo apt-get install --reinstall ${still.map((one) => one.package).join(' ')}`,
    });
  }
  return true;
}

function otherDistribution(missing) {
  const label = ({ command, header }) => (command === undefined ? `header ${header}` : `command ${command}`);
  const names = missing.map((requirement) => requirement.package).join(' ');
  return {
    happened: requirementLines(missing, label),
    remedy: `Setup installs packages on Debian and Ubuntu only. There they are called: ${names}\nInstall their equivalents, then repeat the command.`,
  };
}

function noRoot(missing) {
  const packages = missing.map((requirement) => requirement.package);
  return {
    happened: requirementLines(missing),
    remedy: `This user may not install them (no sudo, or sudo needs a password and there is no terminal). As root, run:\n  ${aptCommandText(packages)}\nthen repeat the command.`,
  };
}

async function runApt({ packages, access, verbose }) {
  const step = stepLine(
    `Installing ${packages.length} system package${packages.length === 1 ? '' : 's'}`,
    verbose,
  );
  step.begin();
  const apt = (...words) => {
    const settings = [
      'env',
      'DEBIAN_FRONTEND=noninteractive',
      'LC_ALL=C',
      'apt-get',
      '-o',
      'DPkg::Lock::Timeout=300',
    ];
    const [command, ...rest] = asRoot(access, [...settings, ...words]);
    return runCommand(command, rest, {
      onOutput: verbose ? (text) => process.stderr.write(text) : undefined,
    });
  };
  const install = () => apt('install', '-y', '--no-install-recommends', ...packages);
  let result = await install();
  // Package lists that are absent (a fresh container) or older than the mirror fail here; they are fetched only then.
  if (result.code !== 0) {
    const update = await apt('update');
    result = update.code === 0 ? await install() : update;
  }
  if (result.code !== 0) {
    step.fail();
    throw new SetupFailure('Could not install the system packages.', {
      happened: `apt-get said:\n${outputTail(result.output)}`,
      remedy: `If the network was away, repeat the command when it is back. To see more, run:\n  ${access === 'root' ? '' : 'sudo '}sh -c ${shellText([aptCommandText(packages)])}`,
    });
  }
  step.end();
}
