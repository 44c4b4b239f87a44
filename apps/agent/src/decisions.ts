// From a person's Decision to its effects: rules are stored, waiting packets answered, the other waiting flows judged
// again, and all of it can be taken back for some seconds.
import type { DecisionResult, NotStored, Outcome, Refusal, StoredRule, UndoResult } from './api/ports.ts';
import type { Flow } from './domain/flow.ts';
import type { Decision } from './domain/prompt.ts';
import type { Action, Rule, RuleId } from './domain/rule.ts';
import type { Verdict } from './domain/verdict.ts';
import type { HeldPacket } from './pipeline-ports.ts';
import type { DecideOutcome, DecisionRefusal, ReleasedFlow } from './prompts/outcomes.ts';
import { rulesOf } from './prompts/rule-name.ts';
import type { AnsweredFlow, UndoLedger } from './prompts/undo-ledger.ts';
import type { Clock } from './platform/clock.ts';

export interface DecisionPorts {
  readonly clock: Clock;
  readonly broker: { readonly decide: (decision: Decision) => DecideOutcome<HeldPacket> };
  readonly ledger: UndoLedger;
  readonly rules: {
    readonly has: (id: RuleId) => boolean;
    readonly put: (rule: Rule) => Outcome<StoredRule>;
    readonly delete: (id: RuleId) => Outcome<undefined>;
  };
  /** Answers the packets of flows that left the broker. */
  readonly release: (released: readonly ReleasedFlow<HeldPacket>[]) => void;
  readonly remember: (flow: Flow, verdict: Verdict) => void;
  readonly forget: (flow: AnsweredFlow) => void;
  /** Ends the socket of a flow; true if there was one. */
  readonly endFlow: (flow: AnsweredFlow) => boolean;
}

/** The steady clock of the ledger. */
function steadyMs(clock: Clock): number {
  return clock.monotonicUs() / 1000;
}

export class Decisions {
  readonly #ports: DecisionPorts;

  constructor(ports: DecisionPorts) {
    this.#ports = ports;
  }

  /**
   * The waiting flows get their answer before anything else can fail: a rule that cannot be stored is reported beside what
   * was done, and the answer then holds for the flows that waited, as one given `once` does.
   */
  decide(decision: Decision): Outcome<DecisionResult> {
    const outcome = this.#ports.broker.decide(decision);
    if (outcome.kind === 'refused') return refusalOf(outcome);
    if (decision.lifetime.kind === 'once') this.#remember(outcome.released);
    this.#ports.release(outcome.released);
    const storing = this.#store(outcome.rules);
    if (storing.notStored !== undefined) this.#remember(outcome.released);
    return { kind: 'done', value: this.#result(outcome.released, storing) };
  }

  /**
   * Removes the decision's rules and ends the flows that it let through. A rule that cannot be removed keeps no flow alive;
   * the token is then good for another try.
   */
  undo(token: string): Outcome<UndoResult> {
    const work = this.#ports.ledger.take(token, steadyMs(this.#ports.clock));
    if (work === undefined) return TOO_LATE;
    const removals = work.ruleIds.map((id) => ({ id, outcome: this.#ports.rules.delete(id) }));
    for (const flow of [...work.admitted, ...work.refused]) this.#ports.forget(flow);
    const flowsEnded = work.admitted.filter((flow) => this.#ports.endFlow(flow)).length;
    const left = removals.filter(({ outcome }) => !isGone(outcome));
    if (left.length > 0) return this.#notUndone(token, left);
    const rulesRemoved = removals.filter(({ outcome }) => outcome.kind === 'done').length;
    return { kind: 'done', value: { rulesRemoved, flowsEnded } };
  }

  #remember(released: readonly ReleasedFlow<HeldPacket>[]): void {
    for (const { flow, verdict } of released) this.#ports.remember(flow, verdict);
  }

  /** Stores one rule after the other, up to the first that cannot be stored. */
  #store(drafts: Parameters<typeof rulesOf>[0]): Storing {
    const { rules, clock } = this.#ports;
    const stored: StoredRule[] = [];
    for (const rule of rulesOf(drafts, { isTaken: rules.has, wallMs: clock.nowMs() })) {
      const outcome = rules.put(rule);
      if (outcome.kind !== 'done') return { stored, notStored: notStoredOf(rule, outcome) };
      stored.push(outcome.value);
    }
    return { stored, notStored: undefined };
  }

  #result(released: readonly ReleasedFlow<HeldPacket>[], { stored, notStored }: Storing): DecisionResult {
    const { ledger, clock } = this.#ports;
    const flowsOf = (action: Action) =>
      released.filter(({ verdict }) => verdict.action === action).map(({ flow }) => flow);
    const ruleIds = stored.map(({ rule }) => rule.id);
    const nowMs = steadyMs(clock);
    const offer = ledger.record({ ruleIds, admitted: flowsOf('allow'), refused: flowsOf('deny') }, nowMs);
    return {
      rules: stored,
      flowsAnswered: released.length,
      undoToken: offer.token,
      undoUntilMs: clock.nowMs() + (offer.untilMs - nowMs),
      notStored,
    };
  }

  #notUndone(token: string, left: readonly Removal[]): Refusal {
    const { ledger, clock } = this.#ports;
    const nowMs = steadyMs(clock);
    const offer = ledger.offerAgain(
      token,
      { ruleIds: left.map(({ id }) => id), admitted: [], refused: [] },
      nowMs,
    );
    const why = [...new Set(left.map(({ outcome }) => reasonOf(outcome)))].join(' ');
    const seconds = Math.round((offer.untilMs - nowMs) / 1000);
    return {
      kind: 'storage-failed',
      text:
        `The rule ${left.map(({ id }) => id).join(', ')} could not be removed and is still in force. ${why} ` +
        `What it had let through was ended. The same token is good for another ${seconds} seconds.`,
      diskFull: left.some(({ outcome }) => isDiskFull(outcome)),
    };
  }
}

interface Storing {
  readonly stored: readonly StoredRule[];
  readonly notStored: NotStored | undefined;
}

interface Removal {
  readonly id: RuleId;
  readonly outcome: Outcome<undefined>;
}

const TOO_LATE: Refusal = {
  kind: 'changed',
  text: 'This answer can no longer be taken back: its time is over, or it was already.',
};

function notStoredOf(rule: Rule, refusal: Refusal): NotStored {
  return {
    text:
      `The rule ${rule.id} was not stored. ${reasonOf(refusal)} ` +
      'The connections that waited were answered all the same; the next ones are asked about again.',
    diskFull: isDiskFull(refusal),
  };
}

/** Somebody else may have removed the rule already. */
function isGone({ kind }: Outcome<unknown>): boolean {
  return kind === 'done' || kind === 'not-found';
}

function isDiskFull(outcome: Outcome<unknown>): boolean {
  return outcome.kind === 'storage-failed' && outcome.diskFull;
}

function reasonOf(outcome: Outcome<unknown>): string {
  return 'text' in outcome ? outcome.text : '';
}

function refusalOf(refusal: DecisionRefusal): Outcome<never> {
  if (refusal.reason === 'unknown-prompt') return { kind: 'not-found', what: 'this question' };
  if (refusal.reason === 'changed' || refusal.reason === 'no-such-flow')
    return { kind: 'changed', text: refusal.text };
  return { kind: 'refused', text: refusal.text };
}
