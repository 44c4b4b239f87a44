// PromptBroker: holds the flows that the policy answered with 'ask', one card for an App, until they are answered,
// ruled, withdrawn or out of time. Pure state: every packet that enters leaves exactly once, in a return value.
import type { Flow, FlowId } from '../domain/flow.ts';
import type { Decision, Prompt, PromptId } from '../domain/prompt.ts';
import { failureVerdict } from '../domain/verdict.ts';
import type { Verdict } from '../domain/verdict.ts';
import {
  chosenFlows,
  forgetAnswered,
  refusal,
  refuseContainer,
  refuseOnce,
  refuseRevision,
} from './answering.ts';
import { Card } from './card.ts';
import { Deck } from './deck.ts';
import { HeldFlows, holdKey, type HeldFlow } from './held-flows.ts';
import { refuseLifetime } from './lifetime-check.ts';
import type {
  BrokerClock,
  BrokerCounts,
  BrokerEvents,
  BrokerLimits,
  DecideOutcome,
  Evaluate,
  HoldResult,
  JoinResult,
  LimitName,
  ReleasedFlow,
} from './outcomes.ts';
import { draftRules } from './rule-draft.ts';

export interface BrokerOptions {
  readonly limits: BrokerLimits;
  /** How long a flow waits for an answer. */
  readonly timeoutMs: number;
  /** The same for a flow whose question no client ever saw; at most `timeoutMs`. */
  readonly noClientTimeoutMs: number;
  readonly clock: BrokerClock;
  readonly newPromptId: () => PromptId;
  readonly events: BrokerEvents;
}

/** `Packet` is whatever the caller needs to answer a packet; the broker never looks into it. */
export class PromptBroker<Packet> {
  readonly #options: BrokerOptions;
  readonly #held = new HeldFlows<Packet>();
  readonly #deck: Deck<Packet>;
  #clientConnected = false;
  /** Steady time at which the last client that may decide went away. */
  #clientLeftAtMs = -Infinity;

  constructor(options: BrokerOptions) {
    this.#options = options;
    this.#deck = new Deck(options.limits.missedPrompts, options.events);
  }

  /** Holds a packet that nobody decided about. A packet of a flow that waits already joins it. */
  hold(flow: Flow, packet: Packet): HoldResult {
    const waiting = this.#held.byKey(holdKey(flow));
    if (waiting !== undefined) return this.#joinOnHold(waiting, packet);
    const known = this.#deck.of(flow);
    const which = this.#limitReached(known);
    if (which !== undefined) return { kind: 'limit', which };
    const card = known ?? this.#newCard(flow);
    const opens = card.waiting.size === 0;
    this.#add(card, flow, [packet]);
    this.#deck.publish([card], 'decided');
    return { kind: opens ? 'new-prompt' : 'joined-prompt', promptId: card.id };
  }

  /** Asks about what no packet waits for: the answer holds from the next try on. Says whether there is room for the question. */
  askAbout(flow: Flow): boolean {
    if (this.#held.byKey(holdKey(flow)) !== undefined) return true;
    const known = this.#deck.of(flow);
    if (this.#limitReached(known) !== undefined) return false;
    const card = known ?? this.#newCard(flow);
    this.#add(card, flow, []);
    this.#deck.publish([card], 'decided');
    return true;
  }

  /** The waiting flow that a packet of this one belongs to, also when the kernel queued it again. */
  flowOf(flow: Flow): Flow | undefined {
    // The usual case, and no text of a key is made for it.
    if (this.#held.size === 0) return undefined;
    return this.#held.byKey(holdKey(flow))?.flow;
  }

  /** One more packet of a waiting flow. Nothing that a person sees changes. */
  joinFlow(id: FlowId, packet: Packet): JoinResult {
    const held = this.#held.byId(id);
    if (held === undefined) return 'unknown-flow';
    if (held.packets.length >= this.#options.limits.packetsPerFlow) return 'full';
    held.packets.push(packet);
    return 'joined';
  }

  /** Lists a flow as missed that was not held, because nobody is there to be asked. */
  listMissed(flow: Flow): PromptId {
    const card = this.#deck.of(flow) ?? this.#newCard(flow);
    card.miss(flow, this.#options.clock.wallMs());
    if (card.waiting.size === 0) this.#deck.publish([card], 'expired');
    return card.id;
  }

  /** Answers the waiting flows of an open card, or says what rules an answer to a missed card makes for the next try. */
  decide(decision: Decision): DecideOutcome<Packet> {
    const card = this.#deck.byId(decision.promptId);
    if (card === undefined) return refusal('unknown-prompt', 'This question is no longer open.');
    const wallMs = this.#options.clock.wallMs();
    const refused =
      refuseRevision(decision, card.revision) ??
      refuseOnce(decision.lifetime, card) ??
      refuseLifetime(decision, card.app, wallMs);
    if (refused !== undefined) return refused;
    const { flows, goneFlowIds } = chosenFlows(card, decision.flowIds);
    if (flows.length === 0) return refusal('no-such-flow', 'These connections no longer wait for an answer.');
    const misplaced = refuseContainer(decision, flows);
    if (misplaced !== undefined) return misplaced;
    const verdict: Verdict = { action: decision.action, reason: { kind: 'prompt', promptId: card.id } };
    const released = flows.flatMap((flow) => this.#release(card.waiting.get(flow.id), verdict));
    forgetAnswered(card, flows, decision);
    this.#deck.publish([card], 'decided');
    return {
      kind: 'decided',
      promptId: card.id,
      released,
      rules: draftRules(decision, flows, wallMs),
      goneFlowIds,
    };
  }

  /**
   * After any change of the ruleset or mode: judges every waiting flow again; those with a verdict leave.
   * A missed flow is forgotten once a rule decides it. Cards that nothing left are not touched.
   */
  settle(evaluate: Evaluate): ReleasedFlow<Packet>[] {
    const settled = [...this.#held.all()].map((held) => ({ held, verdict: evaluate(held.flow) }));
    const touched = new Set<Card<Packet>>();
    const released = settled.flatMap(({ held, verdict }) => {
      if (verdict === undefined) return [];
      touched.add(held.card);
      return this.#release(held, verdict);
    });
    for (const card of this.#deck.cards())
      if (card.forgetMissed((flow) => evaluate(flow)?.reason.kind === 'rule') && card.waiting.size === 0)
        touched.add(card);
    this.#deck.publish(touched, 'ruled');
    return released;
  }

  /** Whether a flow of this socket waits. */
  holdsSocket(cookie: bigint): boolean {
    return this.#held.bySocket(cookie).length > 0;
  }

  /** The application closed its socket: what it asked for is no longer wanted. */
  withdrawSocket(cookie: bigint): ReleasedFlow<Packet>[] {
    return this.#withdraw(this.#held.bySocket(cookie));
  }

  withdrawFlow(id: FlowId): ReleasedFlow<Packet>[] {
    const held = this.#held.byId(id);
    return held === undefined ? [] : this.#withdraw([held]);
  }

  /** Ends the holds whose time is over; their cards stay as missed. No rule is made. */
  expire(strict: boolean): ReleasedFlow<Packet>[] {
    const nowMs = this.#options.clock.steadyMs();
    const touched = new Set<Card<Packet>>();
    const released: ReleasedFlow<Packet>[] = [];
    for (const held of this.#held.all()) {
      if (this.#endOf(held) > nowMs) continue;
      released.push(...this.#release(held, this.#unansweredVerdict(held, strict)));
      held.card.miss(held.flow, this.#options.clock.wallMs());
      touched.add(held.card);
    }
    this.#deck.publish(touched, 'expired');
    return released;
  }

  /** Milliseconds until a hold ends, 0 when one is over; undefined while nothing waits. */
  nextExpiryInMs(): number | undefined {
    let next: number | undefined;
    for (const held of this.#held.all()) next = Math.min(next ?? Infinity, this.#endOf(held));
    return next === undefined ? undefined : Math.max(0, next - this.#options.clock.steadyMs());
  }

  /** Whether a client that may decide is connected: a question that none ever saw ends as `noClient`. */
  setClientConnected(connected: boolean): void {
    if (this.#clientConnected && !connected) this.#clientLeftAtMs = this.#options.clock.steadyMs();
    this.#clientConnected = connected;
  }

  prompt(id: PromptId): Prompt | undefined {
    return this.#deck.byId(id)?.prompt();
  }

  /** Open cards in the order in which they opened, then missed ones, oldest first. */
  prompts(): readonly Prompt[] {
    return this.#deck.prompts();
  }

  /** Forgets one missed card, or all; returns how many. Open cards are left alone. */
  dismissMissed(id: PromptId | undefined): number {
    const cards = this.#deck.missedCards().filter((card) => id === undefined || card.id === id);
    for (const card of cards) card.forgetMissed(() => true);
    this.#deck.publish(cards, 'expired');
    return cards.length;
  }

  counts(): BrokerCounts {
    return {
      openPrompts: this.#deck.openCount,
      missedPrompts: this.#deck.missedCount,
      heldFlows: this.#held.size,
      forgottenMissedPrompts: this.#deck.missedForgotten,
    };
  }

  #newCard(flow: Flow): Card<Packet> {
    const { limits, clock, newPromptId } = this.#options;
    return new Card(newPromptId(), flow, {
      missedLimit: limits.missedFlowsPerPrompt,
      wallMs: clock.wallMs(),
    });
  }

  #add(card: Card<Packet>, flow: Flow, packets: Packet[]): void {
    const { clock, timeoutMs } = this.#options;
    const heldSinceMs = clock.steadyMs();
    const wallMs = clock.wallMs();
    const times = { heldSinceMs, endsAtMs: heldSinceMs + timeoutMs, deadlineMs: wallMs + timeoutMs };
    const held: HeldFlow<Packet> = { flow, card, packets, ...times };
    this.#held.add(held);
    card.add(held, wallMs);
  }

  #joinOnHold(waiting: HeldFlow<Packet>, packet: Packet): HoldResult {
    return this.joinFlow(waiting.flow.id, packet) === 'joined'
      ? { kind: 'joined-flow', promptId: waiting.card.id }
      : { kind: 'limit', which: 'packetsPerFlow' };
  }

  #limitReached(card: Card<Packet> | undefined): LimitName | undefined {
    const { limits } = this.#options;
    const waiting = card?.waiting.size ?? 0;
    if (this.#held.size >= limits.flowsTotal) return 'flowsTotal';
    if (waiting >= limits.flowsPerPrompt) return 'flowsPerPrompt';
    if (waiting === 0 && this.#deck.openCount >= limits.openPrompts) return 'openPrompts';
    return undefined;
  }

  /** Whether a client that may decide was connected at any time since the flow waits. */
  #wasSeen(held: HeldFlow<Packet>): boolean {
    return this.#clientConnected || this.#clientLeftAtMs >= held.heldSinceMs;
  }

  #endOf(held: HeldFlow<Packet>): number {
    return this.#wasSeen(held) ? held.endsAtMs : held.heldSinceMs + this.#options.noClientTimeoutMs;
  }

  #unansweredVerdict(held: HeldFlow<Packet>, strict: boolean): Verdict {
    return failureVerdict(this.#wasSeen(held) ? 'promptTimeout' : 'noClient', strict);
  }

  #withdraw(flows: readonly HeldFlow<Packet>[]): ReleasedFlow<Packet>[] {
    const verdict: Verdict = { action: 'deny', reason: { kind: 'withdrawn' } };
    const released = flows.flatMap((held) => this.#release(held, verdict));
    this.#deck.publish(new Set(flows.map((held) => held.card)), 'withdrawn');
    return released;
  }

  /** None for a flow that does not wait (a missed one). */
  #release(held: HeldFlow<Packet> | undefined, verdict: Verdict): ReleasedFlow<Packet>[] {
    if (held === undefined) return [];
    this.#held.delete(held);
    held.card.waiting.delete(held.flow.id);
    const heldMs = this.#options.clock.steadyMs() - held.heldSinceMs;
    return [{ flow: held.flow, packets: held.packets, promptId: held.card.id, verdict, heldMs }];
  }
}
