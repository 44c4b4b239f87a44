// Brings every change to the clients that watch. Prompts that change many times in one turn are sent once.
import type { FirewallEvent } from './api/ports.ts';
import type { Prompt, PromptId } from './domain/prompt.ts';

type Listener = (event: FirewallEvent) => void;

export class EventHub {
  readonly #listeners = new Set<Listener>();
  readonly #changedPrompts = new Set<PromptId>();
  readonly #promptOf: (id: PromptId) => Prompt | undefined;
  #flush: NodeJS.Immediate | undefined;

  constructor(promptOf: (id: PromptId) => Prompt | undefined) {
    this.#promptOf = promptOf;
  }

  /** Returns what ends the subscription. */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get hasListeners(): boolean {
    return this.#listeners.size > 0;
  }

  emit(event: FirewallEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  promptChanged(id: PromptId): void {
    this.#changedPrompts.add(id);
    this.#flush ??= setImmediate(() => this.#sendPrompts());
  }

  promptClosed(id: PromptId, reason: 'decided' | 'withdrawn' | 'ruled' | 'expired'): void {
    this.#changedPrompts.delete(id);
    this.emit({ kind: 'prompt-closed', promptId: id, reason });
  }

  #sendPrompts(): void {
    this.#flush = undefined;
    const ids = [...this.#changedPrompts];
    this.#changedPrompts.clear();
    for (const id of ids) {
      const prompt = this.#promptOf(id);
      if (prompt !== undefined) this.emit({ kind: 'prompt', prompt });
    }
  }
}
