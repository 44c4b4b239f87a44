// Whether this machine can run Sallyport at all. Pure but for `readPlatform`.
import { existsSync, readFileSync } from 'node:fs';
import { release } from 'node:os';

export const MINIMUM_NODE = '20.19.0';
const MINIMUM_KERNEL = '5.15';
const TESTED = { debian: '12', ubuntu: '24.04' };

/** The fields of /etc/os-release that matter here; unknown fields are empty strings. */
export function parseOsRelease(text) {
  const fields = new Map();
  for (const line of text.split('\n')) {
    const match = /^([A-Z_]+)=(?:"(.*)"|'(.*)'|(.*))$/.exec(line.trim());
    if (match) fields.set(match[1], match[2] ?? match[3] ?? match[4] ?? '');
  }
  return {
    id: fields.get('ID') ?? '',
    family: [fields.get('ID') ?? '', ...(fields.get('ID_LIKE') ?? '').split(' ')].filter(Boolean),
    versionId: fields.get('VERSION_ID') ?? '',
    name: fields.get('PRETTY_NAME') ?? fields.get('ID') ?? 'this system',
  };
}

/** True where the dotted numbers at the start of `version` are at least those of `minimum`. */
export function isAtLeast(version, minimum) {
  const numbers = (text) => (/\d+(?:\.\d+)*/.exec(text)?.[0] ?? '0').split('.').map(Number);
  const [have, want] = [numbers(version), numbers(minimum)];
  for (let index = 0; index < want.length; index += 1) {
    const difference = (have[index] ?? 0) - want[index];
    if (difference !== 0) return difference > 0;
  }
  return true;
}

/** What this machine is, as the checks below want it. */
export function readPlatform() {
  const osReleaseFile = ['/etc/os-release', '/usr/lib/os-release'].find((file) => existsSync(file));
  return {
    nodeVersion: process.versions.node,
    system: process.platform,
    architecture: process.arch,
    kernelRelease: release(),
    osRelease: parseOsRelease(osReleaseFile ? readFileSync(osReleaseFile, 'utf8') : ''),
    hasApt: existsSync('/usr/bin/apt-get'),
  };
}

/** The reason why setup cannot go on, or undefined. */
export function blocker(platform) {
  if (!isAtLeast(platform.nodeVersion, MINIMUM_NODE)) {
    return (
      `Node ${platform.nodeVersion} is too old: Sallyport's scripts need ${MINIMUM_NODE} or newer.\n` +
      'Install a current Node with its npm (Debian 13 has one; elsewhere see nodejs.org/en/download), then repeat the command.'
    );
  }
  if (platform.system !== 'linux') return `Sallyport is a firewall for Linux; this is ${platform.system}.`;
  if (!['x64', 'arm64'].includes(platform.architecture)) {
    return `Sallyport runs on x64 and arm64; this Node is built for ${platform.architecture}.`;
  }
  return undefined;
}

/** Sentences about what is untested here; setup goes on. */
export function platformWarnings({ kernelRelease, osRelease }) {
  const warnings = [];
  if (!isAtLeast(kernelRelease, MINIMUM_KERNEL)) {
    warnings.push(
      `Kernel ${kernelRelease} is older than ${MINIMUM_KERNEL}: expect less to work; \`npm run doctor\` says what.`,
    );
  }
  const tested = TESTED[osRelease.id];
  if (tested !== undefined && osRelease.versionId !== '' && !isAtLeast(osRelease.versionId, tested)) {
    warnings.push(`${osRelease.name} is older than what Sallyport is tested on (${osRelease.id} ${tested}).`);
  }
  return warnings;
}

/** True where packages have the names of Debian and apt installs them. */
export function usesApt({ hasApt, osRelease }) {
  return hasApt && osRelease.family.some((name) => name === 'debian' || name === 'ubuntu');
}
