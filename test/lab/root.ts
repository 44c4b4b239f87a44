// Kernel tests and the demo need root: without it they say so and how to run them, and never pretend to have run.

export const isRoot = process.getuid?.() === 0;

/** For node:test: `{ skip: needsRoot }`. */
export const needsRoot = isRoot ? false : 'needs root for network namespaces and BPF: run sudo npm test';

/** False, with the reason on standard error, where the process is not root's. */
export function needRoot(what: string): boolean {
  if (!isRoot) process.stderr.write(`This needs root: ${what}. Run it as root or by sudo.\n`);
  return isRoot;
}
