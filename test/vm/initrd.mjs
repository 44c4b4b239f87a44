// The file system that a guest starts from: busybox, the modules that reach the host's files, and guest/init.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SetupFailure } from '../../scripts/setup/failure.mjs';
import { findCommand } from '../../scripts/setup/privileges.mjs';

const INIT = fileURLToPath(new URL('guest/init', import.meta.url));
const MODULES = ['virtio_pci', '9pnet_virtio', '9p', 'overlay'];

/** Builds the archive below `folder` and returns its path. */
export function buildInitrd(kernel, folder) {
  const root = join(folder, 'initrd');
  for (const name of ['bin', 'modules']) mkdirSync(join(root, name), { recursive: true });
  copyFileSync(findCommand('busybox'), join(root, 'bin/busybox'));
  copyFileSync(INIT, join(root, 'init'));
  moduleFiles(kernel).forEach((file, index) => {
    copyFileSync(file, join(root, 'modules', `${String(index).padStart(2, '0')}-${basename(file)}`));
  });
  const archive = join(folder, 'initrd.cpio');
  run('sh', ['-c', 'find . | cpio --create --format=newc --quiet >"$0"', archive], root);
  return archive;
}

/** In the order in which they can be loaded. A part that is built into the kernel has no file. */
function moduleFiles(kernel) {
  const listing = MODULES.map((name) =>
    run(findCommand('modprobe'), [
      '--dirname',
      kernel.folder,
      '--set-version',
      kernel.release,
      '--show-depends',
      name,
    ]),
  ).join('\n');
  return insmodFiles(listing);
}

/** The files in the output of `modprobe --show-depends`, each once. */
export function insmodFiles(listing) {
  const files = listing.split('\n').flatMap((line) => /^insmod (\S+)/.exec(line)?.[1] ?? []);
  return [...new Set(files)];
}

function run(command, words, cwd) {
  const { status, stdout, stderr, error } = spawnSync(command, words, { cwd, encoding: 'utf8' });
  if (status === 0) return stdout;
  throw new SetupFailure('Could not build what the guest starts from.', {
    happened: `${command} ${words.join(' ')} said:\n${error?.message ?? stderr}`,
  });
}
