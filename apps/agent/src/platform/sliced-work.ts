// Long work in slices, so that packets have their turn in between: a generator that yields often, run piece by piece or at once.

import { setImmediate as turn } from 'node:timers/promises';

/** Yields wherever it may be interrupted. Nobody else sees what it does before it returns. */
export type SlicedWork<Result> = Generator<undefined, Result, undefined>;

const SLICE_MS = 2;

/** Does what is left of the work at once. */
export function finish<Result>(work: SlicedWork<Result>): Result {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

/** Does the work in slices, the first of them at once. */
export async function inSlices<Result>(work: SlicedWork<Result>): Promise<Result> {
  for (;;) {
    const untilMs = performance.now() + SLICE_MS;
    do {
      const step = work.next();
      if (step.done === true) return step.value;
    } while (performance.now() < untilMs);
    await turn();
  }
}

/** Does the same work whenever it is wanted, in slices of some milliseconds. */
export class Slicer {
  readonly #begin: () => SlicedWork<void>;
  #work: SlicedWork<void> | undefined;
  #next: NodeJS.Immediate | undefined;
  #isWanted = false;

  constructor(begin: () => SlicedWork<void>) {
    this.#begin = begin;
  }

  /** From the next turn of the event loop on; where it is under way, once more after that. */
  want(): void {
    this.#isWanted = true;
    this.#next ??= setImmediate(() => this.#slice());
  }

  /** What is under way is over when this returns. */
  finish(): void {
    const work = this.#work;
    this.#work = undefined;
    if (work !== undefined) finish(work);
  }

  /** What is under way stays undone. */
  stop(): void {
    this.#isWanted = false;
    clearImmediate(this.#next);
    this.#work?.return(undefined);
    this.#work = undefined;
  }

  #slice(): void {
    this.#next = undefined;
    const work = this.#work ?? this.#begun();
    this.#work = undefined;
    if (work !== undefined && !isOver(work)) this.#work = work;
    if (this.#work !== undefined || this.#isWanted) this.#next = setImmediate(() => this.#slice());
  }

  #begun(): SlicedWork<void> | undefined {
    if (!this.#isWanted) return undefined;
    this.#isWanted = false;
    return this.#begin();
  }
}

/** Whether it is, after one slice more. */
function isOver(work: SlicedWork<void>): boolean {
  for (const untilMs = performance.now() + SLICE_MS; performance.now() < untilMs;)
    if (work.next().done === true) return true;
  return false;
}
