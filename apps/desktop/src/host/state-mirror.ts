// StateMirror: the one state of a host, and what every window gets of it. A window that does not keep up gets a new snapshot
// instead of a queue that grows.
import { INITIAL_STATE, reduceAll } from '../shared/reduce.ts';
import type { Change, DesktopState, DesktopUpdate } from '../shared/state.ts';

/** Resolves when the window has taken the update; void where it is taken at once. One that throws or rejects is gone. */
export type Deliver = (update: DesktopUpdate) => void | Promise<void>;

/** What waits for a slow window. */
const MOST_WAITING = 4000;

export class StateMirror {
  readonly #listeners = new Set<Listener>();
  #state = INITIAL_STATE;

  get state(): DesktopState {
    return this.#state;
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  apply(changes: readonly Change[]): void {
    this.#state = reduceAll(this.#state, changes);
    for (const listener of this.#listeners) listener.take(changes);
  }

  /** Delivers a snapshot before it returns, then every batch of changes, one at a time. Returns what ends it. */
  subscribe(deliver: Deliver): () => void {
    const leave = (): void => {
      this.#listeners.delete(listener);
      listener.end();
    };
    const listener = new Listener({ deliver, state: () => this.#state, gone: leave });
    this.#listeners.add(listener);
    listener.sendSnapshot();
    return leave;
  }
}

interface ListenerOptions {
  readonly deliver: Deliver;
  readonly state: () => DesktopState;
  readonly gone: () => void;
}

class Listener {
  readonly #options: ListenerOptions;
  #waiting: Change[] = [];
  #busy = false;
  #needsSnapshot = false;
  #over = false;

  constructor(options: ListenerOptions) {
    this.#options = options;
  }

  sendSnapshot(): void {
    this.#send({ kind: 'snapshot', state: this.#options.state() });
  }

  take(changes: readonly Change[]): void {
    if (!this.#busy) this.#send({ kind: 'changes', changes });
    else if (this.#needsSnapshot || this.#waiting.length + changes.length > MOST_WAITING) {
      this.#needsSnapshot = true;
      this.#waiting = [];
    } else this.#waiting = [...this.#waiting, ...changes];
  }

  end(): void {
    this.#over = true;
    this.#waiting = [];
  }

  /** A window that cannot be reached, such as one that was just destroyed, must not keep others from their updates. */
  #send(update: DesktopUpdate): void {
    if (this.#over) return;
    const { deliver, gone } = this.#options;
    try {
      const taken = deliver(update);
      if (taken === undefined) return;
      this.#busy = true;
      taken.then(() => this.#next(), gone);
    } catch {
      gone();
    }
  }

  #next(): void {
    this.#busy = false;
    const changes = this.#waiting;
    this.#waiting = [];
    if (this.#needsSnapshot) {
      this.#needsSnapshot = false;
      this.sendSnapshot();
    } else if (changes.length > 0) this.#send({ kind: 'changes', changes });
  }
}
