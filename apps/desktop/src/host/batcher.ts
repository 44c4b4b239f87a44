// Collects what comes within a moment: ten thousand events a second are sixty batches, not ten thousand.

export interface BatcherOptions<T> {
  readonly deliver: (items: readonly T[]) => void;
  readonly waitMs: number;
  /** A batch of this size goes out at once. */
  readonly most: number;
}

export class Batcher<T> {
  readonly #options: BatcherOptions<T>;
  #items: T[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(options: BatcherOptions<T>) {
    this.#options = options;
  }

  add(item: T): void {
    this.#items.push(item);
    if (this.#items.length >= this.#options.most) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), this.#options.waitMs);
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#items.length === 0) return;
    const items = this.#items;
    this.#items = [];
    this.#options.deliver(items);
  }
}
