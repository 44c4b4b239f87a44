// The files that git tracks, and their texts.
import { execFileSync } from 'node:child_process';
import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Paths relative to `root`; files that are deleted in the work tree, links and submodules are left out. */
export function trackedFiles(root) {
  const words = ['-c', `safe.directory=${root}`, '-C', root, 'ls-files', '-z'];
  const paths = execFileSync('git', words, { encoding: 'utf8', maxBuffer: 64e6 }).split('\0').filter(Boolean);
  return paths.filter((path) => lstatSync(join(root, path), { throwIfNoEntry: false })?.isFile());
}

/** The text of a file, or undefined where it is binary. */
export function textOf(root, path) {
  const bytes = readFileSync(join(root, path));
  return bytes.includes(0) ? undefined : bytes.toString('utf8');
}
