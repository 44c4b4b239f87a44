// DirectoryWatch: says when a directory may have changed, by inotify and without polling, also when it is removed and made again.
import { watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { basename, dirname } from 'node:path';

/** Editors and git change files in bursts. */
const QUIET_MS = 50;
/** A directory that never comes to rest is looked at all the same. */
const LONGEST_WAIT_MS = 500;

export class DirectoryWatch {
  readonly #directory: string;
  readonly #onChange: () => void;
  #parent: FSWatcher | undefined;
  #own: FSWatcher | undefined;
  #timer: NodeJS.Timeout | undefined;
  #firstEventAtMs: number | undefined;
  #isClosed = false;

  /**
   * `onChange` is called after a burst of changes. It looks at the whole directory, so that events which the kernel dropped
   * (IN_Q_OVERFLOW) do no harm: the events before them led to this call, and it sees the state after them.
   */
  constructor(directory: string, onChange: () => void) {
    this.#directory = directory;
    this.#onChange = onChange;
    this.#parent = this.#watch(dirname(directory), (name) => {
      if (name === basename(directory)) this.#rearm();
    });
    this.#rearm();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#parent?.close();
    this.#own?.close();
  }

  /** The directory was removed or is there again: what was watched may be another one. */
  #rearm(): void {
    this.#own?.close();
    this.#own = this.#watch(this.#directory, () => this.#schedule());
    this.#schedule();
  }

  #watch(path: string, onEvent: (name: string | null) => void): FSWatcher | undefined {
    try {
      const watcher = watch(path, { persistent: false }, (_, name) => onEvent(name));
      watcher.on('error', () => this.#schedule());
      return watcher;
    } catch {
      // Not there: the parent's watch says when it is; the scan reports it as a problem.
      return undefined;
    }
  }

  #schedule(): void {
    if (this.#isClosed) return;
    const nowMs = performance.now();
    this.#firstEventAtMs ??= nowMs;
    const leftMs = this.#firstEventAtMs + LONGEST_WAIT_MS - nowMs;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#fire(), Math.max(0, Math.min(QUIET_MS, leftMs)));
  }

  #fire(): void {
    this.#firstEventAtMs = undefined;
    this.#onChange();
  }
}
