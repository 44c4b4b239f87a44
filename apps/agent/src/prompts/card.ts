// One App's card: its waiting flows, the flows that were missed, and the Prompt that people see of it.
import type { App } from '../domain/app.ts';
import { PACKET } from '../domain/flow-key.ts';
import type { Flow, FlowId } from '../domain/flow.ts';
import type { Prompt, PromptId } from '../domain/prompt.ts';
import type { HeldFlow } from './held-flows.ts';
import { scopeKey } from './rule-draft.ts';

export type CardState = 'open' | 'missed' | 'closed';

/**
 * A card belongs to an App and a user: two people at one machine are asked separately. Whether it may have packet sockets is a
 * question of its own: an answer about endpoints never gives it.
 */
export function cardKey({ key, process }: Flow): string {
  const what = key.protocol === PACKET ? PACKET : 'flows';
  return `${process.uid} ${what} ${process.app.id}`;
}

/**
 * While flows wait, only they are shown and answered. Flows that were missed stay aside and show again when none
 * waits any more; the next try of the same endpoint takes the place of the missed one.
 */
export class Card<Packet> {
  readonly id: PromptId;
  readonly app: App;
  readonly key: string;
  readonly isAboutPacketSockets: boolean;
  readonly waiting = new Map<FlowId, HeldFlow<Packet>>();
  readonly #missed = new Map<string, Flow>();
  readonly #missedLimit: number;
  #openedAtMs: number;
  #missedAtMs: number;
  #revision = 0;
  #prompt: Prompt | undefined;

  constructor(id: PromptId, flow: Flow, options: { readonly missedLimit: number; readonly wallMs: number }) {
    this.id = id;
    this.app = flow.process.app;
    this.key = cardKey(flow);
    this.isAboutPacketSockets = flow.key.protocol === PACKET;
    this.#missedLimit = options.missedLimit;
    this.#openedAtMs = options.wallMs;
    this.#missedAtMs = options.wallMs;
  }

  get state(): CardState {
    if (this.waiting.size > 0) return 'open';
    return this.#missed.size > 0 ? 'missed' : 'closed';
  }

  get revision(): number {
    return this.#revision;
  }

  get missed(): readonly Flow[] {
    return [...this.#missed.values()];
  }

  add(held: HeldFlow<Packet>, wallMs: number): void {
    if (this.waiting.size === 0) this.#openedAtMs = wallMs;
    this.#missed.delete(scopeKey(held.flow, 'endpoint'));
    this.waiting.set(held.flow.id, held);
  }

  /** Keeps a refused flow for a later answer; the oldest one gives way beyond the limit. */
  miss(flow: Flow, deadlineMs: number): void {
    const endpoint = scopeKey(flow, 'endpoint');
    this.#missed.delete(endpoint);
    this.#missed.set(endpoint, flow);
    this.#missedAtMs = deadlineMs;
    if (this.#missed.size > this.#missedLimit) this.#forget(this.#missed.values().next().value);
  }

  /** Drops the missed flows that the predicate holds for; says whether any was dropped. */
  forgetMissed(isMoot: (flow: Flow) => boolean): boolean {
    const moot = this.missed.filter(isMoot);
    moot.forEach((flow) => this.#forget(flow));
    return moot.length > 0;
  }

  changed(): void {
    this.#revision += 1;
    this.#prompt = undefined;
  }

  /** The card as it is now; equal objects as long as nothing changed. A closed card has none. */
  prompt(): Prompt | undefined {
    this.#prompt ??= this.#buildPrompt();
    return this.#prompt;
  }

  #buildPrompt(): Prompt | undefined {
    const state = this.state;
    if (state === 'closed') return undefined;
    const waiting = [...this.waiting.values()];
    return {
      id: this.id,
      app: this.app,
      flows: state === 'open' ? waiting.map((held) => held.flow) : this.missed,
      state,
      openedAtMs: this.#openedAtMs,
      deadlineMs: waiting[0]?.deadlineMs ?? this.#missedAtMs,
      revision: this.#revision,
    };
  }

  #forget(flow: Flow | undefined): void {
    if (flow !== undefined) this.#missed.delete(scopeKey(flow, 'endpoint'));
  }
}
