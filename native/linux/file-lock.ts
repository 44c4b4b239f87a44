// A lock on a file: at most one process at a time has it.
import { requirePath } from './checks.ts';
import { native } from './native.ts';

/** Held until release(), or until the process ends in whatever way. The file stays: removing it would race with the next. */
export interface FileLock {
  /** May be called again: then it does nothing. */
  release(): void;
}

/**
 * Creates the file with mode 0600 if need be and locks it without waiting. Undefined if somebody else holds the lock.
 * Throws ELOOP for a symbolic link, EEXIST for anything but a regular file.
 */
export function lockFile(path: string): FileLock | undefined {
  return native.lockFile(requirePath('path', path));
}
