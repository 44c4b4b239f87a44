// What a start or a burst needed once goes back to the system when there is nothing to do.
import { releaseFreeMemory as release, releaseProgramPages } from '@sallyport/linux';

/** Takes about 50 ms, in which nothing else happens. */
export function releaseFreeMemory(): void {
  // Absent where Node was not called with the agent's flags.
  globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  release();
  releaseProgramPages();
}
