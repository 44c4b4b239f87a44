// Gives back to the system what is not in use.
import { native } from './native.ts';

/** Some milliseconds for a heap of some megabytes: not on the data path. True where something was given back (malloc_trim(3), glibc). */
export function releaseFreeMemory(): boolean {
  return native.releaseFreeMemory();
}

/**
 * Lets go of the pages of the program's own file (Node is 50 MB) that a start touched: they leave the resident set, stay in the page
 * cache, and come back by a minor fault each where they are needed. Returns the bytes that were let go of, resident or not; 0 where
 * /proc/self/smaps (Linux 4.5 and later tell enough) cannot be read.
 */
export function releaseProgramPages(): number {
  return native.releaseProgramPages();
}
