// Files that only root writes: their word is the system's. Anything else at the place is as if it were not there.
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';

const MOST_BYTES = 2 * 1024 * 1024;
const WRITABLE_BY_OTHERS = 0o022;

/** Undefined where there is none, somebody else could have written it, it is no plain file, or longer than 2 MiB. Never waits for one. */
export function readRootFile(path: string): string | undefined {
  let descriptor;
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
  try {
    const status = fstatSync(descriptor);
    const isRoots = status.uid === 0 && (status.mode & WRITABLE_BY_OTHERS) === 0;
    if (!status.isFile() || !isRoots || status.size > MOST_BYTES) return undefined;
    return readFileSync(descriptor, 'utf8');
  } catch {
    return undefined;
  } finally {
    closeSync(descriptor);
  }
}
