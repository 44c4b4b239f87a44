// Decisions: what the agent would decide now about what is on the screen, asked a few at a time, and again when the rules changed.
// What was known stays until the new answer is there.
import type { DesktopApi, ExplainQuery, Explanation } from '../../shared/desktop-api.ts';

export type Decided = Explanation['outcome'];

const MOST_AT_ONCE = 4;
const MOST_KNOWN = 4000;
const TELL_MS = 20;

interface Known {
  readonly query: ExplainQuery;
  decided: Decided | undefined;
  /** The rules of which time the answer is about, or will be. */
  askedOf: number;
}

export class Decisions {
  readonly #explain: DesktopApi['explain'];
  /** By the very question: whoever asks keeps it. */
  readonly #known = new Map<ExplainQuery, Known>();
  readonly #queue: Known[] = [];
  readonly #listeners = new Set<() => void>();
  #rules = 0;
  #asking = 0;
  #telling: ReturnType<typeof setTimeout> | undefined;

  constructor(explain: DesktopApi['explain']) {
    this.#explain = explain;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Goes up when the rules change: what is wanted has to be wanted again. */
  get rules(): number {
    return this.#rules;
  }

  /** Undefined while it is not known. */
  of(query: ExplainQuery): Decided | undefined {
    return this.#known.get(query)?.decided;
  }

  /** To be known soon. */
  want(queries: readonly ExplainQuery[]): void {
    if (this.#known.size > MOST_KNOWN) this.#known.clear();
    for (const query of queries) {
      const known = this.#known.get(query) ?? { query, decided: undefined, askedOf: -1 };
      this.#known.set(query, known);
      if (known.askedOf === this.#rules) continue;
      known.askedOf = this.#rules;
      this.#queue.push(known);
    }
    this.#ask();
  }

  rulesChanged(): void {
    this.#rules += 1;
    this.#queue.length = 0;
    this.#tell();
  }

  #ask(): void {
    while (this.#asking < MOST_AT_ONCE) {
      const next = this.#queue.shift();
      if (next === undefined) return;
      this.#asking += 1;
      void this.#answer(next);
    }
  }

  async #answer(known: Known): Promise<void> {
    const askedOf = this.#rules;
    const outcome = await this.#explain(known.query);
    this.#asking -= 1;
    const isOfNow = askedOf === this.#rules;
    if (isOfNow && outcome.ok && outcome.value.outcome !== known.decided) {
      known.decided = outcome.value.outcome;
      this.#tell();
    }
    this.#ask();
  }

  /** Answers come by dozens: each row hears of them once. */
  #tell(): void {
    this.#telling ??= setTimeout(() => {
      this.#telling = undefined;
      for (const listener of this.#listeners) listener();
    }, TELL_MS);
  }
}
