// A list whose items have keys, changed many times within one batch: the list itself is copied once, and not at all if nothing changed.

export class KeyedList<T> {
  readonly #before: readonly T[];
  readonly #keyOf: (item: T) => string;
  #items: Map<string, T> | undefined;

  constructor(items: readonly T[], keyOf: (item: T) => string) {
    this.#before = items;
    this.#keyOf = keyOf;
  }

  /** Takes the place of the item of that key, else comes last. */
  put(item: T): void {
    this.#changed().set(this.#keyOf(item), item);
  }

  delete(key: string): void {
    this.#changed().delete(key);
  }

  items(): readonly T[] {
    return this.#items === undefined ? this.#before : [...this.#items.values()];
  }

  #changed(): Map<string, T> {
    return (this.#items ??= new Map(this.#before.map((item) => [this.#keyOf(item), item])));
  }
}
