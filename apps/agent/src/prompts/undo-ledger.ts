// What each Decision of the last seconds did, so that it can be taken back once: its rules, and the flows that it let through.
import { flowKeyText, type FlowKey } from '../domain/flow-key.ts';
import type { RuleId } from '../domain/rule.ts';

/** A flow that was let through and that an undo ends. */
export interface AdmittedFlow {
  readonly key: FlowKey;
  /** 0n where nothing was recorded. */
  readonly socketCookie: bigint;
}

export interface UndoableDecision {
  readonly ruleIds: readonly RuleId[];
  /** Flows that the decision let through at once; none for a denial. */
  readonly admitted: readonly AdmittedFlow[];
}

export interface UndoOffer {
  readonly token: string;
  /** On the clock of the `nowMs` that was passed. */
  readonly untilMs: number;
}

/** What to remove and to end. */
export interface UndoWork {
  readonly ruleIds: readonly RuleId[];
  readonly admitted: readonly AdmittedFlow[];
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
  readonly admitted: Map<string, AdmittedFlow>;
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
    const token = this.#options.newToken();
    const untilMs = nowMs + this.#options.windowMs;
    const entry: Entry = { token, untilMs, ruleIds: decision.ruleIds, admitted: new Map(), unlisted: 0 };
    this.#byToken.set(token, entry);
    for (const ruleId of decision.ruleIds) this.#byRule.set(ruleId, entry);
    for (const flow of decision.admitted) this.#admit(entry, flow);
    return { token, untilMs };
  }

  /** A flow that one of the rules let through; no effect for rules that no undoable decision wrote. */
  noteAdmitted(ruleId: RuleId, flow: AdmittedFlow, nowMs: number): void {
    const entry = this.#byRule.get(ruleId);
    if (entry !== undefined && nowMs < entry.untilMs) this.#admit(entry, flow);
  }

  /** What to take back; undefined for a token that is unknown, used or too old. */
  take(token: string, nowMs: number): UndoWork | undefined {
    this.#dropEnded(nowMs);
    const entry = this.#byToken.get(token);
    if (entry === undefined) return undefined;
    this.#drop(entry);
    return { ruleIds: entry.ruleIds, admitted: [...entry.admitted.values()], unlisted: entry.unlisted };
  }

  get size(): number {
    return this.#byToken.size;
  }

  #admit(entry: Entry, { key, socketCookie }: AdmittedFlow): void {
    const text = `${flowKeyText(key)} ${socketCookie}`;
    if (entry.admitted.has(text)) return;
    if (entry.admitted.size < this.#options.admittedLimit) entry.admitted.set(text, { key, socketCookie });
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
