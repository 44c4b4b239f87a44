// What each Decision of the last seconds did, so that it can be taken back once: its rules, the flows that it let through, and
// those that it refused.
import { flowKeyText, type Direction, type FlowKey } from '../domain/flow-key.ts';
import type { RuleId } from '../domain/rule.ts';

/** A flow that an answer was about. */
export interface AnsweredFlow {
  readonly key: FlowKey;
  readonly direction: Direction;
  /** 0n where nothing was recorded. */
  readonly socketCookie: bigint;
}

export interface UndoableDecision {
  readonly ruleIds: readonly RuleId[];
  /** Flows that the decision let through at once; none for a denial. */
  readonly admitted: readonly AnsweredFlow[];
  /** Flows that it refused at once: an undo forgets that they were. */
  readonly refused: readonly AnsweredFlow[];
}

export interface UndoOffer {
  readonly token: string;
  /** On the clock of the `nowMs` that was passed. */
  readonly untilMs: number;
}

/** What to remove and to end. */
export interface UndoWork {
  readonly ruleIds: readonly RuleId[];
  readonly admitted: readonly AnsweredFlow[];
  readonly refused: readonly AnsweredFlow[];
  /** Flows beyond the limit, which are not in `admitted`. */
  readonly unlisted: number;
}

export interface UndoOptions {
  readonly windowMs: number;
  /** Must not be guessable: whoever holds the token can undo. */
  readonly newToken: () => string;
  readonly admittedLimit: number;
}

export const DEFAULT_UNDO_WINDOW_MS = 15_000;
export const DEFAULT_ADMITTED_LIMIT = 4096;

interface Entry {
  readonly token: string;
  readonly untilMs: number;
  readonly ruleIds: readonly RuleId[];
  readonly admitted: Map<string, AnsweredFlow>;
  readonly refused: readonly AnsweredFlow[];
  unlisted: number;
}

/** Every `nowMs` is from one steady clock, so that insertion order is the order of ends. */
export class UndoLedger {
  readonly #options: UndoOptions;
  readonly #byToken = new Map<string, Entry>();
  readonly #byRule = new Map<RuleId, Entry>();

  constructor(options: UndoOptions) {
    this.#options = options;
  }

  record(decision: UndoableDecision, nowMs: number): UndoOffer {
    this.#dropEnded(nowMs);
    return this.#offer(this.#options.newToken(), decision, nowMs);
  }

  /** Offers a token again that was taken, because not all of it could be done: what is left, for a whole window. */
  offerAgain(token: string, left: UndoableDecision, nowMs: number): UndoOffer {
    this.#dropEnded(nowMs);
    return this.#offer(token, left, nowMs);
  }

  /** A flow that one of the rules let through; no effect for rules that no undoable decision wrote. */
  noteAdmitted(ruleId: RuleId, flow: AnsweredFlow, nowMs: number): void {
    const entry = this.#undoable(ruleId, nowMs);
    if (entry !== undefined) this.#admit(entry, flow);
  }

  /** Whether an answer that wrote this rule can still be taken back: until then it matters which flows the rule lets through. */
  isUndoable(ruleId: RuleId, nowMs: number): boolean {
    return this.#undoable(ruleId, nowMs) !== undefined;
  }

  /** What to take back; undefined for a token that is unknown, used or too old. */
  take(token: string, nowMs: number): UndoWork | undefined {
    this.#dropEnded(nowMs);
    const entry = this.#byToken.get(token);
    if (entry === undefined) return undefined;
    this.#drop(entry);
    const { ruleIds, refused, unlisted } = entry;
    return { ruleIds, admitted: [...entry.admitted.values()], refused, unlisted };
  }

  get size(): number {
    return this.#byToken.size;
  }

  #undoable(ruleId: RuleId, nowMs: number): Entry | undefined {
    const entry = this.#byRule.get(ruleId);
    return entry !== undefined && nowMs < entry.untilMs ? entry : undefined;
  }

  #offer(token: string, decision: UndoableDecision, nowMs: number): UndoOffer {
    const untilMs = nowMs + this.#options.windowMs;
    const { ruleIds, refused } = decision;
    const entry: Entry = { token, untilMs, ruleIds, refused, admitted: new Map(), unlisted: 0 };
    this.#byToken.set(token, entry);
    for (const ruleId of ruleIds) this.#byRule.set(ruleId, entry);
    for (const flow of decision.admitted) this.#admit(entry, flow);
    return { token, untilMs };
  }

  #admit(entry: Entry, { key, direction, socketCookie }: AnsweredFlow): void {
    const text = `${flowKeyText(key)} ${socketCookie}`;
    if (entry.admitted.has(text)) return;
    if (entry.admitted.size < this.#options.admittedLimit)
      entry.admitted.set(text, { key, direction, socketCookie });
    else entry.unlisted += 1;
  }

  #dropEnded(nowMs: number): void {
    for (const entry of this.#byToken.values()) {
      if (nowMs < entry.untilMs) return;
      this.#drop(entry);
    }
  }

  #drop(entry: Entry): void {
    this.#byToken.delete(entry.token);
    for (const ruleId of entry.ruleIds) if (this.#byRule.get(ruleId) === entry) this.#byRule.delete(ruleId);
  }
}
