// AppLookStore: names and icons of the Apps on the screen, asked of the host as rows appear: together, one call at a time, and each again
// when its row is drawn after a minute. Nothing is asked while nothing is drawn.
import type { AppLook, AppsToDescribe } from '../shared/app-look.ts';
import type { Outcome } from '../shared/desktop-api.ts';

export interface AppLookStoreOptions {
  readonly describe: (asked: AppsToDescribe) => Promise<Outcome<readonly AppLook[]>>;
  /** The person's; another list begins anew. */
  readonly languages: readonly string[];
  readonly nowMs?: () => number;
}

interface Known {
  readonly look: AppLook | undefined;
  readonly askedAtMs: number;
}

const ASK_AGAIN_MS = 60_000;
const MOST_AT_ONCE = 200;
const MOST_KNOWN = 5000;

export class AppLookStore {
  readonly #options: AppLookStoreOptions;
  readonly #known = new Map<string, Known>();
  readonly #wanted = new Set<string>();
  readonly #listeners = new Set<() => void>();
  #isAsking = false;

  constructor(options: AppLookStoreOptions) {
    this.#options = options;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Undefined where it has none, or is not known yet. */
  of(app: string): AppLook | undefined {
    return this.#known.get(app)?.look;
  }

  /** A row with this App is on the screen. */
  want(app: string): void {
    const askedAtMs = this.#known.get(app)?.askedAtMs ?? -Infinity;
    // Only a file can have an entry.
    if (!app.startsWith('/') || this.#nowMs() - askedAtMs < ASK_AGAIN_MS) return;
    this.#wanted.add(app);
    if (this.#isAsking) return;
    this.#isAsking = true;
    // The other rows of this moment want something too.
    queueMicrotask(() => void this.#ask());
  }

  async #ask(): Promise<void> {
    while (this.#wanted.size > 0) {
      const apps = [...this.#wanted].slice(0, MOST_AT_ONCE);
      for (const app of apps) this.#wanted.delete(app);
      const outcome = await this.#options.describe({ apps, languages: this.#options.languages });
      this.#take(apps, outcome.ok ? outcome.value : []);
    }
    this.#isAsking = false;
  }

  #take(apps: readonly string[], looks: readonly AppLook[]): void {
    const told = new Map(looks.map((look) => [look.app, look]));
    const askedAtMs = this.#nowMs();
    let isChanged = false;
    for (const app of apps) {
      const before = this.of(app);
      const look = sameOr(before, told.get(app));
      isChanged ||= look !== before;
      this.#known.delete(app);
      this.#known.set(app, { look, askedAtMs });
    }
    for (const app of this.#known.keys()) {
      if (this.#known.size <= MOST_KNOWN) break;
      this.#known.delete(app);
    }
    if (isChanged) for (const listener of this.#listeners) listener();
  }

  #nowMs(): number {
    return this.#options.nowMs?.() ?? Date.now();
  }
}

/** The one before where nothing is different, so that nothing is drawn anew. */
function sameOr(before: AppLook | undefined, look: AppLook | undefined): AppLook | undefined {
  return before?.name === look?.name && before?.icon === look?.icon ? before : look;
}
