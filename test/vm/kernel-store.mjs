// Kernels as Debian ships them, fetched by apt and unpacked once into .cache/vm. Nothing is installed.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { outputTail, runCommand } from '../../scripts/setup/command.mjs';
import { SetupFailure } from '../../scripts/setup/failure.mjs';
import { findCommand, rootFolder } from '../../scripts/setup/privileges.mjs';
import { stepLine } from '../../scripts/setup/progress.mjs';
import { KernelArchive } from './kernel-archive.mjs';
import { chooseKernels, kernelPackages, offeredKernels } from './kernels.mjs';

const STORE = join(rootFolder, '.cache/vm');
const archive = new KernelArchive(join(STORE, 'apt'));

/** What apt offers; with old package lists that may be less than the mirrors have. */
export async function listKernels() {
  return offeredKernels(await archive.listing());
}

/** The kernels that are meant. Where apt knows none of that name it is asked to look again. Throws SetupFailure. */
export async function findKernels(selectors) {
  const first = chooseKernels(await listKernels(), selectors);
  if (first.unknown.length === 0) return first.chosen;
  const complaints = await archive.update();
  const second = chooseKernels(await listKernels(), selectors);
  if (second.unknown.length === 0) return second.chosen;
  throw new SetupFailure(`apt offers no kernel ${second.unknown.join(', ')}.`, {
    happened:
      complaints.length > 0 ? `apt-get update said:\n${outputTail(complaints.join('\n'))}` : undefined,
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
  const modules = join(folder, `lib/modules/${release}`);
  const image = [join(folder, `boot/vmlinuz-${release}`), join(modules, 'vmlinuz')].find(existsSync);
  if (image !== undefined) return { release, folder, image, modules };
  throw new SetupFailure(`The packages of kernel ${release} have no image where one was looked for.`, {
    remedy: `Fetch it again:\n  rm -r ${folder}`,
  });
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
    const unpacked = join(folder, 'unpacked');
    await downloadPackages(release, folder);
    for (const name of readdirSync(folder).filter((file) => file.endsWith('.deb')))
      await must('dpkg-deb', ['--extract', join(folder, name), unpacked]);
    // Where the packages say /usr/lib, modprobe is to find it at /lib, as on the machine that they are made for.
    if (!existsSync(join(unpacked, 'lib'))) symlinkSync('usr/lib', join(unpacked, 'lib'));
    await must(findCommand('depmod'), ['--basedir', unpacked, release]);
    renameSync(unpacked, folderOf(release));
    step.end();
  } catch (error) {
    step.fail();
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function downloadPackages(release, folder) {
  const dependencies = await archive.dependencies(`linux-image-${release}`);
  for (const name of kernelPackages(release, dependencies)) await archive.download(name, folder);
}

async function must(command, words) {
  const { code, output } = await runCommand(command, words);
  if (code === 0) return;
  throw new SetupFailure('Could not unpack the kernel.', {
    happened: `${command} ${words.join(' ')} said:\n${outputTail(output)}`,
  });
}
