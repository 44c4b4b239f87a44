// All cards: open ones in the order in which they opened, missed ones in the order in which they were first missed.
import type { Flow } from '../domain/flow.ts';
import type { Prompt, PromptId } from '../domain/prompt.ts';
import { cardKey, type Card } from './card.ts';
import type { BrokerEvents, ClosedReason } from './outcomes.ts';

export class Deck<Packet> {
  readonly #byKey = new Map<string, Card<Packet>>();
  readonly #open = new Map<PromptId, Card<Packet>>();
  readonly #missed = new Map<PromptId, Card<Packet>>();
  readonly #missedLimit: number;
  readonly #events: BrokerEvents;
  #missedForgotten = 0;

  constructor(missedLimit: number, events: BrokerEvents) {
    this.#missedLimit = missedLimit;
    this.#events = events;
  }

  get openCount(): number {
    return this.#open.size;
  }

  get missedCount(): number {
    return this.#missed.size;
  }

  /** Missed cards that gave way to newer ones. */
  get missedForgotten(): number {
    return this.#missedForgotten;
  }

  of(flow: Flow): Card<Packet> | undefined {
    return this.#byKey.get(cardKey(flow));
  }

  byId(id: PromptId): Card<Packet> | undefined {
    return this.#open.get(id) ?? this.#missed.get(id);
  }

  cards(): Card<Packet>[] {
    return [...this.#open.values(), ...this.#missed.values()];
  }

  missedCards(): Card<Packet>[] {
    return [...this.#missed.values()];
  }

  prompts(): Prompt[] {
    return this.cards().flatMap((card) => card.prompt() ?? []);
  }

  /** Puts changed cards where they now belong, then tells so; the deck is whole again before the first event. */
  publish(cards: Iterable<Card<Packet>>, reason: ClosedReason): void {
    const changed = [...cards];
    for (const card of changed) {
      card.changed();
      this.#place(card);
    }
    const forgotten = this.#forgetOldestMissed();
    for (const card of changed) if (!forgotten.includes(card)) this.#tell(card, reason);
    for (const card of forgotten) this.#tell(card, 'expired');
  }

  #tell(card: Card<Packet>, reason: ClosedReason): void {
    if (card.state === 'closed') this.#events.onPromptClosed(card.id, reason);
    else this.#events.onPromptChanged(card.id);
  }

  #place(card: Card<Packet>): void {
    const home = { open: this.#open, missed: this.#missed, closed: undefined }[card.state];
    for (const place of [this.#open, this.#missed]) if (place !== home) place.delete(card.id);
    home?.set(card.id, card);
    if (home === undefined) this.#byKey.delete(card.key);
    else this.#byKey.set(card.key, card);
  }

  #forgetOldestMissed(): Card<Packet>[] {
    const forgotten = this.missedCards().slice(0, Math.max(0, this.#missed.size - this.#missedLimit));
    for (const card of forgotten) {
      card.forgetMissed(() => true);
      this.#place(card);
    }
    this.#missedForgotten += forgotten.length;
    return forgotten;
  }
}
