// What a front end knows of the open prompts: a snapshot followed by changes, from a real Watch.
import { waitFor } from './commands.ts';
import type { FirewallClient, Prompt, WatchEvent } from '../../proto/index.ts';

export interface ExpectedPrompts {
  readonly prompts: number;
  readonly flows: number;
  readonly timeoutMs: number;
}

export class PromptMirror {
  readonly #prompts = new Map<string, Prompt>();
  readonly #ending = new AbortController();
  readonly #watch: Promise<void>;

  constructor(client: FirewallClient) {
    this.#watch = this.#follow(client);
    // Reported by reach() and close().
    this.#watch.catch(() => this.#ending.abort());
  }

  all(): readonly Prompt[] {
    return [...this.#prompts.values()];
  }

  /** Resolves when so many prompts with so many flows are open; rejects after the time. */
  async reach({ prompts, flows, timeoutMs }: ExpectedPrompts): Promise<void> {
    const seen = (): number => this.all().reduce((sum, prompt) => sum + prompt.flows.length, 0);
    const isThere = (): boolean => this.#prompts.size === prompts && seen() === flows;
    try {
      await waitFor('the prompts', () => this.#ending.signal.aborted || isThere(), timeoutMs);
    } catch (cause) {
      const found = `${this.#prompts.size} prompts with ${seen()} flows`;
      throw new Error(`expected ${prompts} prompts with ${flows} flows, there are ${found}`, { cause });
    }
    if (this.#ending.signal.aborted) await this.#watch;
  }

  async close(): Promise<void> {
    this.#ending.abort();
    await this.#watch;
  }

  async #follow(client: FirewallClient): Promise<void> {
    for await (const update of client.watch({ signal: this.#ending.signal, reconnect: false })) {
      if (update.kind === 'event') this.#apply(update.event);
    }
  }

  #apply(event: WatchEvent): void {
    if (event.event === 'snapshot') for (const prompt of event.snapshot.prompts) this.#put(prompt);
    if (event.event === 'prompt') this.#put(event.prompt);
    if (event.event === 'promptClosed') this.#prompts.delete(event.promptClosed.id);
  }

  #put(prompt: Prompt): void {
    this.#prompts.set(prompt.id, prompt);
  }
}
