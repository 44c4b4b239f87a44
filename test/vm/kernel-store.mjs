// Kernels as Debian ships them, fetched by apt and unpacked once into .cache/vm. Nothing is installed.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { outputTail, runCommand } from '../../scripts/setup/command.mjs';
import { SetupFailure } from '../../scripts/setup/failure.mjs';
import { asRoot, findCommand, rootAccess, rootFolder } from '../../scripts/setup/privileges.mjs';
import { stepLine } from '../../scripts/setup/progress.mjs';
import { chooseKernels, offeredKernels } from './kernels.mjs';

const STORE = join(rootFolder, '.cache/vm');

/** What apt offers; with old package lists that may be less than the mirrors have. */
export async function listKernels() {
  const { output } = await runCommand('apt-cache', ['search', '--names-only', '^linux-image-']);
  return offeredKernels(output);
}

/** The kernels that are meant. Where apt knows none of that name it is asked to look again. Throws SetupFailure. */
export async function findKernels(selectors) {
  const first = chooseKernels(await listKernels(), selectors);
  if (first.unknown.length === 0) return first.chosen;
  await updateLists();
  const second = chooseKernels(await listKernels(), selectors);
  if (second.unknown.length === 0) return second.chosen;
  throw new SetupFailure(`apt offers no kernel ${second.unknown.join(', ')}.`, {
    remedy: 'See what there is:\n  npm run test:vm -- list',
  });
}

export function isFetched({ release }) {
  return existsSync(folderOf(release));
}

/** A kernel on disk: `image`, `modules` (the folder with modules.dep), `folder` (what modprobe calls the base). Throws SetupFailure. */
export async function fetchKernel({ release }) {
  if (!isFetched({ release })) await download(release);
  const folder = folderOf(release);
  return {
    release,
    folder,
    image: join(folder, `boot/vmlinuz-${release}`),
    modules: join(folder, `lib/modules/${release}`),
  };
}

function folderOf(release) {
  return join(STORE, release);
}

async function download(release) {
  const step = stepLine(`Fetching kernel ${release}`, false);
  step.begin();
  mkdirSync(STORE, { recursive: true });
  const folder = mkdtempSync(join(STORE, 'fetching-'));
  try {
    await downloadPackage(release, folder);
    const [archive] = readdirSync(folder).filter((name) => name.endsWith('.deb'));
    const unpacked = join(folder, 'unpacked');
    await must('dpkg-deb', ['--extract', join(folder, archive), unpacked], {});
    await must(findCommand('depmod'), ['--basedir', unpacked, release], {});
    renameSync(unpacked, folderOf(release));
    step.end();
  } catch (error) {
    step.fail();
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Package lists that are older than the mirror name a version that is gone: they are fetched only then. */
async function downloadPackage(release, folder) {
  const words = ['download', `linux-image-${release}`];
  const first = await runCommand('apt-get', words, { cwd: folder });
  if (first.code === 0) return;
  await updateLists();
  await must('apt-get', words, { cwd: folder });
}

async function updateLists() {
  const access = rootAccess();
  if (access === undefined) return;
  const [command, ...words] = asRoot(access, ['apt-get', '-o', 'DPkg::Lock::Timeout=300', 'update']);
  await runCommand(command, words);
}

async function must(command, words, options) {
  const { code, output } = await runCommand(command, words, options);
  if (code === 0) return;
  throw new SetupFailure('Could not fetch the kernel.', {
    happened: `${command} ${words.join(' ')} said:\n${outputTail(output)}`,
    remedy: 'If the network was away, repeat the command when it is back.',
  });
}
